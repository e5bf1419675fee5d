using ImcBot.Bot.Tests.Relays;
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
        await house.Voice.UntilAsync(told => told.Contains("4018", StringComparison.Ordinal), Token);
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
