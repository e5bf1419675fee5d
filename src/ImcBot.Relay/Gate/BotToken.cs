using ImcBot.Contracts;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ImcBot.Relay.Gate;

/// <summary>
/// Believes a token only when it is an ES256 token of the right type that the bot issued and signed with a key this relay trusts. Times are
/// not judged here.
/// </summary>
internal static class BotToken
{
    private static readonly JsonWebTokenHandler Handler = new();

    /// <summary>The token, or why it is refused, in a sentence.</summary>
    /// <param name="what">What the sentence calls it: "grant".</param>
    /// <param name="type">The only <c>typ</c> that counts, so that no token serves for another purpose.</param>
    /// <param name="audience">Whom it must be for; null where it is for every relay.</param>
    public static async Task<(JsonWebToken? Token, string? Refusal)> ReadAsync(
        string text,
        string what,
        string type,
        string? audience,
        JsonWebKeySet trusted
    )
    {
        JsonWebToken token;
        try
        {
            token = Handler.ReadJsonWebToken(text);
        }
        catch (ArgumentException)
        {
            return (null, $"The {what} is not a signed token.");
        }

        if (token.Alg != SecurityAlgorithms.EcdsaSha256)
        {
            return (null, $"The {what} is signed with '{token.Alg}'; only ES256 counts.");
        }

        if (token.Typ != type)
        {
            return (null, $"The token's type is '{token.Typ}', not '{type}'.");
        }

        if (
            string.IsNullOrEmpty(token.Kid)
            || trusted.Keys.FirstOrDefault(candidate =>
                candidate.Kid == token.Kid && candidate.Kty == JsonWebAlgorithmsKeyTypes.EllipticCurve
            )
                is not { } key
        )
        {
            return (null, $"The {what} names the key '{token.Kid}', which is no grant key of this bot.");
        }

        var validated = await Handler.ValidateTokenAsync(
            text,
            new TokenValidationParameters
            {
                IssuerSigningKey = key,
                ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
                ValidTypes = [type],
                ValidIssuer = Grant.Issuer,
                ValidAudience = audience,
                ValidateAudience = audience is not null,
                TryAllIssuerSigningKeys = false,
                ValidateLifetime = false,
            }
        );
        return validated switch
        {
            { IsValid: true } => (token, null),
            { Exception: SecurityTokenInvalidAudienceException } => (null, $"The {what} is for another relay."),
            { Exception: SecurityTokenInvalidIssuerException } => (null, $"The {what} was not issued by the bot."),
            _ => (null, $"The {what}'s signature is wrong."),
        };
    }
}
