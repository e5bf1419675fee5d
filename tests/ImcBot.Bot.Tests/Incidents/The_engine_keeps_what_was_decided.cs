using System.Text.Json;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Journal;
using ImcBot.Bot.Relays;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Incidents;

public sealed class The_engine_keeps_what_was_decided
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_incident_is_the_same_after_a_restart()
    {
        await using var room = await EngineRoom.NewAsync();
        await room.OpenAsync();
        await room.AnswerChecksAsync(Verdict.Finding);
        await room.TellAsync(at => new Commanded(at, CommandVerb.Take, Some.Responder, null, ""));
        await room.TellAsync(at => new Noted(at, Some.Responder, "looks like the usual", true));
        var before = await room.Engine.FindAsync(1, Token);

        await using var later = await room.RestartAsync();
        var after = await later.Engine.FindAsync(1, Token);

        Assert.NotEqual(Phase.Surveying, after!.Phase);
        Assert.Equal(Outline(before!), Outline(after));
        Assert.Equal("Riley Reyes", after.Owner!.Name.Value);
    }

    [Fact]
    public async Task What_the_channel_was_owed_is_told_after_a_crash()
    {
        await using var room = await EngineRoom.NewAsync();
        await room.OpenAsync();

        await using var later = await room.RestartAsync();
        await later.StartAsync();

        await later.Channel.UntilAsync(told => told.StartsWith("begin EXCH01", StringComparison.Ordinal), Token);
        await later.Channel.UntilAsync(told => told.StartsWith("page", StringComparison.Ordinal), Token);
        while ((await later.Journal.PendingAsync(1, Token)).Count > 0)
        {
            await Task.Yield();
        }

        Assert.Equal("thread-1", (await later.Engine.FindByThreadAsync("thread-1", Token))!.Thread);
    }

    [Fact]
    public async Task A_channel_that_is_away_gets_everything_in_order_when_it_is_back()
    {
        await using var room = await EngineRoom.NewAsync();
        var failures = 3;
        room.Channel.Fails = () => failures-- > 0 ? new HttpRequestException("away") : null;
        await room.StartAsync();
        await room.OpenAsync();
        await room.TellAsync(at => new Commanded(at, CommandVerb.Pause, Some.Responder, null, ""));

        while (failures >= 0)
        {
            room.Clock.Advance(TimeSpan.FromSeconds(2));
            await Task.Yield();
        }

        await room.Channel.UntilAsync(told => told.Contains("needs a person", StringComparison.Ordinal), Token);
        Assert.Equal(["begin", "post"], room.Channel.Told.Select(told => told.Split(' ')[0]).Where(word => word is "begin" or "post"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_transcript_that_cannot_be_given_is_told_of_and_holds_up_no_thread(bool mayPass)
    {
        await using var room = await EngineRoom.NewAsync();
        room.Channel.Refuses = new ChannelException("away", mayPass);
        await room.StartAsync();
        await room.OpenAsync();
        await room.TellAsync(at => new Commanded(at, CommandVerb.Export, Some.Responder, null, "html"));
        await room.TellAsync(at => new Commanded(at, CommandVerb.Pause, Some.Responder, null, ""));

        while (!room.Channel.Told.Any(told => told.Contains("INC-1 could not be given in private", StringComparison.Ordinal)))
        {
            Token.ThrowIfCancellationRequested();
            room.Clock.Advance(TimeSpan.FromSeconds(2));
            await Task.Yield();
        }

        await room.Channel.UntilAsync(told => told.Contains("needs a person", StringComparison.Ordinal), Token);
    }

    [Fact]
    public async Task Whoever_is_on_call_is_paged_while_the_channel_is_away()
    {
        await using var room = await EngineRoom.NewAsync();
        room.Channel.Fails = () => new HttpRequestException("away");
        await room.StartAsync();

        await room.OpenAsync();

        Assert.StartsWith(
            "page on-call",
            await room.Channel.UntilAsync(told => told.StartsWith("page", StringComparison.Ordinal), Token),
            StringComparison.Ordinal
        );
        Assert.All(room.Channel.Told, told => Assert.StartsWith("page", told, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_deadline_is_told_when_its_time_has_come_and_not_before()
    {
        await using var room = await EngineRoom.NewAsync();
        var decision = await room.OpenAsync();
        var due = decision.Effects.OfType<SetDeadline>().MinBy(set => set.At)!;
        var watcher = room.DeadlineMonitor();

        await watcher.LookAsync(Token);
        Assert.DoesNotContain(await room.EntriesAsync(), entry => entry.Read().Fact is DeadlinePassed);

        room.Clock.Advance(TimeSpan.FromMicroseconds(due.At - Some.Start));
        await watcher.LookAsync(Token);
        await watcher.LookAsync(Token);

        var passed = Assert.Single(await room.EntriesAsync(), entry => entry.Read().Fact is DeadlinePassed).Read().Fact as DeadlinePassed;
        Assert.Equal(due.Deadline, passed!.Deadline);
        watcher.Dispose();
    }

    [Fact]
    public async Task A_shift_change_reaches_open_incidents_once()
    {
        await using var room = await EngineRoom.NewAsync();
        await room.OpenAsync();
        using var watcher = room.DeadlineMonitor();
        await watcher.LookAsync(Token);

        room.OnCallRoster.Change(
            new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { [Role.OnCall] = [Some.Responder.Id] }
        );
        await watcher.LookAsync(Token);
        await watcher.LookAsync(Token);

        var changed = Assert.IsType<RosterChanged>(
            Assert.Single(await room.EntriesAsync(), entry => entry.Read().Fact is RosterChanged).Read().Fact
        );
        Assert.Equal([Some.Responder.Id, Some.OnCall.Id], changed.Roster.Of(Role.OnCall));
    }

    [Fact]
    public async Task A_silent_relay_is_told_once_and_heard_again_once()
    {
        await using var room = await EngineRoom.NewAsync();
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
        using var watcher = room.DeadlineMonitor();

        room.Clock.Advance(TimeSpan.FromSeconds(61));
        await watcher.LookAsync(Token);
        await watcher.LookAsync(Token);
        Assert.True((await room.Engine.FindAsync(1, Token))!.RelaySilent);

        await room.HearRelayAsync();
        await watcher.LookAsync(Token);
        await watcher.LookAsync(Token);

        Assert.False((await room.Engine.FindAsync(1, Token))!.RelaySilent);
        Assert.Single(await room.EntriesAsync(), entry => entry.Read().Fact is RelaySilent);
        Assert.Single(await room.EntriesAsync(), entry => entry.Read().Fact is RelayHeard);
    }

    [Fact]
    public async Task That_the_channel_was_lost_and_found_is_journaled_and_known_after_a_restart()
    {
        await using var room = await EngineRoom.NewAsync();
        await room.OpenAsync();
        await room.TellAsync(at => new ChannelChanged(at, false, "Lena Lindqvist"));
        await room.TellAsync(at => new ChannelChanged(at, true, "Lena Lindqvist"));

        await using var restarted = await room.RestartAsync();
        Assert.Null((await restarted.TellAsync(at => new RelaySilent(at))).Declined);
        Assert.Equal(
            [(false, "Lena Lindqvist"), (true, "Lena Lindqvist")],
            (await restarted.EntriesAsync())
                .Select(entry => entry.Read().Fact)
                .OfType<ChannelChanged>()
                .Select(changed => (changed.IsHere, changed.By.Value))
        );
    }

    [Fact]
    public async Task What_is_declined_is_journaled_with_its_reason_and_without_effects()
    {
        await using var room = await EngineRoom.NewAsync();
        await room.OpenAsync();

        var decision = await room.TellAsync(at => new Voted(at, new QuestionId(1, 99), Some.OnCall, Answer.Approve, "sure"));

        Assert.NotNull(decision.Declined);
        var entry = (await room.EntriesAsync())[^1].Read();
        Assert.Equal(decision.Declined, entry.Declined!.Value.Value);
        Assert.Empty(entry.Effects);
    }

    [Fact]
    public async Task Twenty_alerts_at_once_open_one_incident()
    {
        await using var room = await EngineRoom.NewAsync();

        var decisions = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(room.OpenAsync, Token)));

        Assert.All(decisions, decision => Assert.Equal(1, decision.Incident.Number));
        Assert.Equal(19, (await room.EntriesAsync()).Count(entry => entry.Read().Fact is Alerted));
    }

    [Fact]
    public async Task Two_processes_on_one_database_open_one_incident_and_share_its_journal()
    {
        await using var room = await EngineRoom.NewAsync();
        await using var other = await room.RestartAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(n % 2 == 0 ? room.OpenAsync : other.OpenAsync, Token)));

        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(n =>
                    Task.Run(() => (n % 2 == 0 ? room : other).TellAsync(at => new Noted(at, Some.Responder, $"note {n}", true)), Token)
                )
        );

        await using var later = await room.RestartAsync();
        Assert.NotNull(await later.Engine.FindAsync(1, Token));
        Assert.Null(await later.Engine.FindAsync(2, Token));
        Assert.Equal(8, (await room.EntriesAsync()).Count(entry => entry.Read().Fact is Noted));
    }

    [Theory]
    [InlineData(23, 7)]
    [InlineData(25, 8)]
    public async Task An_incident_resolved_long_ago_gives_its_host_up(int hours, int number)
    {
        await using var room = await EngineRoom.NewAsync();
        var resolved = new FakeSpool(60, new HashSet<int> { 17 }, IndexSet.Of(17)).Searched();
        Assert.Equal(Phase.Resolved, resolved.Incident.Phase);
        await room.PlayAsync(resolved);

        room.Clock.Advance(TimeSpan.FromHours(hours));

        Assert.Equal(number, (await room.OpenAsync()).Incident.Number);
    }

    [Fact]
    public async Task What_monitoring_says_after_the_all_clear_opens_an_incident_of_its_own()
    {
        await using var room = await EngineRoom.NewAsync();
        var resolved = new FakeSpool(60, new HashSet<int> { 17 }, IndexSet.Of(17)).Searched();
        await room.PlayAsync(resolved);
        room.Clock.Advance(TimeSpan.FromHours(2));

        var decision = await room.Engine.OpenAsync(
            Some.Host,
            (at, number, seed) => Some.Opened() with { At = at, Number = number, Seed = seed, Alert = null },
            Token
        );

        Assert.Null(decision.Declined);
        Assert.Equal(8, decision.Incident.Number);
    }

    [Fact]
    public async Task A_resolved_incident_that_gave_its_place_up_is_open_until_it_is_closed()
    {
        await using var room = await EngineRoom.NewAsync();
        var resolved = new FakeSpool(60, new HashSet<int> { 17 }, IndexSet.Of(17)).Searched();
        await room.PlayAsync(resolved);
        room.Clock.Advance(TimeSpan.FromHours(25));
        await room.OpenAsync();

        Assert.Equal([7, 8], (await room.Engine.ListOpenAsync(Token)).Select(incident => incident.Number));
        Assert.Contains(7, await room.Journal.Incidents.OfAsync(Some.Relay, Some.Host, Token));
        using var watcher = room.DeadlineMonitor();
        room.Clock.Advance(TimeSpan.FromSeconds(61));
        await watcher.LookAsync(Token);
        Assert.True((await room.Engine.FindAsync(7, Token))!.RelaySilent);

        await room.TellAsync(at => new Commanded(at, CommandVerb.Close, Some.Lead, null, ""), 7);
        await room.TellAsync(at => new Commanded(at, CommandVerb.Close, Some.Lead, null, ""), 7);
        Assert.Equal([8], (await room.Engine.ListOpenAsync(Token)).Select(incident => incident.Number));
        Assert.Equal(8, (await room.Journal.Incidents.FindOpenAsync(Some.Host, Some.Runbook.Service, Token))!.Number);
    }

    [Fact]
    public async Task Nobody_is_told_of_an_incident_there_is_not()
    {
        await using var room = await EngineRoom.NewAsync();

        await Assert.ThrowsAsync<KeyNotFoundException>(() => room.TellAsync(at => new RelayHeard(at)));
        Assert.Null(await room.Engine.FindAsync(1, Token));
        await Assert.ThrowsAsync<KeyNotFoundException>(() => room.Engine.OpenManuallyAsync("NOHOST", null, Some.Responder, Token));
    }

    private static string Outline(Incident incident) =>
        JsonSerializer.Serialize(
            new
            {
                incident.Phase,
                incident.Headline,
                incident.LastQuestion,
                incident.Questions,
                incident.Findings,
                incident.Changes,
                incident.Task,
                incident.FollowUps,
                incident.Events,
                incident.Owner,
                incident.Now,
                incident.Thread,
                incident.Verification,
            }
        );
}
