using System.Text;
using System.Text.RegularExpressions;

namespace ImcBot.Lab.Server.Store;

/// <summary>Decoding of bodies, and what is wrong with them.</summary>
internal static partial class Decoding
{
    private static readonly HashSet<string> DoubleByte =
    [
        "shift_jis",
        "x-sjis",
        "big5",
        "gb2312",
        "gbk",
        "euc-kr",
        "ks_c_5601-1987",
        "euc-jp",
    ];

    /// <summary>The bytes of a base64 entity as far as they can be decoded; an unencoded body as it is.</summary>
    public static byte[] Base64(InternetMessage entity)
    {
        if (entity.Encoding != "base64")
        {
            return Encoding.Latin1.GetBytes(entity.Body);
        }

        var clean = new string([.. entity.Body.Where(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/')]);
        clean = clean[..(clean.Length - (clean.Length % 4 == 1 ? 1 : 0))];
        return Convert.FromBase64String(clean.PadRight((clean.Length + 3) / 4 * 4, '='));
    }

    /// <summary>A character outside the alphabet, or data after the padding.</summary>
    public static bool IsCorruptBase64(string body) => NotBase64().IsMatch(body) || DataAfterPadding().IsMatch(body);

    /// <summary>An unencoded body in a double-byte character set where a line or the text ends after a lead byte.</summary>
    public static bool EndsInHalfDoubleByte(InternetMessage entity)
    {
        if (!DoubleByte.Contains(entity.Charset) || entity.Encoding is "base64" or "quoted-printable" || entity.Parts.Count > 0)
        {
            return false;
        }

        var shift = entity.Charset is "shift_jis" or "x-sjis";
        var text = entity.Body;
        for (var i = 0; i < text.Length; i++)
        {
            var lead = shift
                ? text[i] is (>= '\u0081' and <= '\u009f') or (>= '\u00e0' and <= '\u00fc')
                : text[i] is >= '\u0081' and <= '\u00fe';
            if (lead && (++i >= text.Length || text[i] is '\r' or '\n'))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A shifted run of UTF-7 that ends within a 16-bit character.</summary>
    public static bool HasShortUtf7Run(string body) => Utf7Run().Matches(body).Any(run => run.Groups["run"].Length * 6 % 16 >= 6);

    [GeneratedRegex(@"[^A-Za-z0-9+/=\s]", RegexOptions.CultureInvariant)]
    private static partial Regex NotBase64();

    [GeneratedRegex(@"=\s*[A-Za-z0-9+/]", RegexOptions.CultureInvariant)]
    private static partial Regex DataAfterPadding();

    [GeneratedRegex(@"\+(?<run>[A-Za-z0-9/]+)-?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Utf7Run();
}
