using System.Text.RegularExpressions;
using ImcBot.Lab.Server.Host;
using ImcBot.Lab.Server.Store;

namespace ImcBot.Lab.Server.Defects;

/// <summary>Every kind of bad message that this practice store fails on.</summary>
internal static partial class DefectTable
{
    /// <summary>
    /// The message of the <c>build</c> fault: crashes the store before build 5.5.2656.60 and is archived from there on (Q325939).
    /// </summary>
    public const string FixedByHotfix = "open-quote-12800";

    public static readonly IReadOnlyList<Defect> All =
    [
        new(
            "blank-charset",
            "Q278320",
            DefectEffect.Crash,
            ConversionStage.Convert,
            null,
            text => text.WithHeader("Content-Type", "text/plain; charset=\"\""),
            message => message.Entities().Any(entity => entity.Type["charset"] is { } charset && charset.Trim().Length == 0)
        ),
        new(
            "null-boundary",
            "Q275714",
            DefectEffect.Crash,
            ConversionStage.Convert,
            null,
            text => text.WithHeader("Content-Type", "multipart/mixed; boundary=\"\""),
            message =>
                message
                    .Entities()
                    .Any(entity =>
                        entity.Type.Media.StartsWith("multipart/", StringComparison.Ordinal)
                        && string.IsNullOrWhiteSpace(entity.Type["boundary"])
                    )
        ),
        new(
            "control-in-content-type",
            "Q304024",
            DefectEffect.Crash,
            ConversionStage.Convert,
            null,
            text => text.WithHeader("Content-Type", "text/plain; charset=us-ascii;\u0001\u0002 format=flowed"),
            message => message.Entities().Any(entity => entity.Type.Raw.Any(c => (c < ' ' && c != '\t') || c == '\u007f'))
        ),
        new(
            "no-first-delimiter",
            "Q217155",
            DefectEffect.Hang,
            ConversionStage.Scan,
            null,
            text => text.WithHeader("Content-Type", "multipart/mixed; boundary=\"----=_NextPart_NeverComes\""),
            message =>
                message
                    .Entities()
                    .Any(entity =>
                        entity.Type.Media.StartsWith("multipart/", StringComparison.Ordinal)
                        && entity.Type["boundary"] is { Length: > 0 } boundary
                        && !entity.HasDelimiter(boundary)
                    )
        ),
        new(
            "open-parenthesis-filename",
            "Q183633",
            DefectEffect.Hang,
            ConversionStage.Convert,
            null,
            text =>
                text.WithAttachment(
                    "Content-Type: application/msword\r\nContent-Disposition: attachment; filename=\"figures (final.doc\"",
                    "figures"
                ),
            message =>
                message
                    .Entities()
                    .Any(entity =>
                        (entity.Disposition["filename"] ?? entity.Type["name"]) is { } name
                        && name.Contains('(', StringComparison.Ordinal)
                        && !name.Contains(')', StringComparison.Ordinal)
                    )
        ),
        new(
            "comma-in-address-comment",
            "Q231748",
            DefectEffect.Crash,
            ConversionStage.Convert,
            null,
            text => text.WithHeader("Cc", "staff@example.com (Sales, North); office@example.com"),
            message => message.All("To").Concat(message.All("Cc")).Any(CommaCommentThenSemicolon().IsMatch)
        ),
        new(
            "tnef-empty-attribute",
            "Q241482",
            DefectEffect.Crash,
            ConversionStage.Convert,
            null,
            text =>
                text.WithAttachment(
                    "Content-Type: application/ms-tnef; name=\"winmail.dat\"\r\nContent-Transfer-Encoding: base64",
                    Surgery.Base64Lines(Tnef.WithEmptyAttribute())
                ),
            message =>
                message
                    .Entities()
                    .Any(entity =>
                        (entity.Type.Media == "application/ms-tnef" || entity.Type["name"] == "winmail.dat")
                        && Tnef.HasEmptyAttribute(Decoding.Base64(entity))
                    )
        ),
        new(
            "corrupt-base64",
            "Q190556",
            DefectEffect.Crash,
            ConversionStage.Convert,
            null,
            text =>
                text.WithAttachment(
                    "Content-Type: application/octet-stream; name=\"data.bin\"\r\nContent-Transfer-Encoding: "
                        + "base64\r\nContent-Disposition: attachment; filename=\"data.bin\"",
                    "SGVsbG8gd29ybGQhIFRoaXMg\u0007\u00ff#!~aXMgZGFtYWdlZA=\r\n=VGhlIGVuZA"
                ),
            message =>
                message
                    .Entities()
                    .Any(entity => entity.Encoding == "base64" && entity.Parts.Count == 0 && Decoding.IsCorruptBase64(entity.Body))
        ),
        new(
            "half-double-byte",
            "Q282796",
            DefectEffect.Crash,
            ConversionStage.Scan,
            null,
            text =>
                text.WithHeader("Content-Transfer-Encoding", "8bit")
                    .WithHeader("Content-Type", "text/plain; charset=shift_jis")
                    .WithBody("\u0082\u00b1\u0082\u00f1\u0082\u00c9\u0082\u00bf\u0082\r\n\u0082\u00cd\u0083\r\n"),
            message => message.Entities().Any(Decoding.EndsInHalfDoubleByte)
        ),
        new(
            "utf7-cut-short",
            "Q317248",
            DefectEffect.Crash,
            ConversionStage.Convert,
            null,
            text =>
                text.WithHeader("Content-Transfer-Encoding", "7bit")
                    .WithHeader("Content-Type", "text/plain; charset=\"utf-7\"")
                    .WithBody("Gr+APwA3w- aus M+APw\r\nnchen: Hello, +ZeVnL\r\n"),
            message =>
                message.Entities().Any(entity => entity.Charset is "utf-7" or "unicode-1-1-utf-7" && Decoding.HasShortUtf7Run(entity.Body))
        ),
        new(
            "utf16-quoted-printable-html",
            "Q221149",
            DefectEffect.Crash,
            ConversionStage.Convert,
            null,
            text =>
                text.WithHeader("Content-Transfer-Encoding", "quoted-printable")
                    .WithHeader("Content-Type", "text/html; charset=\"utf-16\"")
                    .WithBody("=FF=FE<=00h=00t=00m=00l=00>=00<=00b=00>=00H=00i=00<=00/=00b=00>=00\r\n"),
            message =>
                message
                    .Entities()
                    .Any(entity =>
                        entity.Type.Media == "text/html"
                        && entity.Encoding == "quoted-printable"
                        && entity.Charset is "utf-16" or "utf-16le" or "utf-16be" or "unicode"
                    )
        ),
        new(
            "line-break-run",
            "Q235219",
            DefectEffect.Crash,
            ConversionStage.Scan,
            null,
            text => text.TrimEnd() + string.Concat(Enumerable.Repeat("\r\n", 2200)) + "end\r\n",
            message =>
                LongBreaks().IsMatch(message.Body)
                || (message.Entities().Any(entity => entity.Charset == "iso-2022-jp") && JapaneseBreaks().IsMatch(message.Body))
        ),
        new(
            "smime-receipt",
            "Q234175",
            DefectEffect.Crash,
            ConversionStage.Convert,
            null,
            text =>
                text.WithHeader("Disposition-Notification-To", "<sender@example.com>")
                    .WithHeader("Content-Transfer-Encoding", "base64")
                    .WithHeader("Content-Type", "application/x-pkcs7-mime; name=\"smime.p7m\"")
                    .WithBody(Surgery.Base64Lines(Tnef.Noise(600))),
            message =>
                message.Type.Media is "application/x-pkcs7-mime" or "application/pkcs7-mime"
                && (message["Disposition-Notification-To"] ?? message["Return-Receipt-To"]) is not null
        ),
        new(
            "encapsulated-address",
            "Q193782",
            DefectEffect.CrashOutOfMemory,
            ConversionStage.Convert,
            null,
            text => text.WithHeader("To", "IMCEAEX-_O+3DEXAMPLE_OU+3D+ZZSITE_CN+3@example.com"),
            message => message.Headers.Any(header => BrokenEncapsulation().IsMatch(header.Value))
        ),
        new(
            "long-double-byte-name",
            "Q258319",
            DefectEffect.Crash,
            ConversionStage.Scan,
            null,
            text =>
                text.WithHeader("Content-Type", "text/plain")
                    .WithBody("begin 644 " + string.Concat(Enumerable.Repeat("\u0083\u0065", 130)) + ".doc\r\n#0V%T\r\n`\r\nend\r\n"),
            message => LongUuencodeName().IsMatch(message.Body)
        ),
        new(
            FixedByHotfix,
            "Q325939",
            DefectEffect.CrashOutOfMemory,
            ConversionStage.Convert,
            Places.HotfixBuild,
            text =>
                text.WithAttachment(
                    "Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"report.xls",
                    "figures"
                ),
            message => message.Entities().Any(entity => entity.Disposition.QuoteLeftOpen)
        ),
        new(
            "date-in-received-comment",
            "Q190084",
            DefectEffect.Archive,
            ConversionStage.Convert,
            null,
            text =>
                "Received: from relay.example.com (queued 12 Jan 1998 10:14:03 -0500) by mail.example.com; Mon, 12 Jan 1998 "
                + $"10:15:00 -0500\r\n{text}",
            message => message.All("Received").Any(DateInComment().IsMatch)
        ),
        new(
            "mac-creator",
            "Q252624",
            DefectEffect.Archive,
            ConversionStage.Convert,
            null,
            text =>
                text.WithAttachment(
                    "Content-Type: application/octet-stream; name=\"Plan\"; x-mac-type=\"54455854\"; x-mac-creator=\"R*ch!\"",
                    "plan"
                ),
            message => message.Entities().Any(entity => entity.Type["x-mac-creator"] is { } creator && !EightHex().IsMatch(creator))
        ),
    ];

