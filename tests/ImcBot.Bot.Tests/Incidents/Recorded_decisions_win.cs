using ImcBot.Bot.Incidents;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Incidents;

public sealed class Recorded_decisions_win
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Code of another day: it pages somebody at every note.</summary>
    private static readonly Decider Yesterday = Decider.Machine with
    {
        Handle = static (incident, fact) =>
            Decider.Machine.Handle(incident, fact) is var decision && fact is Noted
                ? decision with
                {
                    Effects = [new Page(1, "on-call", "a note was made")],
                }
                : decision,
    };

    [Fact]
    public async Task Where_today_decides_otherwise_the_incident_parks_and_names_the_entry()
    {
        await using var room = await EngineRoom.NewAsync(Yesterday);
        await room.OpenAsync();
        await room.TellAsync(at => new Noted(at, Some.Responder, "hm", true));

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
        await using var room = await EngineRoom.NewAsync(Yesterday);
        await room.OpenAsync();
        await room.TellAsync(at => new Noted(at, Some.Responder, "hm", true));
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
        var wordy = Decider.Machine with
        {
            Open = static (opened, runbook) =>
                Decider.Machine.Open(opened, runbook) is var decision
                    ? decision with
                    {
                        Effects =
                        [
                            .. decision.Effects.Select(effect => effect is Page page ? page with { Text = "in other words" } : effect),
                        ],
                    }
                    : null!,
        };
        await using var room = await EngineRoom.NewAsync(wordy);
        await room.OpenAsync();

        await using var later = await room.RestartAsync();

        Assert.Equal(Phase.Surveying, (await later.Engine.FindAsync(1, Token))!.Phase);
    }

    [Fact]
    public async Task What_was_declined_then_stays_declined()
    {
        var strict = Decider.Machine with
        {
            Handle = static (incident, fact) =>
                fact is Commanded ? new Decision(incident, [], "Not today.") : Decider.Machine.Handle(incident, fact),
        };
        await using var room = await EngineRoom.NewAsync(strict);
        await room.OpenAsync();
        await room.TellAsync(at => new Commanded(at, CommandVerb.Take, Some.Responder, null, ""));

        await using var later = await room.RestartAsync();
        var incident = await later.Engine.FindAsync(1, Token);

        Assert.Null(incident!.Owner);
        Assert.Equal(PersonTaskKind.Diverged, incident.Task!.Kind);
    }
}
