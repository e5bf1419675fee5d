using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace ImcBot.Bot.OnCall;

/// <summary>Names one page, such as <c>INC-7.3</c>.</summary>
internal readonly record struct PageId(int Incident, int Number)
{
    public static bool TryParse(string? text, out PageId id)
    {
        id = default;
        var parts = text?.StartsWith("INC-", StringComparison.Ordinal) == true ? text[4..].Split('.') : [];
        if (
            parts.Length != 2
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var incident)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || incident < 1
            || number < 1
        )
        {
            return false;
        }

        id = new PageId(incident, number);
        return true;
    }

    public override string ToString() => $"INC-{Incident}.{Number}";

    /// <summary>
    /// What an acknowledgement of this page must show: only the role's paging service was given it, and it fits no other page.
    /// </summary>
    public string Token(string secret) =>
        Base64UrlEncoder.Encode(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"acknowledge {this}")));

    public bool IsToken(string token, string secret) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(Token(secret)));
}
