using System.Text;
using ImcBot.Contracts;
using ImcBot.Relay.Products.Exchange.Messages;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>Messages as gateways, mailbox files and mail programs really write them.</summary>
public sealed class Messages_as_the_field_sends_them
{
    private const string Rest = "Date: Mon, 6 Jul 2026 03:09:58 +0000\r\n\r\nThe queue stands still.\r\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> OfTheField => [.. Field.Files(".eml")];

    [Theory, MemberData(nameof(OfTheField))]
    public async Task As_the_field_sends_it(string file)
    {
        Assert.SkipWhen(file.Length == 0, "The sample data of the field is not here (../shared/data/field).");
        var path = Field.PathOf(file);
        var expected = (await File.ReadAllLinesAsync(Path.ChangeExtension(path, ".expect"), Token))
            .Select(line => line.Split(": ", 2))
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        var message = await File.ReadAllBytesAsync(path, Token);

        var (shown, domain, defects) = await ReadAsync(message);

        Assert.Equal(expected["shown"], string.Join(", ", shown.Select(header => header.Name)));
        Assert.All(
            expected["not shown"].Split(", "),
            address => Assert.DoesNotContain(shown, header => header.Value.Contains(address, StringComparison.OrdinalIgnoreCase))
        );
        Assert.Equal((expected["sender domain"], expected["defects"]), (domain, defects.Count == 0 ? "none" : string.Join(", ", defects)));
    }

    [Theory]
    [InlineData("Ann <ann@Example.ORG>", "example.org")]
    [InlineData("ann@example.org (reachable as a@b.example)", "example.org")]
    [InlineData("\"a@b.example <c@d.example>\" <ann@example.org>", "example.org")]
    [InlineData("a@b.example <ann@example.org>", "example.org")]
    [InlineData("<@relay.example,@other.example:ann@example.org>", "example.org")]
    [InlineData("Desk: ann@example.org, bob@b.example;", "example.org")]
    [InlineData("<\"a\\\"@b.example\"@example.org>", "example.org")]
    [InlineData("=?utf-8?q?a=40b.example?= <ann@example.org>", "example.org")]
    [InlineData("ann@example.org.", "example.org")]
    [InlineData("undisclosed:;", null)]
    [InlineData("Ann", null)]
    [InlineData("ann@", null)]
    [InlineData("ann@[192.0.2.1]", null)]
    [InlineData("", null)]
    public void The_senders_domain_is_that_of_the_address(string from, string? domain) =>
        Assert.Equal(domain, SenderAddress.DomainOf(from));

    [Theory]
    [InlineData("Subject: ask lena@example.org now\r\n", "ask (address) now")]
    [InlineData("Subject: =?utf-8?B?YXNrIGxlbmFAZXhhbXBsZS5vcmc=?=\r\n", "ask (address)")]
    [InlineData("Subject: one\r\n two <lena@example.org>\r\n", "one two <(address)>")]
    [InlineData("Subject: one\rTo: lena@example.org\r\n", "one To: (address)")]
    [InlineData("Subject : \u00c5re\u0085\r\n", "\u00c5re")]
    [InlineData("Subject: lena@\r\n example.org\r\n", "(address)")]
    [InlineData("Subject: lena\r\n\t@example.org\r\n", "(address)")]
    [InlineData("Subject: a utf-8''lena%40example.org b\r\n", "a utf-8''(address) b")]
    [InlineData("Subject: lunch @ noon\r\n", "lunch @ noon")]
    [InlineData("Subject: ask lena@[192.0.2.1] now\r\n", "ask (address) now")]
    [InlineData("Subject: lena@[IPv6:2001:db8::1]\r\n", "(address)")]
    [InlineData("Subject: lena(at home)@example.org\r\n", "(address)")]
    [InlineData("Subject: lena@(home) example.org\r\n", "(address)")]
    [InlineData("Subject: ask lena @ example.org now\r\n", "ask (address) now")]
    [InlineData("Subject: lena\uff20example.org\r\n", "(address)")]
    [InlineData("Subject: lena\u200b@\u2060example.org\r\n", "(address)")]
    [InlineData("Subject: =?utf-8?q?lena?= =?utf-8?q?=E2=80=8B=40example.org?=\r\n", "(address)")]
    [InlineData("Subject: =?utf-8?q?lena=2Enight=40example=2Eorg now\r\n", "(encoded) now")]
    [InlineData("Subject: a =?utf-8?B?bGVuYUBleGFtcGxlLm9yZw\r\n", "a (encoded)")]
    [InlineData("Subject: =?utf-8?q?=C3=85re?=\r\n", "=?utf-8?q?=C3=85re?=")]
    [InlineData("Subject: 2*3=6\r\n", "2*3=6")]
    [InlineData("Subject: \"lena night\"@example.org\n", "(address)")]
    public void Every_address_but_the_senders_is_masked(string header, string value) =>
        Assert.Equal(
            value,
            ShownHeaders
                .Of(Encoding.UTF8.GetBytes("From: ann@example.org\r\n" + header + Rest))
                .Single(shown => shown.Name == "Subject")
                .Value
        );

