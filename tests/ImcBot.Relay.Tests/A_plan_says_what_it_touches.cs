using System.Text;
using ImcBot.Contracts;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Products.Exchange;
using ImcBot.Relay.Tests.Fakes;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>What a plan says it touches, as things stand, and that nothing else is touched.</summary>
public sealed class A_plan_says_what_it_touches : IDisposable
{
    private readonly Bench _bench = new();

    private FakeServer Server => _bench.Server;

    [Fact]
    public void Every_action_of_the_catalog_says_what_it_touches_and_no_check_does()
    {
        Assert.All(Catalog.Entries.Values, entry => Assert.Equal(entry.IsCheck, entry.Traits.Count == 0));
        Assert.DoesNotContain(Catalog.Entries.Values, entry => entry.Traits.Say(Trait.Unknown));
        Assert.All(
            Catalog.Entries.Values.Where(entry => entry.Scope == Scope.Listed),
            entry => Assert.True(entry.Traits.Say(Trait.Deletes), entry.Id)
        );
        Assert.Equal([Trait.Unknown], Catalog.Find("command.anything")!.Traits);
    }

    [Fact]
    public async Task A_plan_of_an_older_relay_is_opaque_and_so_is_a_word_of_a_newer_one()
    {
        Server.SetState(Installation.ImcService, ServiceState.Stopped);
        var (plan, _) = await _bench.PlanAsync(Start());
        var text = Encoding.UTF8.GetString(Plan.ToBytes(plan));
        Assert.Contains("\"traits\":[\"startsService\"],\"stops\":[],\"starts\":[\"MSExchangeIMC\"]", text);

        var older = Plan.FromBytes(
            Encoding.UTF8.GetBytes(
                text.Replace(",\"traits\":[\"startsService\"],\"stops\":[],\"starts\":[\"MSExchangeIMC\"]", "", StringComparison.Ordinal)
            )
        );
        var newer = Plan.FromBytes(Encoding.UTF8.GetBytes(text.Replace("startsService", "bendsSpoons", StringComparison.Ordinal)));

        Assert.Equal([Trait.Unknown], older.Touches);
        Assert.Equal([Trait.Unknown], newer.Touches);
        Assert.True(older.Touches.Allow(Trait.Deletes));
        Assert.Equal([Trait.StartsService], plan.Touches);
    }

    [Fact]
    public async Task A_service_that_runs_is_not_started_and_one_that_an_earlier_step_stops_is()
    {
        Server.Put(@"D:\Exchsrvr\Imcdata\In\A.IMC", "mail");
        Server.SetState(Installation.ImcService, ServiceState.Running);

        var (start, _) = await _bench.PlanAsync(Start());
        var (hold, _) = await _bench.PlanAsync(
            new([Call.To("mail.hold", ("folder", "In"))], null, [], [Call.To("service.start", ("service", Installation.ImcService))])
        );

        Assert.Empty(start.Touches);
        Assert.Equal(
            [
                [Installation.ImcService],
                [],
            ],
            hold.Effects.Select(effect => effect.Stops!)
        );
        Assert.Equal(
            [
                [],
                [Installation.ImcService],
            ],
            hold.Effects.Select(effect => effect.Starts!)
        );
        Assert.StartsWith("start ", hold.Effects[1].Does);
        Assert.Equal("running", hold.Effects[1].Observed[Installation.ImcService]);
        Assert.Contains("Internet mail waits meanwhile.", hold.Users);
    }

