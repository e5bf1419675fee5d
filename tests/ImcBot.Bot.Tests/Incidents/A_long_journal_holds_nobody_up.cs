using ImcBot.Bot.Journal;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace ImcBot.Bot.Tests.Incidents;

public sealed class A_long_journal_holds_nobody_up
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_one_is_read_the_others_are_told_opened_and_reminded()
    {
        await using var first = await EngineRoom.NewAsync();
        await first.OpenAsync();
        await OpenOnAsync(first, "EXCH02");
        var held = new HeldPages(first.Databases);
        await using var later = EngineRoom.Over(held, first);
        using var watcher = later.DeadlineMonitor();
        later.Clock.Advance(TimeSpan.FromHours(1));

        held.Hold();
        var reading = later.Engine.FindAsync(1, Token);
        await held.Reached;
        await later.TellAsync(at => new Noted(at, Some.Responder, "still there?", true), 2);
        await OpenOnAsync(later, "EXCH03");
        var looking = watcher.LookAsync(Token);
        while (!(await later.EntriesAsync(2)).Any(entry => entry.Read().Fact is DeadlinePassed))
        {
            await Task.Yield();
        }

        Assert.False(reading.IsCompleted);
        held.Release();
        Assert.NotNull(await reading);
        await looking;
    }

    [Fact]
    public async Task Whoever_gives_up_waiting_has_it_read_all_the_same_and_only_once()
    {
        await using var first = await EngineRoom.NewAsync();
        await first.OpenAsync();
        var held = new HeldPages(first.Databases);
        await using var later = EngineRoom.Over(held, first);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);

        held.Hold();
        var impatient = later.Engine.FindAsync(1, patience.Token);
        await held.Reached;
        var patient = later.Engine.FindAsync(1, Token);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        held.Release();

        Assert.NotNull(await patient);
        Assert.Equal(HeldPages.OfOneReading + 1, held.Asked);
    }

    [Fact]
    public async Task What_another_replica_wrote_is_read_on_and_not_from_the_beginning()
    {
        await using var first = await EngineRoom.NewAsync();
        await using var one = EngineRoom.Over(first.Databases, first);
        await using var other = EngineRoom.Over(first.Databases, first);
        await one.OpenAsync();
        await one.TellAsync(at => new Noted(at, Some.Responder, "before", true));
        await other.Engine.FindAsync(1, Token);
        await one.TellAsync(at => new RelaySilent(at));

        // What was read once need not be there any more.
        await first.SqlAsync("update entries set signature = randomblob(64) where seq = 1");
        Assert.True((await other.Engine.FindAsync(1, Token))!.RelaySilent);

        await using var later = await first.RestartAsync();
        Assert.NotNull((await later.IncidentLoader.ReadAsync(1, Token))!.Frozen);
    }

    [Fact]
    public async Task A_damaged_signature_far_back_freezes_a_long_journal_too()
    {
        await using var room = await EngineRoom.NewAsync();
        var night = new Rehearsal(Some.Opened(), Some.Runbook, "message");
        while (night.Told.Count < Journals.Page + 20)
        {
            night.Tell(at => new Noted(at, Some.Responder, "word", false));
        }

        await room.Journal.Blobs.KeepAsync(await File.ReadAllBytesAsync(Repository.Path("manifests/runbooks/Q317653.yaml"), Token), Token);
        await room.PlayAsync(night);
        await room.SqlAsync("update entries set signature = randomblob(64) where seq = 3");

        await using var later = await room.RestartAsync();
        var incident = night.Incident.Number;
        Assert.NotNull(await later.Engine.FindAsync(incident, Token));
        var (sentence, _) = await later.ChangeSignals.News.ReadAsync(Token);

        Assert.Contains("Entry 3", sentence, StringComparison.Ordinal);
        Assert.Contains("frozen", (await later.TellAsync(at => new RelaySilent(at), incident)).Declined, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signatures_far_back_that_cannot_be_asked_are_told_of()
    {
        await using var room = await EngineRoom.NewAsync();
        await room.OpenAsync();
        for (var note = 0; note < Journals.Page + 5; note++)
        {
            await room.TellAsync(at => new Noted(at, Some.Responder, "word", false));
        }

        var held = new HeldPages(room.Databases);
        await using var later = EngineRoom.Over(held, room);
        // It has two pages, and then the first is asked for again.
        held.Hold(HeldPages.OfOneReading + 2);
        (await later.Store.EnterAsync(1, Token)).Dispose();
        await held.Reached;
        await room.SqlAsync("alter table entries rename to gone");
        held.Release();
        var (sentence, _) = await later.ChangeSignals.News.ReadAsync(Token);

        Assert.Contains("INC-1's older entries could not be asked", sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("update entries set bytes = replace(bytes, 'surveying', 'resolved_') where seq = 1", "Entry 1")]
    [InlineData("update entries set bytes = 'no json' where seq = 4", "Entry 4")]
    [InlineData("delete from entries where seq = 4", "Entry 4")]
    public async Task Nothing_is_believed_of_a_long_journal_beyond_what_was_changed(string sql, string names)
    {
        await using var room = await EngineRoom.NewAsync();
        await room.OpenAsync();
        for (var note = 0; note < Journals.Page + 5; note++)
        {
            await room.TellAsync(at => new Noted(at, Some.Responder, "word", false));
        }

        await room.SqlAsync(sql);
        var state = await room.IncidentLoader.ReadOnAsync(1, null, Token);

        Assert.Contains(names, state!.Frozen, StringComparison.Ordinal);
        Assert.True(state.Head.Seq < 4);
    }

    private static Task<Decision> OpenOnAsync(EngineRoom room, string host) =>
        room.Engine.OpenAsync(
            host,
            (at, number, seed) => Some.Opened() with { At = at, Number = number, Seed = seed, Host = host, Relay = $"relay-{host}" },
            Token
        );

    /// <summary>A database whose next reading of a journal stands still until it is released.</summary>
    private sealed class HeldPages(IDbContextFactory<JournalDb> databases) : IDbContextFactory<JournalDb>
    {
        /// <summary>Its row, what is owed of it, and its entries.</summary>
        public const int OfOneReading = 3;

        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _from = int.MaxValue;
        private int _asked;

        public int Asked => _asked;

        public Task Reached => _reached.Task;

        /// <param name="from">The how manyeth from now on.</param>
        public void Hold(int from = OfOneReading) => (_asked, _from) = (0, from);

        public void Release() => _released.SetResult();

        public JournalDb CreateDbContext() => databases.CreateDbContext();

        public async Task<JournalDb> CreateDbContextAsync(CancellationToken cancellationToken = default)
        {
            if (Interlocked.Increment(ref _asked) == _from)
            {
                _reached.SetResult();
                await _released.Task;
            }

            return await databases.CreateDbContextAsync(cancellationToken);
        }
    }
}
