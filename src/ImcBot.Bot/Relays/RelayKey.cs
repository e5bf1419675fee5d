using Microsoft.IdentityModel.Tokens;

namespace ImcBot.Bot.Relays;

/// <summary>A relay's public key as it travels: one P-256 JWK.</summary>
internal static class RelayKey
{
    private const int Longest = 2000;

    /// <summary>The key, or null when the text is not a public P-256 JWK.</summary>
    public static JsonWebKey? TryRead(string text)
    {
        try
        {
            var key = text.Length <= Longest ? new JsonWebKey(text) : null;
            return key is { Kty: JsonWebAlgorithmsKeyTypes.EllipticCurve, Crv: JsonWebKeyECTypes.P256, X: not null, Y: not null, D: null }
                ? key
                : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
