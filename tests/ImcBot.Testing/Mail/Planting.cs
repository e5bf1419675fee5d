using System.Text.RegularExpressions;
using ImcBot.Contracts;

namespace ImcBot.Testing.Mail;

/// <summary>
/// Puts each defect that a file can show (<see cref="Defect"/>) into a message, which stays otherwise what it was. Text is one byte a
/// character.
/// </summary>
internal static partial class Planting
{
    public static IReadOnlyDictionary<string, Func<string, string>> All { get; } =
        new Dictionary<string, Func<string, string>>(StringComparer.Ordinal)
        {
            [Defect.BlankCharset] = text => text.With("Content-Type", "text/plain; charset=\"\""),
            [Defect.EmptyBoundary] = text => text.With("Content-Type", "multipart/mixed; boundary=\"\""),
            [Defect.BadContentType] = text => text.With("Content-Type", "text/plain; charset=us-ascii;\u0001\u0002 format=flowed"),
            [Defect.OpenQuote] = text =>
                text.WithPart(
                    "Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"report.xls",
                    "figures"
                ),
            [Defect.MissingBoundary] = text => text.With("Content-Type", "multipart/mixed; boundary=\"----=_NextPart_NeverComes\""),
            [Defect.OpenParenthesisInName] = text =>
                text.WithPart(
                    "Content-Type: application/msword\r\nContent-Disposition: attachment; filename=\"figures (final.doc\"",
                    "figures"
                ),
            [Defect.CommaInComment] = text => text.With("Cc", "staff@example.com (Sales, North); office@example.com"),
            [Defect.DateInReceivedComment] = text =>
                "Received: from relay.example.com (queued 12 Jan 1998 10:14:03 -0500) by mail.example.com; Mon, 12 Jan 1998 "
                + $"10:15:00 -0500\r\n{text}",
            [Defect.MalformedTnef] = text =>
                text.WithPart(
                    "Content-Type: application/ms-tnef; name=\"winmail.dat\"\r\nContent-Transfer-Encoding: base64",
                    Convert.ToBase64String([0x78, 0x9F, 0x3E, 0x22, 1, 0, 1, 4, 0x80, 1, 0, 0, 0, 0, 0, 0, 0])
                ),
            [Defect.CorruptBase64] = text =>
                text.WithPart(
                    "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64",
                    "SGVsbG8gd29ybGQhIFRoaXMg\u0007\u00ff#!~aXMgZGFtYWdlZA="
                ),
            [Defect.InvalidDoubleByte] = text =>
                text.With("Content-Transfer-Encoding", "8bit")
                    .With("Content-Type", "text/plain; charset=shift_jis")
                    .WithBody("\u0082\u00b1\u0082\u00f1\u0082\r\n\u0082\u00cd\r\n"),
            [Defect.LongEncodedName] = text =>
                text.Without("Content-Transfer-Encoding")
                    .With("Content-Type", "text/plain")
                    .WithBody($"begin 644 {new string('\u0083', 260)}.doc\r\n#0V%T\r\n`\r\nend\r\n"),
            [Defect.QuotedUtf16Html] = text =>
                text.With("Content-Transfer-Encoding", "quoted-printable")
                    .With("Content-Type", "text/html; charset=\"utf-16\"")
                    .WithBody("=FF=FE<=00h=00>=00\r\n"),
            [Defect.Utf7Text] = text =>
                text.With("Content-Transfer-Encoding", "7bit")
                    .With("Content-Type", "text/plain; charset=\"utf-7\"")
                    .WithBody("aus M+APw\r\nnchen\r\n"),
            [Defect.LineBreakRun] = text => text.TrimEnd() + string.Concat(Enumerable.Repeat("\r\n", 2200)) + "end\r\n",
            [Defect.EmbeddedAttachments] = text =>
                text.WithPart(
                    "Content-Type: message/rfc822",
                    "Subject: inner\r\nContent-Type: multipart/mixed; boundary=\"in\"\r\n\r\n--in\r\nContent-Disposition: "
                        + "attachment; filename=\"a.doc\"\r\n\r\nx\r\n--in--\r\n"
                ),
            [Defect.SignedReceiptRequest] = text =>
                text.With("Disposition-Notification-To", "<sender@example.com>")
                    .With("Content-Transfer-Encoding", "base64")
                    .With("Content-Type", "application/x-pkcs7-mime; name=\"smime.p7m\"")
                    .WithBody("AAAA\r\n"),
            [Defect.DeliveryReport] = text =>
                text.WithPart("Content-Type: message/delivery-status", "Reporting-MTA: dns; mail.example.net\r\n")
                    .WithPart(
                        "Content-Type: application/ms-tnef; name=\"winmail.dat\"\r\nContent-Transfer-Encoding: base64",
                        "eJ8+IgEAAQSQBgAEAAAAAQAAAAEA"
                    ),
            [Defect.MalformedEncapsulatedAddress] = text => text.With("To", "IMCEAEX-_O+3DEXAMPLE_OU+3D+ZZSITE_CN+3@example.com"),
            [Defect.EmptyBody] = text => text.Without("Content-Transfer-Encoding").With("Content-Type", "text/plain").WithBody("\r\n"),
            [Defect.PostScriptAttachment] = text => text.WithPart("Content-Type: application/postscript", "%!PS-Adobe"),
            [Defect.IllegalMacCreator] = text =>
                text.WithPart(
                    "Content-Type: application/octet-stream; name=\"Plan\"; x-mac-type=\"54455854\"; x-mac-creator=\"R*ch!\"",
                    "plan"
                ),
            [Defect.FormatInSubject] = text => text.With("Subject", "100 %s off"),
            [Defect.TooManyRecipients] = text => text.With("Cc", string.Join(",\r\n ", Enumerable.Repeat("a@example.com", 32_800))),
            [Defect.UnknownCharset] = text => text.With("Content-Type", "text/plain; charset=\"x-klingon\""),
        };