    /// <summary>Those that stop the mail service whatever the build: the ones that fault <c>message:K</c> draws from.</summary>
    public static IReadOnlyList<Defect> Stopping { get; } =
    [.. All.Where(defect => defect.Effect != DefectEffect.Archive && defect.FixedIn is null)];

    public static Defect ById(string id) =>
        All.FirstOrDefault(defect => defect.Id == id)
        ?? throw WindowsError.Bad($"There is no defect '{id}'. Defects are {string.Join(", ", All.Select(defect => defect.Id))}.");

    /// <summary>The first defect that a message has, in the order in which the store would meet them.</summary>
    public static Defect? In(InternetMessage message) =>
        All.OrderBy(defect => defect.Stage).FirstOrDefault(defect => defect.Recognises(message));

    [GeneratedRegex(@"\([^()]*,[^()]*\)\s*;", RegexOptions.CultureInvariant)]
    private static partial Regex CommaCommentThenSemicolon();

    [GeneratedRegex(@"(?:\r\n){2048}", RegexOptions.CultureInvariant)]
    private static partial Regex LongBreaks();

    [GeneratedRegex(@"(?:\r\n){128}", RegexOptions.CultureInvariant)]
    private static partial Regex JapaneseBreaks();

    [GeneratedRegex(@"IMCEAEX-[^@\s]*\+(?![0-9A-Fa-f]{2})", RegexOptions.CultureInvariant)]
    private static partial Regex BrokenEncapsulation();

    [GeneratedRegex(@"^begin [0-7]{3,4} (?=[^\r\n]*[\u0080-\u00ff])[^\r\n]{247,}", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex LongUuencodeName();

    [GeneratedRegex(
        @"\([^()]*\b\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4}\b[^()]*\)",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex DateInComment();

    [GeneratedRegex(@"^[0-9A-Fa-f]{8}$", RegexOptions.CultureInvariant)]
    private static partial Regex EightHex();
}
