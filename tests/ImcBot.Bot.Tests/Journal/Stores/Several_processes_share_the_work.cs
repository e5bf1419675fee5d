using ImcBot.Bot.Journal;
using ImcBot.Bot.Tests.Incidents;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace ImcBot.Bot.Tests.Journal.Stores;

public sealed class Several_processes_share_the_work
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<Store> Stores => new(Enum.GetValues<Store>());

    [Theory, MemberData(nameof(Stores))]
    public async Task A_duty_is_held_by_one_until_it_is_released_or_its_lease_ends(Store store)
    {
        await using var room = await StoreRoom.NewAsync(store);
        await using var one = EngineRoom.Over(await room.OpenAsync());
        await using var other = EngineRoom.Over(await room.OpenAsync(), one);

        Assert.True(await one.LeaseHolder.ClaimAsync("d", Token));
        Assert.False(await other.LeaseHolder.ClaimAsync("d", Token));
        one.Clock.Advance(LeaseHolder.Lease);
        Assert.False(await other.LeaseHolder.ClaimAsync("d", Token));
        one.Clock.Advance(TimeSpan.FromMicroseconds(1));
        Assert.True(await other.LeaseHolder.ClaimAsync("d", Token));

        await one.LeaseHolder.ReleaseAsync("d");
        Assert.False(await one.LeaseHolder.ClaimAsync("d", Token));
        await other.LeaseHolder.ReleaseAsync("d");
        Assert.True(await one.LeaseHolder.ClaimAsync("d", Token));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Of_many_that_ask_at_once_one_gets_the_duty(Store store)
    {
        await using var room = await StoreRoom.NewAsync(store);
        await using var one = EngineRoom.Over(await room.OpenAsync());
        LeaseHolder[] replicas = [.. Enumerable.Range(0, 8).Select(_ => new LeaseHolder(one.Databases, one.Clock, isAlone: false))];

        var got = await Task.WhenAll(replicas.Select(replica => Task.Run(() => replica.ClaimAsync("d", Token), Token)));

        Assert.Single(got, held => held);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Long_work_keeps_its_duty(Store store)
    {
        await using var room = await StoreRoom.NewAsync(store);
        await using var one = EngineRoom.Over(await room.OpenAsync());
        await using var other = EngineRoom.Over(await room.OpenAsync(), one);
        var done = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        var work = one.LeaseHolder.HoldAsync(
            "d",
            _ =>
            {
                begun.SetResult();
                return done.Task;
            },
            Token
        );
        await begun.Task;

        for (var third = 0; third < 6; third++)
        {
            one.Clock.Advance(LeaseHolder.Lease / 3);
            var renewed = one.Clock.Micros() + LeaseHolder.Lease.Micros();
            while (await UntilAsync(one, "d") != renewed)
            {
                await Task.Yield();
            }

            Assert.False(await other.LeaseHolder.ClaimAsync("d", Token));
        }

        done.SetResult();
        await work;
        Assert.True(await other.LeaseHolder.ClaimAsync("d", Token));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Work_keeps_its_duty_though_the_database_is_away_for_one_renewal(Store store)
    {
        await using var room = await StoreRoom.NewAsync(store);
        var away = new Away(await room.OpenAsync());
        await using var one = EngineRoom.Over(away);
        await using var other = EngineRoom.Over(await room.OpenAsync(), one);
        var done = new TaskCompletionSource();
        var work = one.LeaseHolder.HoldAsync("d", _ => done.Task, Token);
        while (await UntilAsync(other, "d") == 0)
        {
            await Task.Yield();
        }

        away.IsAway = true;
        one.Clock.Advance(LeaseHolder.Lease / 3);
        while (away.Refused == 0)
        {
            await Task.Yield();
        }

        away.IsAway = false;
        one.Clock.Advance(LeaseHolder.Lease / 3);
        var renewed = one.Clock.Micros() + LeaseHolder.Lease.Micros();
        await RenewedAsync(other, renewed).WaitAsync(TimeSpan.FromSeconds(20), Token);
        Assert.False(await other.LeaseHolder.ClaimAsync("d", Token));

        done.SetResult();
        await work;
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Work_whose_duty_another_has_taken_ends(Store store)
    {
        await using var room = await StoreRoom.NewAsync(store);
        await using var one = EngineRoom.Over(await room.OpenAsync());
        var begun = new TaskCompletionSource();
        var work = one.LeaseHolder.HoldAsync(
            "d",
            held =>
            {
                begun.SetResult();
                return new TaskCompletionSource().Task.WaitAsync(held);
            },
            Token
        );
        await begun.Task;
        await one.SqlAsync("update leases set holder = 'another' where duty = 'd'");

        one.Clock.Advance(LeaseHolder.Lease / 3);

        await work.WaitAsync(TimeSpan.FromSeconds(20), Token);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task The_channel_is_told_once_whoever_has_it_to_tell(Store store)
    {
        await using var room = await StoreRoom.NewAsync(store);
        await using var one = EngineRoom.Over(await room.OpenAsync());
        await using var other = EngineRoom.Over(await room.OpenAsync(), one);
        await one.StartAsync();
        await other.StartAsync();

        await one.OpenAsync();
        await ToldAsync(one);
        await other.TellAsync(at => new Commanded(at, CommandVerb.Take, Some.Responder, null, ""));
        await ToldAsync(one);
        await one.TellAsync(at => new RelaySilent(at));
        await ToldAsync(one);

        string[] told = [.. one.Channel.Told, .. other.Channel.Told];
        Assert.Single(told, line => line.StartsWith("begin EXCH", StringComparison.Ordinal));
        Assert.Equal(
            told.Where(line => !line.StartsWith("edit", StringComparison.Ordinal)).Distinct(),
            told.Where(line => !line.StartsWith("edit", StringComparison.Ordinal))
        );
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task What_one_wrote_the_other_knows_before_it_answers(Store store)
    {
        await using var room = await StoreRoom.NewAsync(store);
        await using var one = EngineRoom.Over(await room.OpenAsync());
        await using var other = EngineRoom.Over(await room.OpenAsync(), one);
        await one.OpenAsync();
        Assert.Null((await other.Engine.FindAsync(1, Token))!.Owner);

        await one.TellAsync(at => new Commanded(at, CommandVerb.Take, Some.Responder, null, ""));
        Assert.Equal("Riley Reyes", (await other.Engine.FindAsync(1, Token))!.Owner!.Name.Value);

        var pending = await one.Engine.OwedAsync(1, Lane.Channel, Token);
        Assert.Equal(pending.Count, (await other.Engine.OwedAsync(1, Lane.Channel, Token)).Count);
        await one.Engine.DoneAsync(1, pending[0], Token);
        Assert.Equal(pending.Count - 1, (await other.Engine.OwedAsync(1, Lane.Channel, Token)).Count);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_poll_held_here_wakes_for_work_that_was_given_there(Store store)
    {
        await using var room = await StoreRoom.NewAsync(store);
        await using var one = EngineRoom.Over(await room.OpenAsync());
        await using var other = EngineRoom.Over(await room.OpenAsync(), one);
        using var neighbours = new ReplicaPoller(other.Journal, other.ChangeSignals, other.LeaseHolder, other.Clock);

        var ring = other.ChangeSignals.NextRing(Some.Relay);
        await one.OpenAsync();
        await neighbours.ListenAsync(Token);
        Assert.True(ring.IsCompleted);
        Assert.True(other.ChangeSignals.Incidents.TryRead(out _));

        var next = other.ChangeSignals.NextRing(Some.Relay);
        await neighbours.ListenAsync(Token);
        Assert.False(next.IsCompleted);
    }

    /// <summary>Until nothing is owed to the channel; time passes, so that the processes hear of each other.</summary>
    /// <summary>
    /// The clock runs faster than the machine, so it stands still before a lease could end: a duty that lapses is rightly another's.
    /// </summary>
    private static async Task ToldAsync(EngineRoom room)
    {
        var most = room.Clock.GetUtcNow() + (LeaseHolder.Lease / 4);
        while ((await room.Journal.PendingAsync(1, Token)).Count > 0)
        {
            if (room.Clock.GetUtcNow() < most)
            {
                room.Clock.Advance(TimeSpan.FromMilliseconds(10));
            }

            await Task.Yield();
        }
    }

    private static async Task<long> UntilAsync(EngineRoom room, string duty)
    {
        await using var db = await room.Databases.CreateDbContextAsync(Token);
        return await db.Database.SqlQuery<long>($"""select until as "Value" from leases where duty = {duty}""").SingleOrDefaultAsync(Token);
    }

    private static async Task RenewedAsync(EngineRoom room, long until)
    {
        while (await UntilAsync(room, "d") != until)
        {
            await Task.Yield();
        }
    }

    /// <summary>A database that cannot be reached for a while.</summary>
    private sealed class Away(IDbContextFactory<JournalDb> databases) : IDbContextFactory<JournalDb>
    {
        private int _refused;

        public bool IsAway { get; set; }

        public int Refused => _refused;

        public JournalDb CreateDbContext()
        {
            if (IsAway)
            {
                Interlocked.Increment(ref _refused);
                throw new TimeoutException("The database does not answer.");
            }

            return databases.CreateDbContext();
        }
    }
}
