using System.Text.Json;
using ImcBot.Contracts;
using Microsoft.IdentityModel.JsonWebTokens;

namespace ImcBot.Relay.Gate;

/// <summary>Reads a grant for this relay that one of the bot's grant keys has signed. Times are not judged here.</summary>
/// <param name="relay">This relay's id.</param>
/// <param name="keys">The keys that the relay trusts now.</param>
internal sealed class GrantReader(string relay, GrantKeys keys)
{
    private const int Longest = 16 * 1024;

    /// <summary>The grant with its token id, or why it is refused.</summary>
    public async Task<(Grant? Grant, string Token, string? Refusal)> ReadAsync(string? text)
    {
        if (text is not { Length: > 0 and <= Longest })
        {
            return Refuse(text is { Length: > 0 } ? "The grant is longer than any grant is." : "There is no grant.");
        }

        var (token, refusal) = await BotToken.ReadAsync(text, "grant", Grant.TokenType, relay, keys.Trusted);
        return token is null ? Refuse(refusal!) : Read(token);
    }

    private (Grant?, string, string?) Read(JsonWebToken token)
    {
        if (
            string.IsNullOrEmpty(token.Id)
            || !token.TryGetPayloadValue<string>(Grant.QuestionClaim, out var question)
            || !QuestionId.TryParse(question, out var id)
            || !token.TryGetPayloadValue<string>(Grant.PlanClaim, out var plan)
            || !token.TryGetPayloadValue<JsonElement>(Grant.ApproversClaim, out var approvers)
            || approvers.ValueKind != JsonValueKind.Array
            || !token.TryGetPayloadValue<string>(Grant.ImpactClaim, out var word)
            || !Enum.TryParse<Impact>(word, ignoreCase: true, out var impact)
            || !Enum.IsDefined(impact)
            || !token.TryGetPayloadValue<int>(Grant.RunsClaim, out var runs)
            || !token.TryGetPayloadValue<int>(Grant.MinutesClaim, out var minutes)
            || !token.TryGetPayloadValue<long>(JwtRegisteredClaimNames.Iat, out var issued)
            || !token.TryGetPayloadValue<long>(JwtRegisteredClaimNames.Exp, out var expires)
        )
        {
            return Refuse("The grant lacks a claim: it needs jti, iat, exp, question, plan, approvers, impact, runs and minutes.");
        }

        token.TryGetPayloadValue<string>(Grant.OrderClaim, out var order);
        token.TryGetPayloadValue<string>(Grant.NonceClaim, out var nonce);
        List<string> people =
        [
            .. approvers.EnumerateArray().Where(person => person.ValueKind == JsonValueKind.String).Select(person => person.GetString()!),
        ];
        return (new Grant(id, plan, relay, people, impact, runs, minutes, issued, expires, order, nonce), token.Id, null);
    }

    private static (Grant?, string, string?) Refuse(string reason) => (null, "", reason);
}
