using ImcBot.Bot.Journal;
using ImcBot.Contracts;
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
    public async Task A_runbook_that_today_cannot_be_read_freezes_its_incident_and_no_other()
    {
        await using var room = await EngineRoom.NewAsync();
        byte[] bytes = [.. "id: Q1\n"u8];
        await room.Journal.Blobs.KeepAsync(bytes, Token);
        var opened = Some.Opened() with { Number = 1, Runbook = ContentDigest.Of(bytes) };
        await room.Journal.AppendAsync(Head.Before(1), opened, null, IncidentMachine.Open(opened, Some.Runbook), opened.At, Token);

        await using var later = await room.RestartAsync();
        using var watcher = later.DeadlineMonitor();
        later.Clock.Advance(TimeSpan.FromHours(1));
        await watcher.LookAsync(Token);

        Assert.Null(await later.Engine.FindAsync(1, Token));
        var (sentence, _) = await later.ChangeSignals.News.ReadAsync(Token);
        Assert.Contains("this version of ImcBot cannot read the runbook", sentence, StringComparison.Ordinal);
        Assert.Null((await later.OpenAsync()).Declined);
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
