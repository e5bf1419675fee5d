using System.Net;
using System.Text;

namespace ImcBot.Bot.Alerts;

/// <summary>
/// The fields of a form as <c>application/x-www-form-urlencoded</c> has them. Bytes that are no UTF-8 become U+FFFD, and the rest is kept.
/// </summary>
internal static class FormFields
{
    public static IReadOnlyDictionary<string, string> Read(ReadOnlySpan<byte> body)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var range in body.Split((byte)'&'))
        {
            var field = body[range];
            var equals = field.IndexOf((byte)'=');
            fields.TryAdd(Decoded(equals < 0 ? field : field[..equals]).Trim(), equals < 0 ? "" : Decoded(field[(equals + 1)..]));
        }

        return fields;
    }

    private static string Decoded(ReadOnlySpan<byte> text) =>
        WebUtility.UrlDecodeToBytes(text.ToArray(), 0, text.Length) is { } bytes ? Encoding.UTF8.GetString(bytes) : "";
}
