using System.Net.Http.Headers;
using System.Text;

namespace ImcBot.Bot.OnCall.Calendars;

/// <summary>
/// The text of a feed. Folds are made by octets and may stand inside a character (RFC 5545, 3.1): the bytes are unfolded first, then
/// decoded.
/// </summary>
internal static class CalendarText
{
    private const byte CarriageReturn = (byte)'\r',
        LineFeed = (byte)'\n',
        Space = (byte)' ',
        Tab = (byte)'\t';

    /// <param name="contentType">What the server said of it; its charset counts, else UTF-8. A byte order mark wins over both.</param>
    /// <returns>The unfolded text; what could not be decoded stands as U+FFFD.</returns>
    public static string Of(ReadOnlySpan<byte> feed, string? contentType)
    {
        var encoding = Marked(feed) ?? Named(contentType) ?? Encoding.UTF8;
        if (!encoding.IsSingleByte && encoding is not UTF8Encoding)
        {
            feed = Encoding.UTF8.GetBytes(encoding.GetString(feed));
            encoding = Encoding.UTF8;
        }

        return encoding.GetString(Unfolded(feed)).TrimStart('\uFEFF');
    }

    private static ReadOnlySpan<byte> Unfolded(ReadOnlySpan<byte> feed)
    {
        var unfolded = new byte[feed.Length];
        var length = 0;
        for (var at = 0; at < feed.Length; at++)
        {
            var fold = Fold(feed[at..]);
            if (fold > 0)
            {
                at += fold - 1;
            }
            else
            {
                unfolded[length++] = feed[at];
            }
        }

        return unfolded.AsSpan(0, length);
    }

    private static int Fold(ReadOnlySpan<byte> rest)
    {
        var breakLength =
            rest[0] == CarriageReturn ? (rest.Length > 1 && rest[1] == LineFeed ? 2 : 1)
            : rest[0] == LineFeed ? 1
            : 0;
        return breakLength > 0 && rest.Length > breakLength && rest[breakLength] is Space or Tab && breakLength > 0 ? breakLength + 1 : 0;
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
        var charset = MediaTypeHeaderValue.TryParse(contentType, out var type) ? type.CharSet?.Trim(' ', '"', '\'') : null;
        if (charset is null or "" || charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase))
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
}
