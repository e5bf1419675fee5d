using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Incidents;

public sealed class Recorded_decisions_win
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Code of another day: it pages somebody at every note.</summary>
    private static async Task<EngineRoom> YesterdayAsync()
    {
        var room = await EngineRoom.NewAsync();
        await room.OpenAsync();
        await room.DecidedAsync(
            at => new Noted(at, Some.Responder, "hm", true),
            decision => decision with { Effects = [new Page(1, "on-call", "a note was made")] }
        );
        return room;
    }

    [Fact]
    public async Task Where_today_decides_otherwise_the_incident_parks_and_names_the_entry()
    {
        await using var room = await YesterdayAsync();

        await using var later = await room.RestartAsync();
        var incident = await later.Engine.FindAsync(1, Token);

        Assert.Equal(Phase.AwaitingPerson, incident!.Phase);
        Assert.Equal(PersonTaskKind.Diverged, incident.Task!.Kind);
        Assert.Contains("Entry 2", incident.Task.Text, StringComparison.Ordinal);
        Assert.Equal(2, (await later.EntriesAsync())[^1].Read().Parking!.Entry);
    }

    [Fact]
    public async Task It_parks_once_however_often_it_is_read_again()
    {
        await using var room = await YesterdayAsync();
        for (var restarts = 0; restarts < 3; restarts++)
        {
            await using var later = await room.RestartAsync();
            Assert.Equal(Phase.AwaitingPerson, (await later.Engine.FindAsync(1, Token))!.Phase);
        }

        Assert.Single(await room.EntriesAsync(), entry => entry.Read().Parking is not null);
    }

    [Fact]
    public async Task Other_words_for_the_same_decision_are_no_difference()
    {
        await using var room = await EngineRoom.NewAsync();
        await room.OpenAsync();
        await room.DecidedAsync(
            at => new Commanded(at, CommandVerb.Escalate, Some.Responder, null, ""),
            decision =>
                decision with
                {
                    Effects = [.. decision.Effects.Select(effect => effect is Page page ? page with { Text = "in other words" } : effect)],
                }
        );
        Assert.Contains((await room.EntriesAsync())[^1].Read().Effects, effect => effect is Page { Text.Value: "in other words" });

        await using var later = await room.RestartAsync();

        Assert.Equal(Phase.Escalated, (await later.Engine.FindAsync(1, Token))!.Phase);
    }

    [Fact]
    public async Task What_was_declined_then_stays_declined()
    {
        await using var room = await EngineRoom.NewAsync();
        var opened = await room.OpenAsync();
        await room.DecidedAsync(
            at => new Commanded(at, CommandVerb.Take, Some.Responder, null, ""),
            _ => new Decision(opened.Incident, [], "Not today.")
        );

        await using var later = await room.RestartAsync();
        var incident = await later.Engine.FindAsync(1, Token);

        Assert.Null(incident!.Owner);
        Assert.Equal(PersonTaskKind.Diverged, incident.Task!.Kind);
    }
}
