using ImcBot.Bot.Tests.Relays;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Alerts;

public sealed class What_the_event_log_says_opens_incidents
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_warning_with_the_service_up_opens_quietly()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();

        await relay.PostAsync("alerts", Some.Alert(true, 4117));

        Assert.True(Assert.Single(await house.Engine.ListOpenAsync(Token)).Quiet);
    }

    [Fact]
    public async Task Further_events_are_told_to_the_open_incident()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        await relay.PostAsync("alerts", Some.Alert(false, 4102));
        await relay.PostAsync("alerts", Some.Alert(false, 4182));
        await relay.PostAsync("alerts", Some.Alert(false, 1));

        var incident = Assert.Single(await house.Engine.ListOpenAsync(Token));
        Assert.Equal([4102, 4182, 1], incident.Events.Select(said => said.Id));
    }

    [Fact]
    public async Task An_event_of_another_article_is_told_and_opens_nothing()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();

        await relay.PostAsync("alerts", Some.Alert(false, 4018));

        Assert.Empty(await house.Engine.ListOpenAsync(Token));
        await house.Channel.UntilAsync(told => told.Contains("4018", StringComparison.Ordinal), Token);
    }

    [Fact]
    public async Task What_is_read_back_from_before_the_end_of_the_last_incident_opens_nothing()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        await house.ToApprovalAsync(relay);
        var request = (await house.Engine.FindAsync(1, Token))!.Request!;
        await house.Engine.TellAsync(
            1,
            at => new Voted(at, request.Question, Some.OnCall, ImcBot.Core.Incidents.Answer.Approve, "go"),
            Token
        );
        var act = Assert.Single(await relay.PollAsync(), job => job.Kind == JobKind.Act);
        await relay.ReportAsync(
            relay.ReportOf(act) with
            {
                Data = new Dictionary<string, string>(StringComparer.Ordinal) { ["eventsAfter"] = "50" },
            }
        );
        while ((await house.Engine.FindAsync(1, Token))!.Phase is Phase.Verifying)
        {
            await relay.ReportAsync([.. (await house.WaitOutAsync(relay.PollAsync())).Select(job => relay.ReportOf(job))]);
        }

        await house.Engine.TellAsync(1, at => new Commanded(at, CommandVerb.Close, Some.Lead, null, ""), Token);
        Assert.Equal(Phase.Closed, (await house.Engine.FindAsync(1, Token))!.Phase);

        await relay.PostAsync("alerts", Backlog(50));
        Assert.Empty(await house.Engine.ListOpenAsync(Token));

        await relay.PostAsync("alerts", Backlog(51));
        Assert.Equal(2, Assert.Single(await house.Engine.ListOpenAsync(Token)).Number);
    }

    private static HostAlert Backlog(long index)
    {
        var alert = Some.Alert(true, 4102);
        return alert with { Backlog = true, Events = [alert.Events[0] with { Index = index, At = Some.Start }] };
    }

    [Fact]
    public async Task Ten_alerts_at_once_are_one_incident()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => relay.PostAsync("alerts", Some.Alert(false, 4102))));

        Assert.Equal(1, Assert.Single(await house.Engine.ListOpenAsync(Token)).Number);
    }

    [Fact]
    public async Task A_person_opens_one_for_a_host_with_a_relay()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();

        var first = await house.Engine.OpenManuallyAsync("exch01", null, Some.Responder, Token);
        var second = await house.Engine.OpenManuallyAsync("EXCH01", "q317653", Some.Responder, Token);

        Assert.Equal(relay.Id, first.Incident.Relay);
        Assert.Equal(relay.Hello().Profile, first.Incident.Profile);
        Assert.Equal("INC-1 is already open for EXCH01.", second.Declined);
        Assert.Equal(Phase.Surveying, second.Incident.Phase);
    }
}
