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

    [Fact]
    public async Task Two_reports_of_a_run_park_the_incident_though_another_process_has_just_written()
    {
        await using var room = await EngineRoom.NewAsync();
        var (report, asked) = await ReportedAsync(room);
        await using var other = await room.RestartAsync();
        await other.TellAsync(at => new Noted(at, Some.Responder, "meanwhile", IsNote: true));

        await room.Claims.ContradictAsync(Some.Relay, report with { Summary = "Nothing was done." }, asked, "print", Token);

        Assert.Equal(PersonTaskKind.Diverged, (await room.Engine.FindAsync(1, Token))!.Task?.Kind);
        Assert.Equal(1, Told(room));
    }

    [Fact]
    public async Task Two_reports_of_a_run_are_told_once_the_journal_has_them()
    {
        await using var first = await EngineRoom.NewAsync();
        var (report, asked) = await ReportedAsync(first);
        var disk = new FullDisk(first.Databases) { IsFull = true };
        await using var room = EngineRoom.Over(disk, first);
        var other = report with { Summary = "Nothing was done." };
        await Assert.ThrowsAnyAsync<Exception>(() => room.Claims.ContradictAsync(Some.Relay, other, asked, "print", Token));
        Assert.Equal(0, Told(room));
        disk.IsFull = false;

        await room.Claims.ContradictAsync(Some.Relay, other, asked, "print", Token);
        await room.Claims.ContradictAsync(Some.Relay, other, asked, "print", Token);

        Assert.Equal(PersonTaskKind.Diverged, (await room.Engine.FindAsync(1, Token))!.Task?.Kind);
        Assert.Equal(1, Told(room));
    }

    [Fact]
    public async Task A_report_that_is_repeated_as_it_was_waits_for_nobody()
    {
        await using var room = await EngineRoom.NewAsync();
        var (report, asked) = await ReportedAsync(room);
        using var busy = await room.Store.EnterAsync(1, Token);

        await room.Claims.ContradictAsync(Some.Relay, report, asked, "print", Token).WaitAsync(TimeSpan.FromSeconds(30), Token);

        Assert.Equal(0, Told(room));
    }

    private static int Told(EngineRoom room)
    {
        var told = 0;
        while (room.ChangeSignals.News.TryRead(out var news))
        {
            told += news.Sentence.Contains("contradicts itself", StringComparison.Ordinal) ? 1 : 0;
        }

        return told;
    }

    private static async Task<RunId> ApprovedAndClosedAsync(EngineRoom room)
    {
        await room.StartAsync();
        var run = (await ReportedAsync(room)).Report.Run;
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

    /// <summary>A run and the report that was taken of it, and the entry that asked for it.</summary>
    private static async Task<(Report Report, int Asked)> ReportedAsync(EngineRoom room)
    {
        await room.OpenAsync();
        var asked = await room.ToApprovalAsync();
        await room.TellAsync(at => new Voted(at, asked.Question, Some.OnCall, Core.Incidents.Answer.Approve, "", asked.Digest));
        Assert.True((await room.Engine.FindAsync(1, Token))!.FindRequest(asked.Question)!.IsApproved);
        var seq = (await room.EntriesAsync())[^1].Seq;
        var report = EngineRoom.ReportOf(new RunId(asked.Question, 1), Verdict.Failed) with { Kind = JobKind.Act };
        await room.TellAsync(at => new Acted(at, report, null));
        return (report, seq);
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
