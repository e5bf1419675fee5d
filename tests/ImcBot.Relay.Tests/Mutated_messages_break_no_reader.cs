using System.Globalization;
using System.Text;
using ImcBot.Relay.Products.Exchange.Messages;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>
/// Whatever a spool file holds, no exception leaves its readers, and nobody's address but the sender's is shown. <c>IMCBOT_READERS</c> and
/// <c>IMCBOT_SEED</c> as for feeds and alerts.
/// </summary>
public sealed class Mutated_messages_break_no_reader(ITestOutputHelper output)
{
    // The name of a header is the same in capitals (RFC 5322, 1.2.2).
    private static readonly HashSet<string> Senders = new(StringComparer.OrdinalIgnoreCase) { "From", "Sender", "Return-Path" };

    private static readonly string[] Samples =
    [
        "Return-Path: <ann@example.org>\r\nReceived: from a by b for <bob@hidden.example>; Mon, 6 Jul 2026 03:10:00 +0000\r\nFrom: "
            + "\"ann@x.example\" (c@d.example) <ann@example.org>\r\nTo: bob@hidden.example,\r\n carol@hidden.example\r\n"
            + "Cc: dave@hidden.example\r\nSubject: =?utf-8?Q?=C3=85re?= offer\r\nMIME-Version: 1.0\r\nContent-Type: "
            + "multipart/mixed;\r\n boundary=\"cut\"\r\n\r\n--cut\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nhello\r\n--cut\r\n"
            + "Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--cut--\r\n",
        ">From ann@example.org Mon Jul  6 03:09:58 2026\r\nFrom: Desk: ann@example.org;\r\nTo: bob@hidden.example\r\nSubject: "
            + "x\r\nDate: Mon, 6 Jul 2026 03:09:58 +0000\r\n\r\nhello\r\nbegin 644 a.txt\r\n",
        "ImCr\u0001peer\0bob@hidden.example\0EwLsFrom: ann@example.org\r\nTo: bob@hidden.example\r\nSubject: x\r\n\r\nhello\r\n",
    ];

    [Fact]
    public async Task No_message_breaks_its_readers_or_shows_a_recipient()
    {
        var (first, count) = (Setting("IMCBOT_SEED", 1), Setting("IMCBOT_READERS", 600));
        using var scanner = new MessageScanner();
        for (var number = first; number < first + count; number++)
        {
            var message = LineMutator.Mutate(Samples, number);
            var failure = await Record.ExceptionAsync(async () =>
            {
                await scanner.ScanAsync(new MemoryStream(message), TestContext.Current.CancellationToken);
                var shown = await ShownHeaders.ReadAsync(new MemoryStream(message), TestContext.Current.CancellationToken);
                Assert.DoesNotContain(
                    shown.Where(header => !Senders.Contains(header.Name)),
                    header => header.Value.Contains("@hidden.example", StringComparison.Ordinal)
                );
            });
            Assert.True(failure is null, $"Message {number}: {failure}\n{Encoding.Latin1.GetString(message)}");
        }

        output.WriteLine($"messages: {count} from {first}");
    }

    private static int Setting(string name, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : usual;
}
