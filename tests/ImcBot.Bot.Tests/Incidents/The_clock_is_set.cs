using ImcBot.Bot.Incidents;
using ImcBot.Bot.Journal;
using ImcBot.Bot.Relays;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace ImcBot.Bot.Tests.Incidents;

/// <summary>
/// Somebody sets the clock of the bot's machine in the middle of an incident. The monotonic clock goes on, and so does the incident.
/// </summary>
public sealed class The_clock_is_set
{
    private static readonly string[] Moments = ["survey", "plan", "request", "end of the request", "run"];

    public static TheoryData<int, string> Steps =>
        new(new[] { -30, -1, 1, 30 }.SelectMany(minutes => Moments.Select(moment => (minutes, moment))));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task No_deadline_comes_earlier_or_later_for_it(int minutes, string moment)
    {
        await using var room = await EngineRoom.NewAsync();
        using var watcher = room.DeadlineMonitor();
        await ReachAsync(room, watcher, moment);
        var before = await LeftAsync(room);

        await SetAsync(room, watcher, minutes);

        Assert.Equal(before, await LeftAsync(room));
        var left = before.Min(one => one.Left);
        var passed = await PassedAsync(room);
        room.Clock.Advance(left - TimeSpan.FromSeconds(1));
        await watcher.LookAsync(Token);
        Assert.Equal(passed, await PassedAsync(room));

        room.Clock.Advance(TimeSpan.FromSeconds(2));
        await watcher.LookAsync(Token);
        var told = (await PassedAsync(room))[passed.Count];
        Assert.Contains(told.Deadline, before.Where(one => one.Left == left).Select(one => one.Deadline));
        Assert.Equal(room.Clock.Micros(), told.At);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task A_relay_that_falls_silent_is_told_in_time_and_no_other_is(int minutes, string moment)
    {
        await using var room = await EngineRoom.NewAsync();
        using var watcher = room.DeadlineMonitor();
        await ReachAsync(room, watcher, moment);
        await room.HearRelayAsync();
        await watcher.LookAsync(Token);
        Assert.False((await room.Engine.FindAsync(1, Token))!.RelaySilent);

        await SetAsync(room, watcher, minutes);
        room.Clock.Advance(TimeSpan.FromSeconds(59));
        await watcher.LookAsync(Token);
        Assert.False((await room.Engine.FindAsync(1, Token))!.RelaySilent);

        room.Clock.Advance(TimeSpan.FromSeconds(2));
        await watcher.LookAsync(Token);
        Assert.True((await room.Engine.FindAsync(1, Token))!.RelaySilent);
        Assert.True(room.Presence.SilenceOf((await room.Relays.FindAsync(Some.Relay, Token))!) > TimeSpan.FromSeconds(60));
    }

    [Theory]
    [InlineData(-30, "30 minutes back")]
    [InlineData(30, "30 minutes forward")]
    public async Task It_is_told_and_journaled_and_known_after_a_restart(int minutes, string told)
    {
        await using var room = await EngineRoom.NewAsync();
        using var watcher = room.DeadlineMonitor();
        await ReachAsync(room, watcher, "request");
        var expires = (await room.Engine.FindAsync(1, Token))!.Request!.ExpiresAt;

        await SetAsync(room, watcher, minutes);

        Assert.True(room.ChangeSignals.News.TryRead(out var news) && news.Sentence.Contains(told, StringComparison.Ordinal));
        var set = Assert.Single((await room.EntriesAsync()).Select(entry => entry.Read().Fact).OfType<ClockSet>());
        Assert.Equal((room.Clock.Micros(), TimeSpan.FromMinutes(minutes).Micros()), (set.At, set.By));
        Assert.Equal(expires + set.By, (await room.Engine.FindAsync(1, Token))!.Request!.ExpiresAt);

        var declined = await room.TellAsync(at => set with { At = at });
        Assert.Contains("another bot on this journal", declined.Declined, StringComparison.Ordinal);

        await using var again = await room.RestartAsync();
        Assert.Equal(expires + set.By, (await again.Engine.FindAsync(1, Token))!.Request!.ExpiresAt);
    }

    [Fact]
    public async Task A_vote_right_after_it_is_judged_by_the_time_that_went_by()
    {
        await using var room = await EngineRoom.NewAsync();
        using var watcher = room.DeadlineMonitor();
        await ReachAsync(room, watcher, "request");
        var question = (await room.Engine.FindAsync(1, Token))!.Request!.Question;

        room.Clock.Set(TimeSpan.FromMinutes(45));
        room.EngineClock.Follow();
        var decision = await room.TellAsync(at => new Voted(at, question, Some.OnCall, Answer.Approve, ""));

        Assert.Null(decision.Declined);
        Assert.Equal(Phase.Acting, decision.Incident.Phase);
    }

    [Fact]
    public async Task Seconds_are_followed_without_a_word()
    {
        await using var room = await EngineRoom.NewAsync();
        using var watcher = room.DeadlineMonitor();
        await room.OpenAsync();

        room.Clock.Set(TimeSpan.FromSeconds(20));
        await watcher.FollowAsync(Token);

        Assert.Equal(room.Clock.Micros(), room.EngineClock.Now);
        Assert.DoesNotContain(await room.EntriesAsync(), entry => entry.Read().Fact is ClockSet);
        Assert.False(room.ChangeSignals.News.TryRead(out _));
    }

    [Fact]
    public async Task A_duty_that_a_clock_ahead_had_taken_is_free_again()
    {
        await using var room = await EngineRoom.NewAsync();
        var (dead, alive) = (
            new LeaseHolder(room.Databases, room.Clock, isAlone: false),
            new LeaseHolder(room.Databases, room.Clock, isAlone: false)
        );
        Assert.True(await dead.ClaimAsync("watch", Token));
        Assert.False(await alive.ClaimAsync("watch", Token));

        room.Clock.Set(TimeSpan.FromMinutes(-30));

        Assert.True(await alive.ClaimAsync("watch", Token));
    }

    private static async Task SetAsync(EngineRoom room, DeadlineMonitor watcher, int minutes)
    {
        room.Clock.Set(TimeSpan.FromMinutes(minutes));
        await watcher.FollowAsync(Token);
        await watcher.LookAsync(Token);
    }

    private static async Task ReachAsync(EngineRoom room, DeadlineMonitor watcher, string moment)
    {
        await room.Relays.AddAsync(
            new RelayRow
            {
                Id = Some.Relay,
                Host = Some.Host,
                PublicKey = "{}",
                State = RelayRegister.Confirmed,
                EnrolledAt = Some.Start,
            },
            Token
        );
        await room.OpenAsync();
        switch (moment)
        {
            case "plan":
                await room.AnswerChecksAsync(Verdict.Clear);
                await room.TellAsync(at => new DeadlinePassed(at, Deadline.SurveyEnds, new QuestionId(1, 1)));
                break;
            case "request":
                await room.ToApprovalAsync();
                break;
            case "end of the request":
                await room.ToApprovalAsync();
                for (var minute = 0; minute < 29; minute++)
                {
                    room.Clock.Advance(TimeSpan.FromMinutes(1));
                    await watcher.LookAsync(Token);
                }

                break;
            case "run":
                var request = await room.ToApprovalAsync();
                await room.TellAsync(at => new Voted(at, request.Question, Some.OnCall, Answer.Approve, ""));
                break;
            default:
                break;
        }

        await watcher.LookAsync(Token);
    }

    /// <summary>How long each deadline is away.</summary>
    private static async Task<List<(Deadline Deadline, TimeSpan Left)>> LeftAsync(EngineRoom room)
    {
        await using var db = await room.Databases.CreateDbContextAsync(Token);
        var rows = await db.Deadlines.AsNoTracking().OrderBy(row => row.At).ThenBy(row => row.Deadline).ToListAsync(Token);
        return [.. rows.Select(row => (Enum.Parse<Deadline>(row.Deadline), TimeSpan.FromMicroseconds(row.At - room.EngineClock.Now)))];
    }

    private static async Task<List<DeadlinePassed>> PassedAsync(EngineRoom room) =>
        [.. (await room.EntriesAsync()).Select(entry => entry.Read().Fact).OfType<DeadlinePassed>()];
}
