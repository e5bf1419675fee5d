using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace ImcBot.Contracts;

/// <summary>What an administrator hands to a new relay, as one string without spaces: good for 10 minutes and one use.</summary>
/// <param name="Url">The bot's base address.</param>
/// <param name="Secret">128 random bits as text.</param>
/// <param name="Fingerprint"><see cref="KeyPrint.Of"/> of the bot's grant key set: the relay takes no other keys.</param>
public sealed record EnrolmentCode(string Url, string Secret, string Fingerprint)
{
    public string ToText() => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this, WireJson.Options));

    public static bool TryParse(string? text, [NotNullWhen(true)] out EnrolmentCode? code)
    {
        code = null;
        try
        {
            code = JsonSerializer.Deserialize<EnrolmentCode>(Base64Url.DecodeFromChars(text?.Trim()), WireJson.Options);
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            return false;
        }

        return code is not null;
    }
}

/// <summary>How people compare keys: SHA-256 of the key's text exactly as it was sent, as lower-case hex.</summary>
public static class KeyPrint
{
    public static string Of(string key) => ContentDigest.Of(Encoding.UTF8.GetBytes(key));
}

/// <summary>The words of a relay's client assertion: an ES256 JWT that it signs for each request, with its id as issuer and subject.</summary>
public static class RelayAssertion
{
    public const string TokenType = "imcbot-relay+jwt", Audience = "imcbot";

    /// <summary>Header that names the relay where the request carries an Entra token in place of an assertion: the token knows the app only.</summary>
    public const string RelayHeader = "ImcBot-Relay";
}