    [Fact]
    public async Task Users_are_told_of_the_store_as_it_is_and_as_it_will_be()
    {
        Server.SetState(Installation.ImcService, ServiceState.Running);
        var restart = new Remedy([], null, [], [Call.To("service.restart", ("service", Installation.StoreService))]);
        var (running, _) = await _bench.PlanAsync(restart);
        Server.SetState(Installation.ImcService, ServiceState.Stopped);
        Server.SetState(Installation.StoreService, ServiceState.Stopped);
        var (down, _) = await _bench.PlanAsync(Start());
        var (level, _) = await _bench.PlanAsync(new([Call.To("smtp-log.set", ("level", "0"))], null, [], []));

        Assert.Equal("Mailbox users are disconnected while the store restarts. Internet mail waits meanwhile.", running.Users);
        Assert.True(running.Touches.Say(Trait.DisconnectsUsers));
        Assert.Equal(
            "Mailbox users are disconnected now; this starts the store, and they are again if it crashes at the start. Internet "
                + "mail is down now; this starts it.",
            down.Users
        );
        Assert.False(down.Touches.Say(Trait.DisconnectsUsers));
        Assert.Equal("Mailbox users are disconnected now and stay so. Internet mail is down now and stays so.", level.Users);
    }

    [Fact]
    public async Task An_undo_says_which_services_it_stops_and_that_users_are_disconnected()
    {
        Server.SetState(Installation.ImcService, ServiceState.Stopped);
        Server.SetState(Installation.StoreService, ServiceState.Stopped);
        await _bench.ActAsync(Start());

        var (undo, _) = await _bench.PlanAsync(Remedy.Undo(Bench.Question), new QuestionId(7, 4));

        Assert.Equal([Installation.ImcService, Installation.StoreService], undo.Effects.SelectMany(effect => effect.Stops!));
        Assert.Equal([Trait.StopsService, Trait.DisconnectsUsers], undo.Touches);
        Assert.Contains("the store stays stopped", undo.Users);
    }

    [Fact]
    public async Task The_hands_of_a_run_refuse_what_the_approved_plan_does_not_say()
    {
        Server.SetState(Installation.ImcService, ServiceState.Running);
        var (plan, _) = await _bench.PlanAsync(new([Call.To("smtp-log.set", ("level", "0"))], null, [], []));
        var writer = await _bench.Guard.HandsAsync(new RunId(Bench.Question, 1), plan, CancellationToken.None);

        foreach (
            var forbidden in new Func<Task>[]
            {
                () => writer.StopAsync(Installation.ImcService, default),
                () => writer.StartAsync(Installation.ImcService, default),
                () => writer.KillAsync(Installation.ImcService, default),
                () => writer.MoveAsync([new(@"D:\TEMP\a", @"D:\TEMP\b")], default),
                () => writer.DeleteAsync([(@"D:\TEMP\a", "1")], default),
                () => writer.CreateFolderAsync(@"D:\TEMP\new", default),
                () => writer.WriteAsync(@"D:\TEMP\a", new byte[1], default),
            }
        )
        {
            Assert.Contains("does not say that it would", (await Assert.ThrowsAsync<HostException>(forbidden)).Message);
        }

        Assert.Empty(Server.Record);
        await writer.SetValueAsync(
            Installation.ImcDiagnostics,
            RegistryValue.Dword("7 SMTP Protocol Log", 1),
            TestContext.Current.CancellationToken
        );
        Assert.Single(Server.Record);
    }

    [Fact]
    public async Task A_service_that_came_up_meanwhile_is_not_stopped_by_a_plan_that_stops_none()
    {
        Server.Put(@"D:\Exchsrvr\Imcdata\In\A.IMC", "mail");
        Server.SetState(Installation.ImcService, ServiceState.Stopped);

        var report = await _bench.ActAsync(
            new([Call.To("mail.hold", ("folder", "In"))], null, [], []),
            Bench.Question,
            () => Server.SetState(Installation.ImcService, ServiceState.Running)
        );

        Assert.Equal(Verdict.Failed, report.Verdict);
        Assert.Contains("does not say that it would stop MSExchangeIMC", report.Summary);
        Assert.Empty(Server.Record);
    }

    public void Dispose() => _bench.Dispose();

    private static Remedy Start() => new([], null, [], [Call.To("service.start", ("service", Installation.ImcService))]);
}
