using ImcBot.Contracts;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Products.Postfix;
using ImcBot.Testing;
using ImcBot.Testing.Mail;
using Xunit;

namespace ImcBot.Relay.Tests.Postfix;

/// <summary>Checks and settings of a Postfix that runs.</summary>
public sealed class A_live_Postfix_is_asked_and_set : IDisposable
{
    private SmallDisk? _disk;
    private LivePostfix? _postfix;
    private PostfixBench? _bench;

    private LivePostfix Postfix => _postfix!;

    private PostfixBench Bench => _bench!;

    [Fact]
    public async Task A_session_to_MAIL_FROM_sees_a_full_disk_that_the_greeting_does_not()
    {
        await StartAsync(disk: 20);
        Assert.Equal(Verdict.Clear, (await AcceptsAsync()).Verdict);

        _disk!.Fill();

        var full = await AcceptsAsync();
        Assert.Equal(Verdict.Finding, full.Verdict);
        Assert.Contains("refuses MAIL FROM: 452 4.3.1 Insufficient system storage", full.Summary);
        Assert.Equal(Verdict.Clear, (await Bench.CheckAsync("port.answers", ("port", $"{Postfix.Port}"))).Verdict);

        _disk.MakeRoom();
        Assert.Equal(Verdict.Clear, (await AcceptsAsync()).Verdict);
    }

    [Fact]
    public async Task A_wrong_restriction_speaks_only_at_RCPT_TO()
    {
        await StartAsync();
        Postfix.Ask("postconf", "-e", "smtpd_relay_restrictions=permit_mynetwork, reject");
        Postfix.Ask("postfix", "reload");

        await LivePostfix.UntilAsync(async () =>
            (await AcceptsAsync()) is { Verdict: Verdict.Finding } finding
            && finding.Summary.Contains("refuses RCPT TO: 451 4.3.5 Server configuration error", StringComparison.Ordinal)
        );

        Postfix.Ask("postconf", "-e", "smtpd_relay_restrictions=permit_mynetworks, reject");
        Postfix.Ask("postfix", "reload");
        await LivePostfix.UntilAsync(async () => (await AcceptsAsync()).Verdict is Verdict.Clear);
    }

    [Fact]
    [Tries("postfix.set")]
    public async Task A_setting_of_the_list_is_set_and_put_back_and_no_other_is_touched()
    {
        await StartAsync();
        var before = await File.ReadAllTextAsync(Path.Combine(Postfix.Config, "main.cf"), TestContext.Current.CancellationToken);
        var plan = await SetAsync("default_process_limit", "50");
        Assert.Null(await Bench.RefuseAsync(plan));

        Assert.Equal(Verdict.Clear, (await Bench.ActAsync(plan)).Verdict);
        Assert.Equal("50", Postfix.Ask("postconf", "-h", "default_process_limit").Trim());
        Assert.Equal(
            Verdict.Clear,
            (
                await Bench.CheckAsync(
                    "postfix.setting",
                    ("service", PostfixBench.Service),
                    ("name", "default_process_limit"),
                    ("value", "50")
                )
            ).Verdict
        );

        Assert.Equal(Verdict.Clear, (await Bench.UndoAsync()).Verdict);
        Assert.Equal("100", Postfix.Ask("postconf", "-h", "default_process_limit").Trim());
        Assert.Equal(
            Lines(before),
            Lines(await File.ReadAllTextAsync(Path.Combine(Postfix.Config, "main.cf"), TestContext.Current.CancellationToken))
        );
        await Assert.ThrowsAsync<HostException>(() => SetAsync("relayhost", "[mx.elsewhere.test]"));
        await Assert.ThrowsAsync<HostException>(() => SetAsync("default_process_limit", "0"));
        Bench.Policy = Bench.Policy with { Folders = [Postfix.Queue] };
        Assert.NotNull(await Bench.RefuseAsync(await SetAsync("default_process_limit", "50")));
    }

    [Fact]
    [Tries("postfix.pause")]
    public async Task A_pause_closes_the_public_port_alone_and_is_taken_back()
    {
        await StartAsync();
        var plan = await Bench.PlanAsync("postfix.pause", ("service", PostfixBench.Service), ("port", $"{Postfix.Port}"));

        Assert.Equal(Verdict.Clear, (await Bench.ActAsync(plan)).Verdict);
        await LivePostfix.UntilAsync(async () => !await IsOpenAsync(Postfix.Port));
        Assert.True(await IsOpenAsync(Postfix.Back));

        Assert.Equal(Verdict.Clear, (await Bench.UndoAsync()).Verdict);
        await LivePostfix.UntilAsync(async () => await IsOpenAsync(Postfix.Port));
    }