    private static string With(this string message, string name, string value) => $"{name}: {value}\r\n{message.Without(name)}";

    private static string Without(this string message, string name)
    {
        var (head, body) = Cut(message);
        var kept = Lines(head).Where(line => !line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase));
        return $"{string.Concat(kept.Select(line => line.TrimEnd('\r', '\n') + "\r\n"))}\r\n{body}";
    }

    private static string WithBody(this string message, string body) => $"{Cut(message).Head}\r\n{body}";

    /// <summary>A multipart of what the message was and one part more.</summary>
    private static string WithPart(this string message, string headers, string content)
    {
        var (head, body) = Cut(message);
        var boundary = $"----=_NextPart_{message.Length:X8}";
        var (own, rest) = (Lines(head).Where(IsContent), Lines(head).Where(line => !IsContent(line)));
        return string.Join(
            "\r\n",
            $"Content-Type: multipart/mixed; boundary=\"{boundary}\"",
            string.Concat(rest).TrimEnd(),
            "",
            $"--{boundary}",
            string.Concat(own),
            body,
            $"--{boundary}",
            headers,
            "",
            content,
            $"--{boundary}--",
            ""
        );
    }

    private static bool IsContent(string line) => line.StartsWith("Content-", StringComparison.OrdinalIgnoreCase);

    private static (string Head, string Body) Cut(string message)
    {
        var blank = BlankLine().Match(message);
        return blank.Success
            ? (message[..blank.Index] + "\r\n", message[(blank.Index + blank.Length)..])
            : (message.TrimEnd() + "\r\n", "");
    }

    private static IEnumerable<string> Lines(string head) => HeaderLine().Matches(head).Select(line => line.Value);

    [GeneratedRegex(@"\r?\n\r?\n", RegexOptions.CultureInvariant)]
    private static partial Regex BlankLine();

    // One header with its folded lines.
    [GeneratedRegex(@"[^\n]*\n(?:[ \t][^\n]*\n)*", RegexOptions.CultureInvariant)]
    private static partial Regex HeaderLine();
}
