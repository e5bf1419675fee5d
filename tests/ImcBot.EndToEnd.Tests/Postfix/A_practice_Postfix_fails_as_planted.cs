using System.Net;
using System.Net.Sockets;
using ImcBot.Lab.Server.Host;
using ImcBot.Lab.Server.Mail;

namespace ImcBot.EndToEnd.Tests.Postfix;

/// <summary>Each fault is seen from outside, as an administrator would see it.</summary>
public sealed class A_practice_Postfix_fails_as_planted
{
    private const int Before = 4;

    [Fact]
    public async Task One_message_that_kills_the_filter_stops_all_mail_behind_it()
    {
        await using var server = await RunningPostfix.StartAsync("filter:1");

        var truth = await server.UntilAsync(truth =>
            truth.StoreCrashes > 0
            && truth.Messages.Count >= 12
            && server.Log.Contains("delivery temporarily suspended: lost connection", StringComparison.Ordinal)
        );

        Assert.Equal(Before, truth.Messages.Count(message => message.Deliveries == 1));
        Assert.Single(truth.Messages, message => message.Bad);
        Assert.All(truth.Messages.Where(message => message.Deliveries == 0), message => Assert.Equal(MessageState.In, message.State));
    }

    [Fact]
    public async Task What_is_held_is_released_and_delivered_once_and_each_is_in_the_record()
    {
        SkipUnlessAll();
        await using var server = await RunningPostfix.StartAsync("filter:1");
        var truth = await server.UntilAsync(truth => truth.StoreCrashes > 0 && truth.Messages.Count >= 12);
        var bad = truth.Messages.Single(message => message.Bad);

        await PostfixTools.HoldAsync(server.Folder, bad.Name);
        await server.UntilFilteredAsync();
        await server.Desk.AtConsoleAsync("flush", TestContext.Current.CancellationToken);

        truth = await server.UntilAsync(truth => truth.Messages.Where(message => !message.Bad).All(message => message.Deliveries > 0));
        Assert.Equal(MessageState.Held, truth.Messages.Single(message => message.Bad).State);
        Assert.All(truth.Messages.Where(message => !message.Bad), message => Assert.Equal(1, message.Deliveries));
        Assert.Equal(1, truth.StoreCrashes);
        var held = Assert.Single(await RecordAsync(server), entry => entry is { By: "caller", What: "hold" });
        Assert.EndsWith(bad.Name, held.Target, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_message_that_hangs_the_filter_stops_all_mail_without_a_word()
    {
        SkipUnlessAll();
        await using var server = await RunningPostfix.StartAsync("hang:1");

        var truth = await server.UntilAsync(truth => truth.Messages.Count >= 12);

        Assert.Equal(Before, truth.Messages.Count(message => message.Deliveries == 1));
        Assert.Equal(0, truth.StoreCrashes);
        Assert.DoesNotContain("deferred", server.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("disk", "452 4.3.1 ", "not enough free space in mail queue")]
    [InlineData("config", "451 4.3.5 ", "unknown smtpd restriction")]
    public async Task No_further_mail_is_taken(string fault, string said, string logged)
    {
        SkipUnlessAll();
        await using var server = await RunningPostfix.StartAsync(fault);

        var truth = await server.UntilAsync(_ => server.Log.Contains(logged, StringComparison.Ordinal));

        Assert.Equal(Before, truth.Messages.Count);
        Assert.Equal(said, (await AnswerAsync(server))?[..said.Length]);
    }

    [Theory]
    [InlineData("limit")]
    [InlineData("inodes")]
    public async Task A_further_client_waits_for_an_answer_in_vain(string fault)
    {
        SkipUnlessAll();
        await using var server = await RunningPostfix.StartAsync(fault);

        await Assert.ThrowsAsync<OperationCanceledException>(() => AnswerAsync(server));
    }

    [Theory]
    [InlineData("destination", "Connection refused")]
    [InlineData("chroot-dns", "unable to look up host localhost")]
    public async Task Mail_is_taken_and_put_off(string fault, string logged)
    {
        SkipUnlessAll();
        await using var server = await RunningPostfix.StartAsync(fault);

        var truth = await server.UntilAsync(truth => truth.Messages.Count >= 12 && server.Log.Contains(logged, StringComparison.Ordinal));

        Assert.Equal(Before, truth.Messages.Count(message => message.Deliveries == 1));
        Assert.All(truth.Messages.Skip(Before), message => Assert.Equal(MessageState.In, message.State));
    }

    [Theory]
    [InlineData("log")]
    [InlineData("verbose")]
    [InlineData("certificate")]
    [InlineData("flood")]
    public async Task Mail_flows_on(string fault)
    {
        SkipUnlessAll();
        await using var server = await RunningPostfix.StartAsync(fault);

        var truth = await server.UntilAsync(truth => truth.Messages.Count(message => message.Deliveries > 0) >= 12);

        Assert.All(truth.Messages, message => Assert.InRange(message.Deliveries, 0, 1));
        Assert.Equal(fault == "flood" ? 150 : 0, truth.Messages.Count(message => message.State == MessageState.In));
    }

    [Fact]
    public async Task A_server_that_was_ended_goes_on_with_the_mail_that_it_had()
    {
        SkipUnlessAll();
        await using var server = await RunningPostfix.StartAsync("destination");
        var before = await server.UntilAsync(truth => truth.Messages.Count >= 12);

        await server.EndAsync();
        await server.StartAgainAsync();
        await server.UntilFilteredAsync();
        await server.Desk.AtConsoleAsync("mend-destination", TestContext.Current.CancellationToken);
        await server.Desk.AtConsoleAsync("flush", TestContext.Current.CancellationToken);

        var truth = await server.UntilAsync(truth => truth.Messages.Take(before.Messages.Count).All(message => message.Deliveries > 0));
        Assert.All(truth.Messages, message => Assert.InRange(message.Deliveries, 0, 1));
    }

    private static Task<IReadOnlyList<RecordEntry>> RecordAsync(RunningPostfix server) =>
        server.Desk.RecordAsync(0, TestContext.Current.CancellationToken);

    /// <summary>The answer to a first recipient, as any other client would hear it within some seconds; null where it ends.</summary>
    private static async Task<string?> AnswerAsync(RunningPostfix server)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5), TimeProvider.System);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.MailPort, patience.Token);
        using var reader = new StreamReader(client.GetStream());
        await using var writer = new StreamWriter(client.GetStream()) { AutoFlush = true, NewLine = "\r\n" };
        string? answer = null;
        foreach (var line in new[] { null, "HELO client.example", "MAIL FROM:<a@sender.example>", "RCPT TO:<office@example.com>" })
        {
            if (line is not null)
            {
                await writer.WriteLineAsync(line);
            }

            answer = await reader.ReadLineAsync(patience.Token);
            if (answer?.StartsWith('2') != true)
            {
                return answer;
            }
        }

        return null;
    }

    private static void SkipUnlessAll() =>
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("IMCBOT_POSTFIX") == "all",
            "Ten seconds each beside the first; IMCBOT_POSTFIX=all runs them."
        );
}
