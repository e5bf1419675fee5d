using ImcBot.Contracts;
using Microsoft.IdentityModel.Tokens;

namespace ImcBot.Relay.Gate;

/// <summary>The bot's grant keys that this relay trusts: those of its enrolment, and whatever a trusted key has named since.</summary>
/// <param name="keep">Writes a new key set where it survives a restart.</param>
internal sealed class GrantKeys(JsonWebKeySet trusted, Action<string> keep)
{
    private const int Most = 4;

    private string? _taken;

    public JsonWebKeySet Trusted { get; private set; } = trusted;

    /// <summary>
    /// Takes the keys of a notice (see <see cref="GrantKeyNotice"/>) in place of those it had. False when no trusted key has signed it, or
    /// it is no notice.
    /// </summary>
    public async Task<bool> TakeAsync(string? notice)
    {
        if (notice is null || notice == _taken || await ReadAsync(notice) is not { } text)
        {
            return notice is not null && notice == _taken;
        }

        keep(text);
        Trusted = new JsonWebKeySet(text);
        _taken = notice;
        return true;
    }

    private async Task<string?> ReadAsync(string notice)
    {
        var (token, _) = await BotToken.ReadAsync(notice, "notice", GrantKeyNotice.TokenType, audience: null, Trusted);
        return token is not null && token.TryGetPayloadValue<string>(GrantKeyNotice.KeysClaim, out var text) && AreKeys(text) ? text : null;
    }

    private static bool AreKeys(string text)
    {
        try
        {
            return new JsonWebKeySet(text).Keys is { Count: > 0 and <= Most } keys
                && keys.All(key =>
                    key is { Kty: JsonWebAlgorithmsKeyTypes.EllipticCurve, Crv: JsonWebKeyECTypes.P256, X: not null, Y: not null, D: null }
                    && !string.IsNullOrEmpty(key.Kid)
                );
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
