using System.Text.RegularExpressions;
using ImcBot.Contracts;
using MimeKit;

namespace ImcBot.Relay.Products.Exchange.Messages;

/// <summary>
/// One part of a message: its headers and what is wrong with them (defects of the KB articles that <see cref="Defect"/> names).
/// </summary>
internal sealed partial class Entity
{
    private static readonly HashSet<string> DoubleByte = new(
        ["shift_jis", "shift-jis", "x-sjis", "sjis", "big5", "gb2312", "gbk", "euc-kr", "ks_c_5601-1987", "euc-jp"],
        StringComparer.Ordinal
    );

    private static readonly HashSet<string> Known = new(
        [
            "us-ascii",
            "ascii",
            "utf-7",
            "utf-8",
            "utf8",
            "unicode-1-1-utf-7",
            "utf-16",
            "utf-16le",
            "utf-16be",
            "unicode",
            "iso-2022-jp",
            "iso-2022-kr",
            "koi8-r",
            "x-user-defined",
        ],
        StringComparer.Ordinal
    );

    private const int LongestReceived = 8 << 10;

    private static readonly HeaderField Text = HeaderField.Read("text/plain");

    private readonly List<(string Name, string Value)> _headers = [];

    public HeaderField Type { get; private set; } = Text;

    public HeaderField Disposition { get; private set; } = HeaderField.None;

    public string Encoding { get; private set; } = "";

    public string Charset => (Type["charset"] ?? "").Trim().ToLowerInvariant();

    public bool IsTnef => Type.Value == "application/ms-tnef" || string.Equals(FileName, "winmail.dat", StringComparison.OrdinalIgnoreCase);

    public bool IsMultipart => Type.Value.StartsWith("multipart/", StringComparison.Ordinal);

    public bool IsDeliveryStatus => Type.Value == "message/delivery-status";

    public bool IsDoubleByte => DoubleByte.Contains(Charset) && Encoding is not ("base64" or "quoted-printable");

    public bool IsAttachment => Disposition.Value == "attachment" || FileName is not null;

    public bool IsSealed => Type.Value is "application/pkcs7-mime" or "application/x-pkcs7-mime";

    private string? FileName => Disposition["filename"] ?? Type["name"];

    public string? this[string name] => _headers.Find(header => string.Equals(header.Name, name, StringComparison.OrdinalIgnoreCase)).Value;

    public void Add(Header header) => _headers.Add((header.Field.Trim(), Unfolded(header.RawValue)));

    /// <summary>The headers are complete: adds what is wrong with them.</summary>
    public void Judge(ISet<string> found)
    {
        Type = this["Content-Type"] is { } type ? HeaderField.Read(type) : Text;
        Disposition = this["Content-Disposition"] is { } disposition ? HeaderField.Read(disposition) : HeaderField.None;
        Encoding = (this["Content-Transfer-Encoding"] ?? "").Trim().ToLowerInvariant();
        JudgeContent(found);
        foreach (var (name, value) in _headers)
        {
            JudgeHeader(name, value, found);
        }
    }

    private void JudgeContent(ISet<string> found)
    {
        if (Type["charset"] is { } charset)
        {
            if (charset.Trim().Length == 0)
            {
                found.Add(Defect.BlankCharset);
            }
            else if (!IsKnown(Charset))
            {
                found.Add(Defect.UnknownCharset);
            }
        }

        if (IsMultipart && string.IsNullOrWhiteSpace(Type["boundary"]))
        {
            found.Add(Defect.EmptyBoundary);
        }

        if (Type.Raw.Any(letter => (letter < ' ' && letter != '\t') || letter == '\u007f'))
        {
            found.Add(Defect.BadContentType);
        }
        else if (Type.Raw.Any(letter => letter > '\u007f'))
        {
            found.Add(Defect.EightBitContentType);
        }

        if (Type.QuoteIsOpen || Disposition.QuoteIsOpen)
        {
            found.Add(Defect.OpenQuote);
        }

        if (FileName is { } name && name.Contains('(', StringComparison.Ordinal) && !name.Contains(')', StringComparison.Ordinal))
        {
            found.Add(Defect.OpenParenthesisInName);
        }

        if (Type.Value == "text/html" && Encoding == "quoted-printable" && Charset is "utf-16" or "utf-16le" or "utf-16be" or "unicode")
        {
            found.Add(Defect.QuotedUtf16Html);
        }

        if (Charset is "utf-7" or "unicode-1-1-utf-7")
        {
            found.Add(Defect.Utf7Text);
        }

        if (Type.Value == "application/postscript")
        {
            found.Add(Defect.PostScriptAttachment);
        }

        if (Type["x-mac-creator"] is { } creator && !EightHex().IsMatch(creator))
        {
            found.Add(Defect.IllegalMacCreator);
        }
    }

    private static void JudgeHeader(string name, string value, ISet<string> found)
    {
        var known = name.ToLowerInvariant();
        if (known is "to" or "cc" && CommaComment().IsMatch(value))
        {
            found.Add(Defect.CommaInComment);
        }

        if (known is "to" or "cc" or "bcc" or "from" or "reply-to" or "sender" && BrokenEncapsulation().IsMatch(value))
        {
            found.Add(Defect.MalformedEncapsulatedAddress);
        }

        if (known is "received" && DateInComment().IsMatch(value.Length > LongestReceived ? value[..LongestReceived] : value))
        {
            found.Add(Defect.DateInReceivedComment);
        }

        if (known is "subject" && value.Contains("%s", StringComparison.Ordinal))
        {
            found.Add(Defect.FormatInSubject);
        }
    }

    /// <summary>Folded lines become one; one character for each byte, so that every byte can be judged.</summary>
    private static string Unfolded(byte[] raw)
    {
        var text = System.Text.Encoding.Latin1.GetString(raw);
        return (text.AsSpan().TrimEnd("\r\n").Contains('\n') ? FoldedBreak().Replace(text, " ") : text).Trim(' ', '\t', '\r', '\n');
    }

    private static bool IsKnown(string charset) =>
        Known.Contains(charset)
        || DoubleByte.Contains(charset)
        || charset.StartsWith("iso-8859-", StringComparison.Ordinal)
        || charset.StartsWith("windows-125", StringComparison.Ordinal)
        || charset.StartsWith("iso_8859-", StringComparison.Ordinal)
        || charset.StartsWith("cp125", StringComparison.Ordinal);

    [GeneratedRegex(@"\([^(),]*,[^()]*\)\s*;", RegexOptions.CultureInvariant)]
    private static partial Regex CommaComment();

    [GeneratedRegex(@"IMCEAEX-[^@\s]{0,2000}?\+(?![0-9A-Fa-f]{2})", RegexOptions.CultureInvariant)]
    private static partial Regex BrokenEncapsulation();

    [GeneratedRegex(
        @"\([^()]*\b\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{2,4}\b[^()]*\)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex DateInComment();

    [GeneratedRegex("^[0-9A-Fa-f]{8}$", RegexOptions.CultureInvariant)]
    private static partial Regex EightHex();

    [GeneratedRegex(@"\r?\n[ \t]+", RegexOptions.CultureInvariant)]
    private static partial Regex FoldedBreak();
}
