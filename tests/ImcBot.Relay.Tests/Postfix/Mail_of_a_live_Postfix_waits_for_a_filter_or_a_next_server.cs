using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Testing;
using ImcBot.Testing.Mail;
using Xunit;

namespace ImcBot.Relay.Tests.Postfix;

/// <summary>Whose connection it is that mail waits for decides what is wrong: a message, the filter, or a server elsewhere.</summary>
public sealed class Mail_of_a_live_Postfix_waits_for_a_filter_or_a_next_server : IDisposable
{
    private readonly List<IDisposable> _doors = [];
    private LivePostfix? _postfix;
    private PostfixBench? _bench;

    private LivePostfix Postfix => _postfix!;

    private PostfixBench Bench => _bench!;

    [Fact]
    public async Task A_next_server_that_is_slow_names_no_message_also_where_a_filter_is_at_the_same_address()
    {
        var next = Door();
        next.Hangs = _ => true;
        await StartAsync(next.Port, filter: Door().Port);
        await Postfix.GiveBackAsync("Subject: a long upload");
        await LivePostfix.UntilAsync(() => next.Waiting.Count == 1);

        var suspects = await AskAsync("postfix.suspects");

        Assert.Equal((Verdict.Clear, "", "1"), (suspects.Verdict, suspects.Data["named"], suspects.Data["active"]));
    }

    [Fact]
    public async Task A_next_server_that_hangs_up_names_no_message_also_where_a_filter_is_at_the_same_address()
    {
        var next = Door();
        next.Breaks = _ => true;
        await StartAsync(next.Port, filter: Door().Port);
        await Postfix.GiveBackAsync("Subject: a");
        await LivePostfix.UntilAsync(() => Postfix.In("deferred").Count == 1);
        Assert.Contains("lost connection with 127.0.0.1[127.0.0.1]", Postfix.Ask("postqueue", "-j"));

        var suspects = await AskAsync("postfix.suspects");

        Assert.Equal((Verdict.Clear, ""), (suspects.Verdict, suspects.Data["named"]));
    }

    [Theory]
    [InlineData("connect to mx.far.test[192.0.2.7]:25: Connection timed out", true)]
    [InlineData("host mx.far.test[192.0.2.7] refused to talk to me: 421 busy", true)]
    [InlineData("conversation with mx.far.test[192.0.2.7] timed out while sending MAIL FROM", false)]
    [InlineData("lost connection with mx.far.test[192.0.2.7] while sending RCPT TO", false)]
    [InlineData("host mx.far.test[192.0.2.7] said: 450 4.7.1 Helo command rejected: Host not found", false)]
    public async Task Some_server_elsewhere_is_waited_for_and_its_own_words_are_no_sign(string reason, bool isUnreached)
    {
        Make(Loopback.FreePort());
        Postfix.Ask(
            "postconf",
            "-e",
            "relayhost=",
            "smtpd_reject_unlisted_recipient=no",
            $"transport_maps=inline:{{ {{ next.test = retry:4.4.1 {reason} }} }}"
        );
        await Postfix.StartAsync();
        await DeferOneAsync();
        Assert.Contains(reason, Postfix.Ask("postqueue", "-j"));

        Assert.Equal(Verdict.Clear, (await AskAsync("postfix.suspects")).Verdict);
        var destination = await AskAsync("postfix.destination", ("at-most", "0"));
        Assert.Equal(
            (isUnreached ? Verdict.Finding : Verdict.Clear, isUnreached ? "1" : "0"),
            (destination.Verdict, destination.Data["count"])
        );

        await LivePostfix.UntilAsync(async () => (await AskAsync("queue.age", ("at-most", "1s"))).Verdict is Verdict.Finding);
        var one = await AskAsync("queue.age", ("at-most", "1s"), ("unreached", "1"));
        Assert.Equal((Verdict.Clear, "1", "1"), (one.Verdict, one.Data["waiting"], one.Data["next"]));
        Assert.Contains("1 message waiting, for next servers alone: 1 × ", one.Summary);
        Assert.Equal(Verdict.Finding, (await AskAsync("queue.age", ("at-most", "1s"), ("unreached", "0"))).Verdict);
        Postfix.Ask("postconf", "-e", "relayhost=[127.0.0.1]:9");
        Assert.Equal(Verdict.Finding, (await AskAsync("queue.age", ("at-most", "1s"), ("unreached", "1"))).Verdict);
    }