    [Fact]
    public void Listeners_are_found_by_the_name_or_number_of_their_port() =>
        Assert.Equal(
            ["smtp/inet", "192.0.2.1:25/inet"],
            PostfixPause.Listeners(
                "smtp inet n - y - - smtpd\nsubmission inet n - y - - smtpd\n127.0.0.1:10026 inet n - n - - smtpd\n192.0.2.1:25 inet n - y - - smtpd\nsmtp unix - - y - - smtp\n",
                "25"
            )
        );

    [Theory]
    [InlineData("all", "all", "127.0.0.1")]
    [InlineData("loopback-only", "ipv6", "::1")]
    [InlineData("192.0.2.10, [2001:db8::1]", "all", "192.0.2.10 2001:db8::1")]
    public void Where_an_instance_listens_is_read_of_its_settings(string interfaces, string protocols, string addresses)
    {
        const string Lines = "smtp inet n - y - - smtpd\n192.0.2.1:587 inet n - y - - smtpd\n[::1]:submission inet n - y - - smtpd\n";

        Assert.Equal(addresses.Split(' '), ListensAt.Addresses(Lines, 25, interfaces, protocols));
        Assert.Equal(["192.0.2.1", "::1"], ListensAt.Addresses(Lines, 587, interfaces, protocols));
    }

    [Fact]
    public async Task An_instance_is_asked_where_it_listens_itself_whoever_answers_on_the_loopback()
    {
        await StartAsync();
        using var other = new SmtpDoor();
        var port = other.Port;
        Postfix.Ask("postconf", "-M", $"127.0.0.3:{port}/inet=127.0.0.3:{port} inet n - n - - smtpd");

        Assert.Equal((Verdict.Finding, $"Nothing answers on port {port} of 127.0.0.3."), await AcceptsAtAsync());
        Postfix.Ask("postfix", "reload");
        await LivePostfix.UntilAsync(async () => (await AcceptsAtAsync()).Verdict is Verdict.Clear);
        other.Dispose();
        Assert.Equal((Verdict.Clear, $"Port {port} of 127.0.0.3 takes mail, as far as RCPT TO."), await AcceptsAtAsync());

        async Task<(Verdict Verdict, string Summary)> AcceptsAtAsync()
        {
            var found = await AskAsync("smtp.accepts", ("port", $"{port}"));
            return (found.Verdict, found.Summary);
        }
    }

    [Fact]
    public async Task A_next_server_that_is_down_is_waited_for_and_points_to_no_message()
    {
        await StartAsync();
        await Postfix.SendAsync("Subject: a");
        await Postfix.SendAsync("Subject: b");
        await LivePostfix.UntilAsync(() => Postfix.In("deferred").Count == 2);

        var destination = await AskAsync("postfix.destination", ("at-most", "20"));
        var suspects = await AskAsync("postfix.suspects");
        var age = await AskAsync("queue.age", ("at-most", "1h"));
        var flushed = await Bench.ActAsync(await Bench.PlanAsync("queue.flush", ("service", PostfixBench.Service)));

        Assert.Equal(Verdict.Finding, destination.Verdict);
        Assert.Contains("Connection refused", destination.Summary);
        Assert.Equal(Verdict.Clear, suspects.Verdict);
        Assert.Equal((Verdict.Clear, "2"), (age.Verdict, age.Data["waiting"]));
        Assert.Equal(Verdict.Clear, flushed.Verdict);
    }

