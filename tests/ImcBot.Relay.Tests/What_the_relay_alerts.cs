using System.Text.Json;
using ImcBot.Contracts;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Session;
using ImcBot.Relay.Tests.Fakes;
using Xunit;

namespace ImcBot.Relay.Tests;

public sealed class What_the_relay_alerts : IDisposable
{
    private static readonly WatchedService Mail = new(
        FakeServer.Imc,
        [
            new("Application", FakeServer.Imc, IndexSet.Of(4102, 4182), IndexSet.Of(4116)),
            new("Application", "MSExchangeIS*", IndexSet.Empty, IndexSet.Range(12000, 1000)),
        ]
    );

    private static readonly WatchedService Store = new(
        FakeServer.Store,
        [new("Application", FakeServer.Store, IndexSet.Of(1005), IndexSet.Empty)]
    );

    private const string Throttled =
        "Nov 30 06:34:04 mx pf/master[17]: warning: /usr/lib/postfix/sbin/smtpd: bad command startup -- throttling";

    private static readonly WatchedService Queue = new(
        "pf",
        [new("Application", "pf", IndexSet.Empty, IndexSet.Empty, ["postfix.throttled", "postfix.no-space"])]
    );

    private readonly Bench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_fatal_event_is_told_at_once_with_the_names_in_it()
    {
        _bench.Server.SetState(FakeServer.Imc, ServiceState.Stopped);
        _bench.Server.Write(FakeServer.Imc, 4182, "HBWK2Q2P");
        _bench.Server.Write(FakeServer.Imc, 4102);
        var watch = Follower();

        await watch.CatchUpAsync(CancellationToken.None);

        var alert = Alert();
        Assert.Equal(("EXCH01", false, true), (alert.Host, alert.ServiceUp, alert.Backlog));
        Assert.Equal(["HBWK2Q2P"], alert.Events[0].Names);
        Assert.Equal([4182, 4102], alert.Events.Select(told => told.Id));
    }

    [Fact]
    public async Task A_lone_4116_waits_for_the_outage_time_and_then_tells_whether_the_service_is_up()
    {
        var watch = Follower();
        await watch.CatchUpAsync(CancellationToken.None);
        _bench.Server.Write(FakeServer.Imc, 4116);

        await watch.StepAsync(CancellationToken.None);
        Assert.Empty(_bench.Ledger.Waiting(1));
        for (var step = 0; step < 5 && _bench.Ledger.Waiting(1).Count == 0; step++)
        {
            await watch.StepAsync(CancellationToken.None);
        }

        Assert.Equal((true, false, 4116), (Alert().ServiceUp, Alert().Backlog, Alert().Events.Single().Id));
    }

    [Fact]
    public async Task A_fatal_event_takes_the_lone_one_before_it_along()
    {
        var watch = Follower();
        await watch.CatchUpAsync(CancellationToken.None);
        _bench.Server.Write(FakeServer.Imc, 4116);
        await watch.StepAsync(CancellationToken.None);
        _bench.Server.Write(FakeServer.Imc, 4102);
        await watch.StepAsync(CancellationToken.None);

        Assert.Equal([4116, 4102], Alert().Events.Select(told => told.Id));
    }

    [Fact]
    public async Task Events_are_told_once_also_across_a_restart()
    {
        _bench.Server.Write(FakeServer.Imc, 4102);
        await Follower().CatchUpAsync(CancellationToken.None);
        _bench.Reopen();

        await Follower().CatchUpAsync(CancellationToken.None);

        Assert.Single(_bench.Ledger.Waiting(10));
    }

    [Fact]
    public async Task A_service_that_other_hands_have_started_is_told_without_events()
    {
        var watch = Follower();
        await watch.CatchUpAsync(CancellationToken.None);
        _bench.Server.SetState(FakeServer.Imc, ServiceState.Stopped);
        await watch.StepAsync(CancellationToken.None);
        Assert.Empty(_bench.Ledger.Waiting(1));

        _bench.Server.SetState(FakeServer.Imc, ServiceState.Running);
        await watch.StepAsync(CancellationToken.None);
        await watch.StepAsync(CancellationToken.None);

        Assert.Equal((true, 0), (Alert().ServiceUp, Alert().Events.Count));
    }

    [Fact]
    public async Task A_service_that_this_relay_has_started_is_not_told_as_by_other_hands()
    {
        var watch = Follower();
        await watch.CatchUpAsync(CancellationToken.None);
        _bench.Server.SetState(FakeServer.Imc, ServiceState.Stopped);
        await watch.StepAsync(CancellationToken.None);

        await _bench.ActAsync(new Remedy([Call.To("service.start", ("service", FakeServer.Imc))], null, [], []));
        await watch.StepAsync(CancellationToken.None);

        Assert.DoesNotContain(_bench.Ledger.Waiting(10), letter => letter.Kind == Ledger.Letter.Alert);
    }

    [Fact]
    public async Task Everyday_events_are_not_told()
    {
        var watch = Follower();
        _bench.Server.Write(FakeServer.Imc, 1001);
        _bench.Server.Write("Perflib", 4102);
        await watch.CatchUpAsync(CancellationToken.None);

        Assert.Empty(_bench.Ledger.Waiting(1));
    }

    [Fact]
    public async Task A_log_that_two_runbooks_spell_in_two_ways_is_followed_for_both()
    {
        WatchedService[] watches =
        [
            new("Spooler", [new("Application", "Print", IndexSet.Of(17), IndexSet.Empty)]),
            new("Fax", [new("application", "Fax", IndexSet.Of(18), IndexSet.Empty)]),
        ];
        var follower = Assert.Single(LogFollower.Of(watches, _bench.Site, _bench.Ledger, () => 0, 0));
        await follower.CatchUpAsync(CancellationToken.None);
        _bench.Server.Write("Fax", 18);
        await follower.StepAsync(CancellationToken.None);

        Assert.Equal(("Fax", 18), (Alert().Service, Alert().Events.Single().Id));
    }

