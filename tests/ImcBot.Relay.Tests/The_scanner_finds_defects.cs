using System.Security.Cryptography;
using System.Text;
using CsCheck;
using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Products.Exchange.Messages;
using Xunit;

namespace ImcBot.Relay.Tests;

public sealed class The_scanner_finds_defects
{
    private const string Good =
        "Received: from peer.example.com by exch01.example.com; Mon, 2 Mar 2026 02:40:00 +0000\r\nFrom: Ann "
        + "<ann@shop.example.com>\r\nTo: bob@example.com\r\n"
        + "Subject: offer\r\nMIME-Version: 1.0\r\n";

    private const string Mixed =
        "Content-Type: multipart/mixed; boundary=\"cut\"\r\n\r\nprolog\r\n--cut\r\nContent-Type: text/plain\r\n\r\nhello\r\n--cut\r\n";

    private const string Envelope = "ImCr\u0001\0peer\0ann@shop.example.com\0bob@example.com\0\0EwLs";

    /// <summary>A message for each defect of the domain's list that a file can show.</summary>
    public static TheoryData<string, string> Planted =>
        new()
        {
            { Defect.BlankCharset, "Content-Type: text/plain; charset=\"\"\r\n\r\nhello\r\n" },
            { Defect.EmptyBoundary, "Content-Type: multipart/mixed; boundary=\"\"\r\n\r\nhello\r\n" },
            { Defect.BadContentType, "Content-Type: text/plain; charset=us-ascii;\u0001\u0002 format=flowed\r\n\r\nhello\r\n" },
            { Defect.EightBitContentType, "Content-Type: text/plain; name=\"pr\u00e9cis\"\r\n\r\nhello\r\n" },
            {
                Defect.OpenQuote,
                Mixed
                    + "Content-Type: application/octet-stream\r\nContent-Disposition: attachment; "
                    + "filename=\"report.xls\r\n\r\nx\r\n--cut--\r\n"
            },
            { Defect.MissingBoundary, "Content-Type: multipart/mixed; boundary=\"----=_NextPart_NeverComes\"\r\n\r\nhello\r\n" },
            {
                Defect.OpenParenthesisInName,
                Mixed
                    + "Content-Type: application/msword\r\nContent-Disposition: attachment; filename=\"figures "
                    + "(final.doc\"\r\n\r\nx\r\n--cut--\r\n"
            },
            { Defect.CommaInComment, "Cc: staff@example.com (Sales, North); office@example.com\r\n\r\nhello\r\n" },
            {
                Defect.DateInReceivedComment,
                "Received: from relay.example.com (queued 12 Jan 1998 10:14:03 -0500) by mail.example.com; Mon, 12 Jan 1998 "
                    + "10:15:00 -0500\r\n\r\nhello\r\n"
            },
            {
                Defect.MalformedTnef,
                Mixed
                    + "Content-Type: application/ms-tnef; name=\"winmail.dat\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                    + $"{EmptyAttribute}\r\n--cut--\r\n"
            },
            {
                Defect.CorruptBase64,
                Mixed + "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\nSGVsbG8g!~\r\n--cut--\r\n"
            },
            {
                Defect.CorruptBase64,
                Mixed + "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\nSGVsbA=\r\n=VGhl\r\n--cut--\r\n"
            },
            {
                Defect.InvalidDoubleByte,
                "Content-Type: text/plain; charset=shift_jis\r\nContent-Transfer-Encoding: "
                    + "8bit\r\n\r\n\u0082\u00b1\u0082\u00f1\u0082\r\n\u0082\u00cd\r\n"
            },
            { Defect.LongEncodedName, $"\r\nbegin 644 {new string('\u0083', 260)}.doc\r\n#0V%T\r\n`\r\nend\r\n" },
            {
                Defect.QuotedUtf16Html,
                "Content-Type: text/html; charset=\"utf-16\"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=FF=FE<=00\r\n"
            },
            { Defect.Utf7Text, "Content-Type: text/plain; charset=\"utf-7\"\r\n\r\nM+APw\r\n" },
            { Defect.LineBreakRun, "\r\nhello" + string.Concat(Enumerable.Repeat("\r\n", 140)) + "end\r\n" },
            {
                Defect.EmbeddedAttachments,
                Mixed
                    + "Content-Type: message/rfc822\r\n\r\nSubject: inner\r\nContent-Type: multipart/mixed; "
                    + "boundary=\"in\"\r\n\r\n--in\r\nContent-Disposition: attachment; "
                    + "filename=\"a.doc\"\r\n\r\nx\r\n--in--\r\n\r\n--cut--\r\n"
            },
            {
                Defect.SignedReceiptRequest,
                "Disposition-Notification-To: <a@example.com>\r\nContent-Type: application/x-pkcs7-mime; "
                    + "name=\"smime.p7m\"\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n"
            },
            {
                Defect.DeliveryReport,
                "Content-Type: multipart/report; report-type=delivery-status; "
                    + "boundary=\"cut\"\r\n\r\n--cut\r\n\r\nfailed\r\n--cut\r\nContent-Type: "
                    + "message/delivery-status\r\n\r\nReporting-MTA: dns; "
                    + "x\r\n--cut\r\nContent-Type: application/ms-tnef\r\n\r\nx\r\n--cut--\r\n"
            },
            { Defect.MalformedEncapsulatedAddress, "Cc: IMCEAEX-_O+3DEXAMPLE_OU+3D+ZZSITE_CN+3@example.com\r\n\r\nhello\r\n" },
            { Defect.EmptyBody, "\r\n\r\n" },
            { Defect.PostScriptAttachment, Mixed + "Content-Type: application/postscript\r\n\r\n%!PS-Adobe\r\n--cut--\r\n" },
            {
                Defect.IllegalMacCreator,
                Mixed
                    + "Content-Type: application/octet-stream; name=\"Plan\"; x-mac-type=\"54455854\"; "
                    + "x-mac-creator=\"R*ch!\"\r\n\r\nx\r\n--cut--\r\n"
            },
            { Defect.FormatInSubject, "Subject: 100 %s off\r\n\r\nhello\r\n" },
            { Defect.TooManyRecipients, "Cc: " + string.Join(",\r\n ", Enumerable.Repeat("a@example.com", 32_800)) + "\r\n\r\nhello\r\n" },
            { Defect.UnknownCharset, "Content-Type: text/plain; charset=\"x-klingon\"\r\n\r\nhello\r\n" },
        };