    [Fact]
    public async Task Held_mail_waits_for_nobody()
    {
        await StartAsync(Loopback.FreePort());
        await DeferOneAsync();
        Assert.Equal(Verdict.Finding, (await AskAsync("postfix.destination", ("at-most", "0"))).Verdict);

        Postfix.Ask("postsuper", "-h", "ALL");

        Assert.Equal((Verdict.Clear, "0"), await DestinationAsync());
    }

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("localhost", false)]
    [InlineData("127.0.0.1", true)]
    public async Task A_filter_at_a_port_of_this_host_that_is_away_is_told_until_it_is_there(string host, bool isOfLine)
    {
        var port = Loopback.FreePort();
        Make(Loopback.FreePort());
        await StartAsync(filter: $"scan:[{host}]:{port}", isOfLine);
        await DeferOneAsync();

        var away = await AskAsync("postfix.filter");
        Assert.Equal((Verdict.Finding, $"{host}:{port}"), (away.Verdict, away.Data["away"]));
        Assert.Contains("takes no connection; 1 message put off because of that", away.Summary);
        Assert.Equal(Verdict.Clear, (await AskAsync("postfix.suspects")).Verdict);
        Assert.Equal((Verdict.Clear, "0"), await DestinationAsync());
        await LivePostfix.UntilAsync(async () =>
            (await AskAsync("queue.age", ("at-most", "1s"), ("unreached", "20"))).Verdict is Verdict.Finding
        );

        _doors.Add(new SmtpDoor(port));

        var there = await AskAsync("postfix.filter");
        Assert.Equal((Verdict.Clear, ""), (there.Verdict, there.Data["away"]));
        Assert.Contains("1 message put off before, which Postfix tries again by itself", there.Summary);
    }

    [Fact]
    public async Task A_filter_at_a_socket_that_is_not_there_is_told_by_what_mail_waits_for()
    {
        Make(Loopback.FreePort());
        Postfix.Ask("postconf", "-M", "scan-socket/unix=scan-socket unix - - n - - lmtp");
        await StartAsync(filter: "scan-socket:unix:private/nobody", isOfLine: false);
        Assert.Equal(Verdict.Clear, (await AskAsync("postfix.filter")).Verdict);
        await DeferOneAsync();

        var away = await AskAsync("postfix.filter");

        Assert.Equal((Verdict.Finding, "private/nobody"), (away.Verdict, away.Data["away"]));
        Assert.Equal((Verdict.Clear, "0"), await DestinationAsync());
    }

    [Fact]
    public async Task What_brings_mail_to_the_filter_and_is_not_there_is_told()
    {
        Make(Loopback.FreePort());
        await StartAsync(filter: "misspelt:[192.0.2.9]:10025", isOfLine: false);
        await DeferOneAsync();

        Assert.Contains("not there for 1 message (mail transport unavailable)", (await AskAsync("postfix.filter")).Summary);
    }

    public void Dispose()
    {
        _bench?.Dispose();
        _postfix?.Dispose();
        _doors.ForEach(door => door.Dispose());
    }

    private SmtpDoor Door()
    {
        var door = new SmtpDoor();
        _doors.Add(door);
        return door;
    }

    private void Make(int next, int? filter = null)
    {
        Assert.SkipWhen(LivePostfix.Missing is not null, LivePostfix.Missing ?? "");
        _postfix = new LivePostfix(next, filter);
        _bench = new PostfixBench(_postfix);
    }

    private async Task StartAsync(int next, int? filter = null)
    {
        Make(next, filter);
        await Postfix.StartAsync();
    }

    /// <summary>With a filter that main.cf names, or the line of master.cf that takes mail.</summary>
    private async Task StartAsync(string filter, bool isOfLine)
    {
        Postfix.Ask(
            "postconf",
            isOfLine ? ["-P", $"127.0.0.1:{Postfix.Port}/inet/content_filter={filter}"] : ["-e", $"content_filter={filter}"]
        );
        await Postfix.StartAsync();
    }

    private async Task DeferOneAsync()
    {
        await Postfix.SendAsync("Subject: a");
        await LivePostfix.UntilAsync(() => Postfix.In("deferred").Count == 1);
    }

    private async Task<(Verdict Verdict, string Count)> DestinationAsync()
    {
        var destination = await AskAsync("postfix.destination", ("at-most", "0"));
        return (destination.Verdict, destination.Data["count"]);
    }

    private Task<Finding> AskAsync(string use, params (string Name, string Value)[] with) =>
        Bench.CheckAsync(use, [("service", PostfixBench.Service), .. with]);
}
