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
    public string ToText() => Base64Url.EncodeToString(WireJson.Options.Bytes(this));

    public static bool TryParse(string? text, [NotNullWhen(true)] out EnrolmentCode? code)
    {
        code = null;
        try
        {
            code = WireJson.Options.Read<EnrolmentCode>(Base64Url.DecodeFromChars(text?.Trim()));
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

    /// <summary>As people compare it on two screens, in groups of eight that wrap: <c>8f3a12c0 77d1e4b2 …</c>.</summary>
    public static string InGroups(string key) => string.Join(' ', Of(key).Chunk(8).Select(group => new string(group)));
}

/// <summary>
/// The words of a relay's client assertion: an ES256 JWT that it signs for each request, with its id as issuer and subject.
/// </summary>
public static class RelayAssertion
{
    public const string TokenType = "imcbot-relay+jwt",
        Audience = "imcbot";

    /// <summary>How long an assertion that a relay signs is good for by its own clock.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(4);

    /// <summary>The longest life that counts, and how far apart clocks may be beyond that.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(5),
        Skew = TimeSpan.FromSeconds(30);

    /// <summary>Whether an assertion that ends then counts now.</summary>
    public static bool IsGood(DateTimeOffset end, DateTimeOffset now) => now < end + Skew && end <= now + LongestLife + Skew;

    /// <summary>What is wrong with a relay's clock, as a sentence without its end; null while the bot takes what it signs.</summary>
    /// <param name="ahead">How far it is ahead of the bot's; negative where it is behind.</param>
    public static string? ClockProblem(TimeSpan ahead) =>
        IsGood(DateTimeOffset.UnixEpoch + ahead + Life, DateTimeOffset.UnixEpoch)
            ? null
            : $"this relay's clock is {Words(ahead)} the bot's, so what it signs is refused: set the clock of the relay's machine "
                + $"(at most {(LongestLife + Skew - Life).TotalSeconds:0} s ahead or {(Life + Skew).TotalSeconds:0} s behind are taken)";

    /// <summary>As "95 s ahead of", to be followed by whose clock.</summary>
    public static string Words(TimeSpan ahead)
    {
        var apart = ahead.Duration();
        return $"{(apart < TimeSpan.FromMinutes(10) ? $"{apart.TotalSeconds:0} s" : $"{apart.TotalMinutes:0} minutes")} "
            + $"{(ahead < TimeSpan.Zero ? "behind" : "ahead of")}";
    }

    /// <summary>
    /// Header that names the relay where the request carries an Entra token in place of an assertion: the token knows the app only.
    /// </summary>
    public const string RelayHeader = "ImcBot-Relay";

    /// <summary>
    /// Header with an id of the relay's for this one call. The bot puts it on its answer, whatever that is, so that nobody else's answer is
    /// taken for the bot's.
    /// </summary>
    public const string CallHeader = "ImcBot-Call";

    /// <summary>Longest id of a call, in characters.</summary>
    public const int LongestCall = 64;

    /// <summary>Header that tells the processes apart that speak as one relay, see <see cref="RelayInstance"/>.</summary>
    public const string InstanceHeader = "ImcBot-Instance";
}