    [Theory]
    [InlineData("FROM", "TO", "CONTENT-TYPE")]
    [InlineData("from", "to", "content-type")]
    [InlineData("fRoM", "tO", "cOnTeNt-TyPe")]
    public async Task The_names_of_headers_are_the_same_in_any_letters(string from, string to, string type)
    {
        var message = Encoding.ASCII.GetBytes(
            $"{from}: ann@example.org\r\n{to}: bob@hidden.example\r\n{type}: text/plain; charset=\"\"; name=\"lena@example.org\"\r\n\r\nhello\r\n"
        );

        var (shown, domain, features) = await ReadAsync(message);

        Assert.Equal([(from, "ann@example.org"), (type, "text/plain; charset=\"\"; name=\"(address)\"")], shown);
        Assert.Equal("example.org", domain);
        Assert.Contains(Defect.BlankCharset, features);
    }

    [Theory]
    [InlineData("name=\"lena@example.org\"", "name=\"(address)\"")]
    [InlineData("name*0*=utf-8''lena; name*1*=%40example.org", "name*0*=(piece); name*1*=(piece)")]
    [InlineData("name*1=\"@exam; ple.org\"; name*0=lena", "name*1=(piece); name*0=(piece)")]
    public void A_parameter_that_comes_in_pieces_is_shown_without_them(string parameter, string value) =>
        Assert.Equal(
            "text/plain; " + value,
            ShownHeaders
                .Of(Encoding.UTF8.GetBytes($"From: ann@example.org\r\nContent-Type: text/plain; {parameter}\r\n" + Rest))
                .Single(shown => shown.Name == "Content-Type")
                .Value
        );

    [Theory]
    [InlineData(
        "To",
        "Cc",
        "Bcc",
        "Reply-To",
        "X-Original-To",
        "Received",
        "Message-ID",
        "References",
        "List-Unsubscribe",
        "X-Anything",
        "Disposition-Notification-To",
        "Authentication-Results"
    )]
    public void What_is_not_on_the_list_is_not_shown(params string[] names) =>
        Assert.Equal(
            ["Date"],
            ShownHeaders
                .Of(
                    Encoding.UTF8.GetBytes(
                        string.Concat(names.Select(name => $"{name}: lena@example.org\r\n\tlena@example.org\r\n")) + Rest
                    )
                )
                .Select(header => header.Name)
        );

    [Theory]
    [InlineData("\n\r\n")]
    [InlineData(" \t\r\n\r\n")]
    [InlineData("\u00ef\u00bb\u00bf")]
    [InlineData(">>From ann@example.org Mon Jul  6 03:09:58 2026\r\n")]
    [InlineData(">From ann@example.org Mon Jul  6 03:09:58 2026\r\n")]
    [InlineData("From ann@example.org Mon Jul  6 03:09:58 2026\n\n")]
    [InlineData("")]
    public async Task What_stands_before_the_first_header_is_passed_over_behind_the_envelope_too(string before)
    {
        foreach (var envelope in new[] { "", "ImCr\u0001peer\0bob@example.com\0EwLs" })
        {
            foreach (var end in new[] { "\r\n", "\n", "\r\r\n" })
            {
                var (shown, domain, defects) = await ReadAsync(
                    Encoding.Latin1.GetBytes(
                        envelope
                            + before
                            + ("From: ann@example.org\r\nSubject: x\r\n" + Rest).Replace("\r\n", end, StringComparison.Ordinal)
                    )
                );

                Assert.Equal(["From", "Subject", "Date"], shown.Select(header => header.Name));
                Assert.Equal(("example.org", 0), (domain, defects.Count));
            }
        }
    }

    [Fact]
    public async Task An_empty_message_is_still_empty_and_a_run_of_breaks_still_a_run()
    {
        Assert.Contains(Defect.EmptyBody, (await ReadAsync("From: ann@example.org\r\r\n\r\r\n\r\r\n"u8.ToArray())).Defects);
        Assert.Contains(
            Defect.LineBreakRun,
            (
                await ReadAsync(
                    Encoding.Latin1.GetBytes("From: ann@example.org\r\n\r\nx" + string.Concat(Enumerable.Repeat("\r\r\n", 200)) + "y")
                )
            ).Defects
        );
    }

    private static async Task<(IReadOnlyList<(string Name, string Value)> Shown, string? Domain, IReadOnlyList<string> Defects)> ReadAsync(
        byte[] message
    )
    {
        using var scanner = new MessageScanner();
        var scanned = await scanner.ScanAsync(new MemoryStream(message), Token);
        return (await ShownHeaders.ReadAsync(new MemoryStream(message), Token), scanned.SenderDomain, scanned.Features);
    }
}