    [Theory]
    [MemberData(nameof(Planted))]
    public async Task Each_planted_defect_is_found_behind_the_envelope(string defect, string rest)
    {
        var scanned = await ScanAsync(Latin1(Envelope + Good + rest));

        Assert.Contains(defect, scanned.Features);
    }

    [Fact]
    public async Task An_ordinary_message_shows_nothing()
    {
        var scanned = await ScanAsync(
            Latin1(
                Envelope
                    + Good
                    + Mixed
                    + "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\nSGVsbG8=\r\n--cut--\r\n"
            )
        );

        Assert.Empty(scanned.Features);
        Assert.Equal("shop.example.com", scanned.SenderDomain);
    }

    [Fact]
    public async Task The_hash_is_that_of_the_whole_file()
    {
        var file = Latin1(Envelope + Good + "\r\nhello\r\n");

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(file)), (await ScanAsync(file)).Sha256);
    }

    [Fact]
    public async Task A_file_without_envelope_is_read_from_its_beginning() =>
        Assert.Contains(
            Defect.BlankCharset,
            (await ScanAsync(Latin1("From: a@example.com\r\nContent-Type: text/plain; charset=\"\"\r\n\r\nx"))).Features
        );

    [Fact]
    public void No_bytes_make_it_throw() =>
        Gen
            .Byte.Array[0, 3000]
            .Sample(
                bytes =>
                {
                    var scanned = ScanAsync(bytes).GetAwaiter().GetResult();
                    return scanned.Sha256 == Convert.ToHexStringLower(SHA256.HashData(bytes));
                },
                iter: 500
            );

    [Fact]
    public void No_broken_message_makes_it_throw()
    {
        var files = Planted.Select(row => Latin1(Envelope + Good + row.Data.Item2)).Where(file => file.Length < 100_000).ToArray();
        Gen.Select(Gen.Int[0, files.Length - 1], Gen.Int[0, 4000], Gen.Byte)
            .Sample(
                (which, at, letter) =>
                {
                    var file = files[which].ToArray();
                    file[at % file.Length] = letter;
                    return ScanAsync(file[..Math.Max(1, at % file.Length)]).GetAwaiter().GetResult().Sha256.Length == 64
                        && ScanAsync(file).GetAwaiter().GetResult().Sha256.Length == 64;
                },
                iter: 2000
            );
    }

    [Theory]
    [InlineData("Subject: ", "A", "")]
    [InlineData("Subject: a", "\r\n A", "\r\n")]
    [InlineData("To: ", "(,", ")")]
    [InlineData("Received: (", "1 Jan 1998 ", "")]
    [InlineData("", "X-Line: 1\r\n", "")]
    [InlineData("", "Content-Type: message/rfc822\r\n\r\n", "")]
    public async Task An_endless_header_neither_stalls_nor_hides_the_hash(string start, string again, string end)
    {
        var file = Latin1(start + string.Concat(Enumerable.Repeat(again, (4 << 20) / again.Length)) + end + "\r\n\r\nhello");

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(file)), (await ScanAsync(file)).Sha256);
    }

    [Fact]
    public async Task What_follows_an_endless_line_is_still_read()
    {
        var file = Latin1(
            "From: a@shop.example.com\r\nX-Long: " + new string('A', 200_000) + "\r\nContent-Type: text/plain; charset=\"\"\r\n\r\nhello"
        );

        Assert.Equal([Defect.BlankCharset], (await ScanAsync(file)).Features);
    }

    [Fact]
    public async Task Real_mail_is_read_to_its_end()
    {
        var folder = Shared("data", "mail");
        Assert.SkipWhen(folder is null, "The folder of real mail is not here.");
        foreach (var file in Directory.EnumerateFiles(folder!, "*", SearchOption.AllDirectories))
        {
            var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), (await ScanAsync(bytes)).Sha256);
        }
    }

    private static string EmptyAttribute => Convert.ToBase64String([0x78, 0x9F, 0x3E, 0x22, 1, 0, 1, 4, 0x80, 1, 0, 0, 0, 0, 0, 0, 0]);

    private static async Task<ItemDescription> ScanAsync(byte[] file)
    {
        using var scanner = new MessageScanner();
        return await scanner.ScanAsync(new MemoryStream(file), CancellationToken.None);
    }

    private static byte[] Latin1(string text) => Encoding.Latin1.GetBytes(text);

    private static string? Shared(params string[] below)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ImcBot.sln")))
            {
                var path = Path.Combine([folder.Parent!.FullName, "shared", .. below]);
                return Directory.Exists(path) ? path : null;
            }
        }

        return null;
    }
}
