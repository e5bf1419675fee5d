using System.Text;
using System.Text.RegularExpressions;

namespace ImcBot.Bot.OnCall.Calendars;

/// <summary>
/// The text of a feed. Folds are made by octets and may stand inside a character (RFC 5545, 3.1): the bytes are unfolded first, then
/// decoded.
/// </summary>
internal static partial class CalendarText
{
    /// <param name="contentType">What the server said of it; its charset counts, else UTF-8. A byte order mark wins over both.</param>
    /// <returns>The unfolded text; what could not be decoded stands as U+FFFD.</returns>
    public static string Of(ReadOnlySpan<byte> feed, string? contentType)
    {
        var encoding = Marked(feed) ?? Named(contentType) ?? Encoding.UTF8;
        // Latin-1 has a letter for each octet.
        var unfolded =
            encoding.IsSingleByte || encoding is UTF8Encoding
                ? encoding.GetString(Encoding.Latin1.GetBytes(Fold().Replace(Encoding.Latin1.GetString(feed), "")))
                : Fold().Replace(encoding.GetString(feed), "");
        return unfolded.TrimStart('\uFEFF');
    }

    private static Encoding? Marked(ReadOnlySpan<byte> feed) =>
        feed switch
        {
            [0xEF, 0xBB, 0xBF, ..] => Encoding.UTF8,
            [0xFF, 0xFE, ..] => Encoding.Unicode,
            [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode,
            _ => null,
        };

    private static Encoding? Named(string? contentType)
    {
        var charset = Charset().Match(contentType ?? "").Groups["name"].Value;
        if (charset.Length == 0 || charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(charset) ?? Encoding.GetEncoding(charset);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    // Wherever it stands: servers leave a semicolon at the end, or spaces in a file's name.
    [GeneratedRegex(@"(?:^|[;,\s])charset\s*=\s*[""']?(?<name>[^\s""';,]+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Charset();

    // A program that writes text with line ends of its own makes CR LF into CR CR LF.
    [GeneratedRegex(@"(?:(?<!\r)\r+\n?|\n)[ \t]", RegexOptions.CultureInvariant)]
    private static partial Regex Fold();
}