    [Fact]
    public async Task What_the_bot_asks_for_is_told_whatever_it_is()
    {
        var follower = new LogFollower(
            "Application",
            [new("Spooler", [new("Application", "Print", IndexSet.Of(17), IndexSet.Empty)])],
            _bench.Site,
            _bench.Ledger,
            () => 0,
            0
        );
        await follower.CatchUpAsync(CancellationToken.None);
        _bench.Server.Write("Print", 17);
        _bench.Server.Write(FakeServer.Imc, 4102);
        await follower.StepAsync(CancellationToken.None);

        Assert.Equal(("Spooler", 17), (Alert().Service, Alert().Events.Single().Id));
    }

    [Fact]
    public async Task Each_service_has_its_own_alert_and_waits_for_itself_alone()
    {
        var follower = Follower(Mail, Store);
        await follower.CatchUpAsync(CancellationToken.None);
        _bench.Server.Write(FakeServer.Imc, 4116);
        _bench.Server.Write(FakeServer.Store, 1005);
        await follower.StepAsync(CancellationToken.None);

        Assert.Equal((FakeServer.Store, 1005), (Alert().Service, Alert().Events.Single().Id));
    }

    [Fact]
    public async Task What_waited_when_the_relay_ended_is_read_again_and_what_was_told_is_not()
    {
        var follower = Follower(Mail, Store);
        await follower.CatchUpAsync(CancellationToken.None);
        _bench.Server.Write(FakeServer.Imc, 4116);
        _bench.Server.Write(FakeServer.Store, 1005);
        await follower.StepAsync(CancellationToken.None);
        _bench.Ledger.Sent(_bench.Ledger.Waiting(10));
        _bench.Reopen();

        await Follower(Mail, Store).CatchUpAsync(CancellationToken.None);

        Assert.Equal((FakeServer.Imc, 4116), (Alert().Service, Alert().Events.Single().Id));
    }

    [Fact]
    public async Task The_store_has_several_sources_and_one_name_begins_them_all()
    {
        var follower = Follower();
        await follower.CatchUpAsync(CancellationToken.None);
        _bench.Server.Write("MSExchangeIS Public", 12800);
        _bench.Server.Write(FakeServer.Imc, 4102);
        await follower.StepAsync(CancellationToken.None);

        Assert.Equal([12800, 4102], Alert().Events.Select(told => told.Id));
    }

    [Fact]
    public async Task A_ledger_from_before_services_were_watched_keeps_its_bookmark()
    {
        _bench.Server.Write(FakeServer.Imc, 4102);
        _bench.Server.Write(FakeServer.Imc, 4182);
        _bench.Ledger.SetMark("bookmark", 1);

        await Follower().CatchUpAsync(CancellationToken.None);

        Assert.Equal(4182, Alert().Events.Single().Id);
    }

    [Fact]
    public async Task A_line_of_a_watched_kind_is_told_at_once_and_while_it_goes_on_once_in_the_outage_time()
    {
        var follower = Follower(Queue);
        await follower.CatchUpAsync(CancellationToken.None);
        for (var line = 0; line < 300; line++)
        {
            _bench.Server.Write("pf", Throttled);
            await follower.StepAsync(CancellationToken.None);
        }

        Assert.Equal("postfix.throttled", Alert().Events.Single().Kind);

        var outage = TimeSpan.FromSeconds(_bench.Site.Profile.OutageSeconds);
        await Task.Delay(outage, _bench.Time, TestContext.Current.CancellationToken);
        _bench.Server.Write("pf", Throttled);
        await follower.StepAsync(CancellationToken.None);

        Assert.Equal(2, _bench.Ledger.Waiting(10).Count);
    }

    [Fact]
    public async Task Kinds_that_nobody_asks_for_and_lines_of_others_are_not_told()
    {
        var follower = Follower(Queue);
        await follower.CatchUpAsync(CancellationToken.None);
        _bench.Server.Write("pf", "Nov 30 06:34:04 mx pf/smtpd[17]: connect from localhost[127.0.0.1]");
        _bench.Server.Write("pf", "Nov 30 06:34:04 mx pf/master[17]: fatal: bind 127.0.0.1 port 25: Address already in use");
        _bench.Server.Write("other", Throttled);
        await follower.StepAsync(CancellationToken.None);

        Assert.Empty(_bench.Ledger.Waiting(10));
    }

    [Fact]
    public async Task Each_kind_is_told_for_itself()
    {
        var follower = Follower(Queue);
        await follower.CatchUpAsync(CancellationToken.None);
        _bench.Server.Write("pf", Throttled);
        _bench.Server.Write(
            "pf",
            "Nov 30 06:34:04 mx pf/smtpd[17]: warning: not enough free space in mail queue: 1 bytes < 1.5*message size limit"
        );
        _bench.Server.Write("pf", Throttled);
        await follower.StepAsync(CancellationToken.None);

        Assert.Equal(["postfix.throttled", "postfix.no-space"], Alert().Events.Select(told => told.Kind));
    }

    private LogFollower Follower(params WatchedService[] services) =>
        new("Application", services.Length == 0 ? [Mail] : services, _bench.Site, _bench.Ledger, () => _bench.Desk.Acting, 0);

    private HostAlert Alert() => JsonSerializer.Deserialize<HostAlert>(Assert.Single(_bench.Ledger.Waiting(10)).Body, WireJson.Options)!;
}