    [Fact]
    public async Task A_daemon_that_ends_on_its_settings_is_told_by_its_own_line_until_they_are_mended()
    {
        await StartAsync();
        Assert.Equal(Verdict.Clear, (await AskAsync("postfix.config")).Verdict);
        Postfix.Ask("postconf", "-e", "smtpd_timeout=300x");
        Postfix.Ask("postfix", "reload");
        await LivePostfix.UntilAsync(async () => (await AcceptsAsync()).Verdict is not Verdict.Clear);

        await LivePostfix.UntilAsync(async () =>
            (await AskAsync("postfix.config")) is { Verdict: Verdict.Finding } wrong
            && wrong.Summary.Contains("smtpd_timeout", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_daemon_that_ends_for_want_of_files_points_to_no_setting()
    {
        await StartAsync();
        Write("showq[17]: fatal: open lock file pid/unix.showq: cannot create file exclusively: No space left on device");
        Write("master[16]: warning: /usr/lib/postfix/sbin/showq: bad command startup -- throttling");
        Assert.Equal(Verdict.Clear, (await AskAsync("postfix.config")).Verdict);

        Write("master[16]: warning: /usr/lib/postfix/sbin/smtpd: bad command startup -- throttling");

        Assert.Contains("sbin/smtpd: bad command startup", (await AskAsync("postfix.config")).Summary);
    }

    [Fact]
    public async Task Some_server_is_always_down_but_the_relayhost_must_not_be()
    {
        await StartAsync();
        Postfix.Ask("postconf", "-e", "relayhost=", $"transport_maps=inline:{{next.test=smtp:[127.0.0.1]:{Loopback.FreePort()}}}");
        Postfix.Ask("postfix", "reload");
        await LivePostfix.UntilAsync(async () => (await AcceptsAsync()).Verdict is Verdict.Clear);
        await Postfix.SendAsync("Subject: a");
        await LivePostfix.UntilAsync(() => Postfix.In("deferred").Count == 1);

        var one = await AskAsync("postfix.destination", ("at-most", "1"));

        Assert.Equal((Verdict.Clear, "1"), (one.Verdict, one.Data["count"]));
        Assert.Contains("Connection refused", one.Summary);
        Assert.Equal(Verdict.Finding, (await AskAsync("postfix.destination", ("at-most", "0"))).Verdict);
        Postfix.Ask("postconf", "-e", "relayhost=[127.0.0.1]:9");
        Assert.Equal(Verdict.Finding, (await AskAsync("postfix.destination", ("at-most", "1"))).Verdict);
    }

    [Fact]
    public async Task A_map_that_was_not_made_and_words_in_plenty_are_told()
    {
        await StartAsync();
        await File.WriteAllTextAsync(Path.Combine(Postfix.Config, "transport"), "", TestContext.Current.CancellationToken);
        Postfix.Ask("postconf", "-e", $"transport_maps=hash:{Postfix.Config}/transport", "debug_peer_list=127.0.0.1");

        Assert.Contains("transport.db is not there", (await AskAsync("postfix.config")).Summary);
        Assert.Contains("debug_peer_list is 127.0.0.1", (await AskAsync("postfix.verbose")).Summary);
        Assert.Equal(Verdict.Clear, (await AskAsync("postfix.instances")).Verdict);
        Assert.Equal(Verdict.Clear, (await AskAsync("postfix.flood", ("at-most", "50"))).Verdict);
    }

    [Fact]
    public async Task A_milter_that_is_away_is_named_with_what_becomes_of_mail_without_it()
    {
        await StartAsync();

        var away = await AskAsync("postfix.milters");
        Assert.Equal(Verdict.Finding, away.Verdict);
        Assert.Contains(
            "inet:127.0.0.1:9 does not answer: all mail is taken and held (milter_default_action = quarantine)",
            away.Summary,
            StringComparison.Ordinal
        );

        using var milter = new SmtpDoor();
        Postfix.Ask("postconf", "-P", $"127.0.0.1:{Postfix.Quarantine}/inet/smtpd_milters=inet:127.0.0.1:{milter.Port}");
        Assert.Equal(Verdict.Clear, (await AskAsync("postfix.milters")).Verdict);
    }

    public void Dispose()
    {
        _bench?.Dispose();
        _postfix?.Dispose();
        _disk?.Dispose();
    }

    private async Task StartAsync(int? disk = null)
    {
        Assert.SkipWhen(LivePostfix.Missing is not null, LivePostfix.Missing ?? "");
        if (disk is { } megabytes)
        {
            _disk = SmallDisk.TryMount(megabytes);
            Assert.SkipWhen(_disk is null, "Mounting is refused here.");
            UnixModes.Set(_disk!.Folder, (UnixFileMode)0b111_101_101);
        }

        _postfix = new LivePostfix(Loopback.FreePort(), queueOn: _disk?.Folder);
        _bench = new PostfixBench(_postfix);
        await _postfix.StartAsync();
    }

    /// <summary>A line in its log, as its own daemons write them.</summary>
    private void Write(string said)
    {
        var now = TimeProvider.System.GetLocalNow().ToString("MMM dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
        File.AppendAllText(Postfix.Log, $"{now} mx pf/{said}\n");
    }

    private Task<Relay.Actions.Finding> AcceptsAsync() => Bench.CheckAsync("smtp.accepts", ("port", $"{Postfix.Port}"));

    private Task<Relay.Actions.Finding> AskAsync(string use, params (string Name, string Value)[] with) =>
        Bench.CheckAsync(use, [("service", PostfixBench.Service), .. with]);

    private Task<Plan> SetAsync(string name, string value) =>
        Bench.PlanAsync("postfix.set", ("service", PostfixBench.Service), ("name", name), ("value", value));

    private static async Task<bool> IsOpenAsync(int port)
    {
        try
        {
            using var client = new System.Net.Sockets.TcpClient();
            await client.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    private static IEnumerable<string> Lines(string text) => text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0);
}
