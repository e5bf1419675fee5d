using ImcBot.Bot.Journal;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace ImcBot.Bot.Tests.Incidents;

/// <summary>Every poll names what the relay's ledger has begun of the incidents before, most of which are over and out of memory.</summary>
public sealed class What_a_relay_has_begun_is_held_against_the_journal
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_journal_of_an_incident_that_is_over_is_not_read_again_at_each_poll()
    {
        await using var room = await EngineRoom.NewAsync();
        var begun = await ApprovedAndClosedAsync(room);
        var counted = new Counted(room.Databases);
        await using var bot = EngineRoom.Over(counted, room);
        await bot.Claims.CompareAsync(Some.Relay, [begun], Token);
        var first = counted.Asked;

        await bot.Claims.CompareAsync(Some.Relay, [begun], Token);

        Assert.InRange(first, 3, int.MaxValue);
        Assert.Equal(first + 1, counted.Asked);
    }

    [Fact]
    public async Task After_a_start_the_older_ones_wait_for_the_next_polls()
    {
        await using var room = await EngineRoom.NewAsync();
        var begun = await ApprovedAndClosedAsync(room);
        RunId[] named = [.. Enumerable.Range(1, 12).Select(question => new RunId(begun.Question with { Number = question }, 1))];
        var counted = new Counted(room.Databases);
        await using var bot = EngineRoom.Over(counted, room);
        var costs = new List<int>();
        for (var poll = 0; poll < 4; poll++)
        {
            var before = counted.Asked;
            await bot.Claims.CompareAsync("another", named, Token);
            costs.Add(counted.Asked - before);
        }

        Assert.Equal(costs[0], costs[1]);
        Assert.InRange(costs[2], 2, costs[1] - 1);
        Assert.Equal(1, costs[3]);
    }

    [Fact]
    public async Task A_database_that_is_set_back_meanwhile_freezes_the_incident()
    {
        await using var room = await EngineRoom.NewAsync();
        var begun = await ApprovedAndClosedAsync(room);
        await using var bot = EngineRoom.Over(room.Databases, room);
        await bot.Claims.CompareAsync(Some.Relay, [begun], Token);
        Assert.False(bot.ChangeSignals.News.TryRead(out _));
        await room.SqlAsync("delete from entries where seq > 2");
        await room.SqlAsync("update incidents set head_seq = 2, phase = 'Surveying', is_open = 1");

        await bot.Claims.CompareAsync(Some.Relay, [begun], Token);

        Assert.True(bot.ChangeSignals.News.TryRead(out var told));
        Assert.Contains("frozen", told.Sentence, StringComparison.Ordinal);
    }

    private static async Task<RunId> ApprovedAndClosedAsync(EngineRoom room)
    {
        await room.StartAsync();
        await room.OpenAsync();
        var asked = await room.ToApprovalAsync();
        await room.TellAsync(at => new Voted(at, asked.Question, Some.OnCall, Core.Incidents.Answer.Approve, "", asked.Digest));
        Assert.True((await room.Engine.FindAsync(1, Token))!.FindRequest(asked.Question)!.IsApproved);
        var run = new RunId(asked.Question, 1);
        await room.TellAsync(at => new Acted(at, EngineRoom.ReportOf(run, Verdict.Failed) with { Kind = JobKind.Act }, null));
        await room.AnswerChecksAsync(Verdict.Clear);
        foreach (var _ in (int[])[1, 2])
        {
            await room.TellAsync(at => new Commanded(at, CommandVerb.Close, Some.Lead, null, ""));
        }

        Assert.Equal(Phase.Closed, (await room.Engine.FindAsync(1, Token))!.Phase);
        while (room.Store.Known.Count > 0)
        {
            await Task.Yield();
        }

        return run;
    }

    /// <summary>Counts how often somebody begins to ask.</summary>
    private sealed class Counted(IDbContextFactory<JournalDb> databases) : IDbContextFactory<JournalDb>
    {
        private int _asked;

        public int Asked => _asked;

        public JournalDb CreateDbContext()
        {
            Interlocked.Increment(ref _asked);
            return databases.CreateDbContext();
        }

        public Task<JournalDb> CreateDbContextAsync(CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _asked);
            return databases.CreateDbContextAsync(cancellationToken);
        }
    }
}
