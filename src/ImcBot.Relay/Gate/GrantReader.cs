using System.Text.Json;
using ImcBot.Contracts;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ImcBot.Relay.Gate;

/// <summary>Reads a grant and believes it only when it is an ES256 token of the right type, signed by one of the bot's grant keys, for this relay.
/// Times are not judged here.</summary>
/// <param name="relay">This relay's id.</param>
/// <param name="keys">The keys that the relay trusts now.</param>
internal sealed class GrantReader(string relay, GrantKeys keys)
{
    private const int Longest = 16 * 1024;

    private readonly JsonWebTokenHandler _handler = new();

    /// <summary>The grant with its token id, or why it is refused.</summary>
    public async Task<(Grant? Grant, string Token, string? Refusal)> ReadAsync(string? text)
    {
        if (text is not { Length: > 0 and <= Longest })
        {
            return Refuse(text is { Length: > 0 } ? "The grant is longer than any grant is." : "There is no grant.");
        }

        JsonWebToken token;
        try
        {
            token = _handler.ReadJsonWebToken(text);
        }
        catch (ArgumentException)
        {
            return Refuse("The grant is not a signed token.");
        }

        if (token.Alg != SecurityAlgorithms.EcdsaSha256)
        {
            return Refuse($"The grant is signed with '{token.Alg}'; only ES256 counts.");
        }

        if (token.Typ != Grant.TokenType)
        {
            return Refuse($"The token's type is '{token.Typ}', not '{Grant.TokenType}'.");
        }

        if (string.IsNullOrEmpty(token.Kid) || keys.Trusted.Keys.FirstOrDefault(candidate => candidate.Kid == token.Kid && candidate.Kty == "EC") is not { } key)
        {
            return Refuse($"The grant names the key '{token.Kid}', which is no grant key of this bot.");
        }

        var validated = await _handler.ValidateTokenAsync(text, new TokenValidationParameters
        {
            IssuerSigningKey = key,
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            ValidTypes = [Grant.TokenType],
            ValidIssuer = Grant.Issuer,
            ValidAudience = relay,
            TryAllIssuerSigningKeys = false,
            ValidateLifetime = false,
        });
        return validated switch
        {
            { IsValid: true } => Read(token),
            { Exception: SecurityTokenInvalidAudienceException } => Refuse("The grant is for another relay."),
            { Exception: SecurityTokenInvalidIssuerException } => Refuse("The grant was not issued by the bot."),
            _ => Refuse("The grant's signature is wrong."),
        };
    }

    private (Grant?, string, string?) Read(JsonWebToken token)
    {
        if (string.IsNullOrEmpty(token.Id)
            || !token.TryGetPayloadValue<string>(Grant.QuestionClaim, out var question) || !QuestionId.TryParse(question, out var id)
            || !token.TryGetPayloadValue<string>(Grant.PlanClaim, out var plan)
            || !token.TryGetPayloadValue<JsonElement>(Grant.ApproversClaim, out var approvers) || approvers.ValueKind != JsonValueKind.Array
            || !token.TryGetPayloadValue<string>(Grant.ImpactClaim, out var word) || !Enum.TryParse<Impact>(word, ignoreCase: true, out var impact) || !Enum.IsDefined(impact)
            || !token.TryGetPayloadValue<int>(Grant.RunsClaim, out var runs)
            || !token.TryGetPayloadValue<int>(Grant.MinutesClaim, out var minutes)
            || !token.TryGetPayloadValue<long>(JwtRegisteredClaimNames.Iat, out var issued)
            || !token.TryGetPayloadValue<long>(JwtRegisteredClaimNames.Exp, out var expires))
        {
            return Refuse("The grant lacks a claim: it needs jti, iat, exp, question, plan, approvers, impact, runs and minutes.");
        }

        List<string> people = [.. approvers.EnumerateArray().Where(person => person.ValueKind == JsonValueKind.String).Select(person => person.GetString()!)];
        return (new Grant(id, plan, relay, people, impact, runs, minutes, issued, expires), token.Id, null);
    }

    private static (Grant?, string, string?) Refuse(string reason) => (null, "", reason);
}
