using System.Text;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Products.Postfix;
using ImcBot.Testing;
using ImcBot.Testing.Mail;
using Xunit;

namespace ImcBot.Relay.Tests.Postfix;

/// <summary>Queue files as Postfix writes them, and as its milters leave them.</summary>
public sealed class Queue_files_are_read
{
    private const string Size = "             20             100               1               0              20               0";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Mail_into_which_a_milter_has_put_a_header_is_read_whole_held_and_released(int at)
    {
        Assert.SkipWhen(LivePostfix.Missing is not null, LivePostfix.Missing ?? "");
        using var milter = new HeaderMilter(at, "DKIM-Signature", $"v=1; {new string('x', 200)}");
        using var postfix = new LivePostfix(
            Loopback.FreePort(),
            longIds: false,
            further: [$"smtpd_milters = inet:127.0.0.1:{milter.Port}"]
        );
        using var bench = new PostfixBench(postfix);
        await postfix.StartAsync();
        var body = Convert.ToBase64String(new byte[12_000], Base64FormattingOptions.InsertLineBreaks);
        var id = await postfix.SendAsync($"Subject: signed\r\nDate: today\r\n\r\n{body}");
        await LivePostfix.UntilAsync(() => postfix.In("deferred").Count == 1);
        var queue = await bench.QueueAsync();
        var item = Assert.Single(QueueItem.Of(queue, await queue.FilesAsync(queue.Folder, Token)));

        var file = QueueFile.Of(
            await File.ReadAllBytesAsync(
                Directory.GetFiles(Path.Combine(postfix.Queue, "deferred"), id, SearchOption.AllDirectories).Single(),
                Token
            )
        );

        Assert.Equal((item.Size, item.Arrived / 1_000_000), (file.MessageSize, file.Arrived));
        Assert.Equal(("someone@sender.test", 1, 0, null), (file.From, file.Waiting, file.DoneWith, file.ContentFilter));
        Assert.Equal(
            ["DKIM-Signature", "Date", "From", "Message-Id", "Received", "Subject"],
            Encoding.ASCII.GetString(file.Header).Split('\n').Where(line => line is [> ' ', ..]).Select(line => line.Split(':')[0]).Order()
        );
        Assert.Equal(item.Name, (await MoveAsync(queue.Folder, queue.HoldRoot)).Path);
        Assert.Equal([id], postfix.In("hold"));
        Assert.True((await MoveAsync(queue.HoldRoot, queue.Folder)).Done);
        Assert.Empty(postfix.In("hold"));

        async Task<Hosts.FileResult> MoveAsync(string from, string to)
        {
            var result = Assert.Single(await queue.MoveAsync(bench.Writer, [item], from, to, Token));
            Assert.True(result.Done, result.Error);
            return result;
        }
    }

    [Fact]
    public void Of_a_message_nothing_is_read_that_belongs_to_its_envelope()
    {
        var file = Read([
            .. Envelope,
            .. Record('M', ""),
            .. Record('N', "Subject: a"),
            .. Record('N', ""),
            .. Record('T', "7 0"),
            .. Record('C', "7"),
            .. Record('S', "a line of the body"),
            .. Record('R', "a line of the body"),
            .. Record('X', ""),
            .. Record('T', "8 0"),
            .. Record('C', "8"),
            .. Record('E', ""),
            .. Record('R', "what lies behind the end"),
        ]);

        Assert.Equal((20, 1_700_000_000, "me@sender.test", 1), (file.MessageSize, file.Arrived, file.From, file.Waiting));
        Assert.Equal("Subject: a\n", Encoding.ASCII.GetString(file.Header));
    }

    [Fact]
    public void What_lies_behind_a_pointer_is_read_in_its_place_and_what_it_replaced_is_not()
    {
        byte[] before = [.. Envelope, .. Record('M', "")],
            replaced = Record('N', "Received: by mx with T and S and R in it"),
            after = [.. Record('N', "Subject: a"), .. Record('N', ""), .. Record('X', ""), .. Record('E', "")];
        var behind = before.Length + replaced.Length + after.Length;
        var file = Read([
            .. before,
            .. PointerOver(replaced, behind),
            .. after,
            .. Record('N', "DKIM-Signature: v=1"),
            .. Record('N', "Received: by mx with T and S and R in it"),
            .. Pointer(before.Length + replaced.Length),
        ]);

        Assert.Equal("DKIM-Signature: v=1\nReceived: by mx with T and S and R in it\nSubject: a\n", Encoding.ASCII.GetString(file.Header));
        Assert.Equal((20, "me@sender.test", 1), (file.MessageSize, file.From, file.Waiting));
    }

    [Theory]
    [InlineData("")]
    [InlineData("R")]
    public void Pointers_that_lead_round_and_round_come_to_an_end(string between)
    {
        byte[] some = [.. Envelope, .. between.SelectMany(type => Record(type, "reader@next.test"))];

        Assert.Equal("me@sender.test", Read([.. some, .. Pointer(Envelope.Length)]).From);
        Assert.Equal("me@sender.test", Read([.. some, .. Pointer(1_000_000_000_000)]).From);
    }

    private static byte[] Envelope =>
        [
            .. Record('C', Size),
            .. Record('T', "1700000000 5"),
            .. Record('S', "me@sender.test"),
            .. Record('R', "reader@next.test"),
            .. Pointer(0),
        ];

    private static QueueFile Read(byte[] bytes) => QueueFile.Of(bytes);

    private static byte[] Record(char type, string text) => [(byte)type, (byte)text.Length, .. Encoding.ASCII.GetBytes(text)];

    private static byte[] Pointer(long to) => Record('p', $"{to, 15}");

    private static byte[] PointerOver(byte[] record, long to)
    {
        var pointer = Pointer(to);
        return [.. pointer, .. record[pointer.Length..]];
    }
}
