using System.Text;
using ImcBot.Bot.Journal;
using ImcBot.Bot.Tests.Incidents;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace ImcBot.Bot.Tests.Journal.Stores;

/// <summary>What the engine relies on, asked of every database that the journal can lie in.</summary>
public sealed class Every_store_keeps_the_same_journal
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<Store> Stores => new(Enum.GetValues<Store>());

    [Theory, MemberData(nameof(Stores))]
    public async Task A_story_is_the_same_for_another_process(Store store)
    {
        await using var room = await StoreRoom.NewAsync(store);
        await using var one = EngineRoom.Over(await room.OpenAsync());
        await one.OpenAsync();
        await one.AnswerChecksAsync(Verdict.Finding);
        await one.TellAsync(at => new Commanded(at, CommandVerb.Take, Some.Responder, null, ""));
        await one.TellAsync(at => new Noted(at, Some.Responder, "looks like the usual", true));

        await using var other = EngineRoom.Over(await room.OpenAsync(), one);
        var after = await other.Engine.FindAsync(1, Token);

        Assert.Equal((await one.Engine.FindAsync(1, Token))!.Phase, after!.Phase);
        Assert.Equal("Riley Reyes", after.Owner!.Name.Value);
        Assert.Equal(await PendingAsync(one), await PendingAsync(other));
        Assert.Equal(
            (await one.Engine.OwedAsync(1, Lane.Relay, Token)).Select(owed => (owed.Seq, owed.N)),
            (await other.Engine.OwedAsync(1, Lane.Relay, Token)).Select(owed => (owed.Seq, owed.N))
        );
        Assert.Equal((await one.EntriesAsync()).Select(entry => entry.Hash), (await other.EntriesAsync()).Select(entry => entry.Hash));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task An_append_behind_the_head_is_refused_and_leaves_nothing(Store store)
    {
        await using var room = await StoreRoom.NewAsync(store);
        await using var one = EngineRoom.Over(await room.OpenAsync());
        await one.OpenAsync();
        var head = await HeadAsync(one);
        await one.TellAsync(at => new Noted(at, Some.Responder, "first", true));
        var before = await CountAsync(one);

        var incident = (await one.Engine.FindAsync(1, Token))!;
        await Assert.ThrowsAsync<AppendConflictException>(() =>
            one.Journal.AppendAsync(
                head,
                new Noted(Some.Start, Some.Responder, "second", true),
                null,
                new Decision(incident, [new Say("never")], null),
                Some.Start,
                Token
            )
        );

        Assert.Equal(before, await CountAsync(one));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Of_appends_that_wait_together_only_the_one_behind_its_head_fails(Store store)
    {
        await using var room = await StoreRoom.NewAsync(store);
        await using var one = EngineRoom.Over(await room.OpenAsync());
        await one.OpenAsync();
        var incident = (await one.Engine.FindAsync(1, Token))!;
        var behind = await HeadAsync(one);
        await one.TellAsync(at => new Noted(at, Some.Responder, "first", true));
        for (var number = 2; number < 10; number++)
        {
            var opened = Some.Opened() with { Number = number, Host = $"EXCH0{number}" };
            await one.Journal.AppendAsync(
                Head.Before(number),
                opened,
                null,
                new Decision(incident with { Number = number }, [], null),
                opened.At,
                Token
            );
        }

        Task<Head> left;
        List<Task<Head>> others;
        await using (var db = await room.BareAsync())
        {
            // Somebody writes, so all of them wait.
            await using var writing = await db.Database.BeginTransactionAsync(Token);
            await db.Incidents.ExecuteUpdateAsync(row => row.SetProperty(value => value.Thread, "somewhere"), Token);
            others = [.. Enumerable.Range(2, 8).Select(number => NoteAsync(number, new Head(number, 1, ""), Token))];
            left = NoteAsync(1, behind, Token);
            await writing.CommitAsync(Token);
        }

        await Assert.ThrowsAsync<AppendConflictException>(() => left);
        Assert.All(await Task.WhenAll(others), head => Assert.Equal(2, head.Seq));
        Assert.Equal(2, (await one.EntriesAsync()).Count);
        Assert.Equal("told", ((Noted)(await one.EntriesAsync(9))[1].Read().Fact!).Text.Value);
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => NoteAsync(9, new Head(9, 2, ""), gone.Token));
        Assert.Equal(2, (await one.EntriesAsync(9)).Count);

        Task<Head> NoteAsync(int number, Head head, CancellationToken cancellationToken) =>
            Task.Run(
                () =>
                    one.Journal.AppendAsync(
                        head,
                        new Noted(Some.Start, Some.Responder, "told", true),
                        null,
                        new Decision(incident with { Number = number }, [new Say("told")], null),
                        Some.Start,
                        cancellationToken
                    ),
                CancellationToken.None
            );
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_host_has_one_open_incident_and_a_new_one_after_its_end(Store store)
    {
        await using var room = await StoreRoom.NewAsync(store);
        await using var one = EngineRoom.Over(await room.OpenAsync());
        var incident = (await one.OpenAsync()).Incident;
        var second = Some.Opened() with { Number = 2 };
        Task<Head> OpenSecondAsync() =>
            one.Journal.AppendAsync(Head.Before(2), second, null, new Decision(incident with { Number = 2 }, [], null), second.At, Token);

        await Assert.ThrowsAsync<AppendConflictException>(OpenSecondAsync);
        Assert.Null(await one.Journal.Incidents.FindAsync(2, Token));
        await one.Journal.Incidents.ReleaseHostAsync(1, Token);

        Assert.Equal(1, (await OpenSecondAsync()).Seq);
        Assert.Equal(2, (await one.Journal.Incidents.FindOpenAsync(Some.Host, Some.Runbook.Service, Token))!.Number);
        Assert.Equal(3, await one.Journal.Incidents.NextNumberAsync(Token));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Two_processes_at_once_open_one_incident_and_write_one_chain(Store store)
    {
        await using var room = await StoreRoom.NewAsync(store);
        await using var one = EngineRoom.Over(await room.OpenAsync());
        await using var other = EngineRoom.Over(await room.OpenAsync(), one);

        var opened = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(() => (n % 2 == 0 ? one : other).OpenAsync(), Token)));
        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(n =>
                    Task.Run(() => (n % 2 == 0 ? one : other).TellAsync(at => new Noted(at, Some.Responder, $"note {n}", true)), Token)
                )
        );

        Assert.All(opened, decision => Assert.Equal(1, decision.Incident.Number));
        var head = Head.Before(1);
        foreach (var stored in await one.EntriesAsync())
        {
            Assert.Null(Chain.Refuse(head, stored, one.Key, out var entry));
            head = new Head(1, entry!.Seq, stored.Hash);
        }

        Assert.Equal(1 + 7 + 8, head.Seq);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Deadlines_come_in_their_order_to_the_microsecond_and_go_when_told(Store store)
    {
        await using var room = await StoreRoom.NewAsync(store);
        await using var one = EngineRoom.Over(await room.OpenAsync());
        var set = (await one.OpenAsync()).Effects.OfType<SetDeadline>().MinBy(set => set.At)!;

        Assert.Empty(await one.Journal.DueAsync(set.At - 1, Token));
        Assert.Equal([1], await one.Journal.DueAsync(set.At, Token));
        one.Clock.Advance(TimeSpan.FromMicroseconds(set.At - Some.Start));
        await one.TellAsync(at => new DeadlinePassed(at, set.Deadline, set.Question));

        Assert.Empty(await one.Journal.DueAsync(set.At, Token));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task What_is_owed_waits_in_order_until_it_is_done(Store store)
    {
        await using var room = await StoreRoom.NewAsync(store);
        await using var one = EngineRoom.Over(await room.OpenAsync());
        await one.OpenAsync();
        await one.TellAsync(at => new RelaySilent(at));
        var pending = await one.Journal.PendingAsync(1, Token);
        Assert.Equal(pending.Order(), pending);

        await one.Journal.DoneAsync(1, pending[0].Seq, pending[0].N, Token);
        Assert.Equal(pending.Skip(1), await one.Journal.PendingAsync(1, Token));
        Assert.Equal([1], await one.Journal.Incidents.OwingAsync(Token));

        var owed = (await one.Engine.OwedAsync(1, Lane.Relay, Token)).Count;
        var check = (await one.Engine.OwedAsync(1, Lane.Relay, Token)).Select(job => job.Effect).OfType<RunCheck>().First();
        await one.TellAsync(at => new Checked(at, EngineRoom.ReportOf(check.Run, Verdict.Clear)));
        Assert.Equal(owed - 1, (await one.Engine.OwedAsync(1, Lane.Relay, Token)).Count);
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task Any_text_is_kept_and_its_entry_verifies(Store store, string text, string kept)
    {
        await using var room = await StoreRoom.NewAsync(store);
        await using var one = EngineRoom.Over(await room.OpenAsync());
        await one.OpenAsync();
        await one.TellAsync(at => new Noted(at, Some.Responder, text, true));
        Assert.Null(await one.Journal.Incidents.FindByThreadAsync(text, Token));

        await using var other = EngineRoom.Over(await room.OpenAsync(), one);
        Assert.Null((await other.TellAsync(at => new RelaySilent(at))).Declined);
        Assert.Equal(kept, ((Noted)(await other.EntriesAsync())[1].Read().Fact!).Text.Value);
    }

    public static TheoryData<Store, string, string> Texts
    {
        get
        {
            var data = new TheoryData<Store, string, string>();
            foreach (var store in Enum.GetValues<Store>())
            {
                data.Add(store, "a\0b", "a\uFFFDb");
                data.Add(store, "half \uD83D of a pair", "half \uFFFD of a pair");
                data.Add(store, "'; drop table entries; -- {0} äöü 🙂", "'; drop table entries; -- {0} äöü 🙂");
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Texts_are_removed_and_the_chain_stays(Store store)
    {
        await using var room = await StoreRoom.NewAsync(store);
        await using var one = EngineRoom.Over(await room.OpenAsync());
        await one.OpenAsync();
        await one.TellAsync(at => new Noted(at, Some.Responder, "secret", true));
        Assert.Equal(2, await one.Journal.RemoveTextsAsync(1, 2, Token));

        Assert.Empty(await one.Journal.WithTextsAsync(Some.Start, Token));
        Assert.Equal([1], await one.Journal.WithTextsAsync(Some.Start + 1, Token));
        var left = (await one.EntriesAsync())[0].Values.Select(value => value.Commitment).ToList();
        Assert.Equal(1, await one.Journal.RemoveTextsAsync(1, 1, [left[0], "another"], Token));
        Assert.Equal(left.Count - 1, await one.Journal.RemoveTextsAsync(1, 1, left, Token));

        await using var db = await one.Databases.CreateDbContextAsync(Token);
        Assert.Equal(0, await db.Values.CountAsync(Token));
        var entries = await one.EntriesAsync();
        Assert.Null(Chain.Refuse(Head.Before(1), entries[0], one.Key, out _));
        Assert.Null(Chain.Refuse(new Head(1, 1, entries[0].Hash), entries[1], one.Key, out _));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Large_facts_and_blobs_are_kept_once_byte_for_byte(Store store)
    {
        await using var room = await StoreRoom.NewAsync(store);
        await using var one = EngineRoom.Over(await room.OpenAsync());
        await one.OpenAsync();
        var plan = Encoding.UTF8.GetBytes(new string('x', 200_000));
        await one.TellAsync(at => new Planned(
            at,
            EngineRoom.ReportOf(new RunId(new QuestionId(1, 1), 1), Verdict.Clear) with
            {
                Kind = JobKind.Plan,
                Plan = plan,
            }
        ));
        byte[] bytes = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => one.Journal.Blobs.KeepAsync(bytes, Token), Token)));
        var large = new byte[5 << 20];
        new Random(1).NextBytes(large);
        for (var again = 0; again < 2; again++)
        {
            using var stream = new MemoryStream(large);
            await one.Journal.Blobs.KeepAsync(ContentDigest.Of(large), stream, Token);
        }

        Assert.Equal(large, await one.Journal.Blobs.FindAsync(ContentDigest.Of(large), Token));
        Assert.True(await one.Journal.CanWriteAsync(Token));

        Assert.Equal(bytes, await one.Journal.Blobs.FindAsync(ContentDigest.Of(bytes), Token));
        Assert.Equal(plan, ((Planned)(await one.EntriesAsync())[^1].Read().Fact!).Report.Plan);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_missing_entry_freezes_the_incident(Store store)
    {
        await using var room = await StoreRoom.NewAsync(store);
        await using var one = EngineRoom.Over(await room.OpenAsync());
        await one.OpenAsync();
        await one.TellAsync(at => new Noted(at, Some.Responder, "note", true));
        await one.TellAsync(at => new Noted(at, Some.Responder, "note", true));
        await one.SqlAsync("delete from entries where seq = 2");

        await using var other = EngineRoom.Over(await room.OpenAsync(), one);

        Assert.Contains("frozen", (await other.TellAsync(at => new RelaySilent(at))).Declined, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_row_is_taken_by_one_of_many(Store store)
    {
        await using var room = await StoreRoom.NewAsync(store);
        var databases = await room.OpenAsync();
        await using (var db = await databases.CreateDbContextAsync(Token))
        {
            db.Codes.Add(
                new CodeRow
                {
                    SecretHash = "h",
                    Host = Some.Host,
                    Administrator = Some.Lead.Id,
                    ExpiresAt = long.MaxValue,
                }
            );
            await db.SaveChangesAsync(Token);
        }

        var taken = await Task.WhenAll(
            Enumerable
                .Range(1, 8)
                .Select(n =>
                    Task.Run(
                        async () =>
                        {
                            await using var db = await databases.CreateDbContextAsync(Token);
                            return await db
                                .Codes.Where(row => row.SecretHash == "h" && row.UsedAt == null)
                                .ExecuteUpdateAsync(row => row.SetProperty(value => value.UsedAt, n), Token);
                        },
                        Token
                    )
                )
        );

        Assert.Equal(1, taken.Sum());
    }

    private static async Task<List<(int Seq, int N)>> PendingAsync(EngineRoom room) =>
        [.. (await room.Engine.OwedAsync(1, Lane.Channel, Token)).Select(one => (one.Seq, one.N))];

    private static async Task<Head> HeadAsync(EngineRoom room)
    {
        var last = (await room.EntriesAsync())[^1];
        return new Head(1, last.Seq, last.Hash);
    }

    private static async Task<(int Entries, int Values, int Pending, int Jobs)> CountAsync(EngineRoom room)
    {
        await using var db = await room.Databases.CreateDbContextAsync(Token);
        return (
            await db.Entries.CountAsync(Token),
            await db.Values.CountAsync(Token),
            await db.Pending.CountAsync(Token),
            await db.Jobs.CountAsync(Token)
        );
    }
}
