using System.Net;
using ImcBot.Bot.Journal;
using ImcBot.Bot.Tests.Incidents;
using ImcBot.Bot.Tests.Relays;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Journal;

/// <summary>
/// Threads, deadlines, codes and the host's place are looked for in rows; what they are, the signed entries or a seal say.
/// </summary>
public sealed class Rows_beside_the_entries_steer_nothing
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("update incidents set thread = 'thread-1' where number = 2")]
    [InlineData("update incidents set thread = 'thread-2' where number = 1")]
    [InlineData("update incidents set thread = null")]
    [InlineData("update incidents set thread = case number when 1 then 'thread-2' else 'thread-1' end")]
    public async Task A_thread_stays_its_incidents(string sql)
    {
        await using var room = await EngineRoom.NewAsync();
        await room.OpenAsync();
        await OpenAsync(room, "EXCH02");
        foreach (var number in new[] { 1, 2 })
        {
            await room.TellAsync(at => new Posted(at, new PostKey(CardKind.Incident, default), $"thread-{number}", "1", false), number);
        }

        await room.SqlAsync(sql);
        await using var later = await room.RestartAsync();

        Assert.Equal(1, (await later.Engine.FindByThreadAsync("thread-1", Token))?.Number);
        Assert.Equal(2, (await later.Engine.FindByThreadAsync("thread-2", Token))?.Number);
        Assert.Null(await later.Engine.FindByThreadAsync("thread-3", Token));
    }

    [Theory]
    [InlineData("delete from deadlines", false)]
    [InlineData("delete from deadlines", true)]
    [InlineData("update deadlines set at = at * 2", true)]
    public async Task A_deadline_comes_whatever_became_of_its_row(string sql, bool restarts)
    {
        await using var room = await EngineRoom.NewAsync();
        var due = (await room.OpenAsync()).Effects.OfType<SetDeadline>().MinBy(set => set.At)!;
        await room.SqlAsync(sql);
        var now = restarts ? await room.RestartAsync() : room;
        using var watcher = now.DeadlineMonitor();
        await watcher.LookAsync(Token);

        room.Clock.Advance(TimeSpan.FromMicroseconds(due.At - Some.Start));
        await watcher.LookAsync(Token);

        Assert.Equal(
            due.Deadline,
            Assert.Single((await room.EntriesAsync()).Select(entry => entry.Read().Fact).OfType<DeadlinePassed>()).Deadline
        );
    }

    [Theory]
    [InlineData("update deadlines set at = 1")]
    [InlineData("insert into deadlines values (1, 'WatchEnds', 3, 1)")]
    [InlineData("insert into deadlines values (1, 'NoSuchThing', 3, 1)")]
    [InlineData("insert into deadlines values (99, 'SurveyEnds', 1, 1)")]
    public async Task A_planted_deadline_tells_nothing_and_its_row_is_put_right(string sql)
    {
        await using var room = await EngineRoom.NewAsync();
        var set = (await room.OpenAsync()).Effects.OfType<SetDeadline>().ToList();
        await room.SqlAsync(sql);
        using var watcher = room.DeadlineMonitor();

        await watcher.LookAsync(Token);

        Assert.DoesNotContain(await room.EntriesAsync(), entry => entry.Read().Fact is DeadlinePassed);
        Assert.Empty(await room.Journal.DueAsync(room.Clock.Micros(), Token));
        Assert.Equal([1], await room.Journal.DueAsync(set.Min(one => one.At), Token));
    }

    [Fact]
    public async Task A_code_that_was_planted_or_changed_or_used_enrols_nobody()
    {
        await using var house = await BotHouse.OpenAsync();
        var (planted, changed, used) = (
            await CodeAsync(house, "EXCH01"),
            await CodeAsync(house, "EXCH02"),
            await CodeAsync(house, "EXCH03")
        );
        Assert.Equal(HttpStatusCode.OK, (await new FakeRelay(house.Http, house.Clock, "EXCH03").EnrolAsync(used)).Status);

        await house.SqlAsync(
            "update codes set seal = null where host = 'EXCH01'; update codes set host = 'EXCH09' where host = 'EXCH02'; update "
                + "codes set used_at = null"
        );

        Assert.Equal(HttpStatusCode.Forbidden, (await new FakeRelay(house.Http, house.Clock, "EXCH01").EnrolAsync(planted)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await new FakeRelay(house.Http, house.Clock, "EXCH09").EnrolAsync(changed)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await new FakeRelay(house.Http, house.Clock, "EXCH03").EnrolAsync(used)).Status);
        Assert.Single(await house.Enrolment.ListAsync(Token));
    }

    [Fact]
    public async Task A_frozen_incident_gives_up_its_hosts_place_to_the_next_outage_which_calls_people()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        await relay.PostAsync("alerts", Some.Alert(false, 4102));
        await house.SqlAsync("update entries set signature = randomblob(64)");
        await house.Engine.ForgetAsync(1, Token);

        var answer = await relay.PostAsync("alerts", Some.Alert(false, 4102));

        Assert.Equal(HttpStatusCode.NoContent, answer.Status);
        var second = (await house.Engine.FindAsync(2, Token))!;
        Assert.Equal(Some.Host, second.Host);
        Assert.NotEmpty(second.Pages);
        Assert.Equal(2, (await house.Engine.FindOpenAsync(Some.Host, Some.Runbook.Service, Token))!.Number);
    }

    [Fact]
    public async Task An_administrator_frees_the_host_of_a_frozen_incident_and_nobody_else_does()
    {
        await using var room = await EngineRoom.NewAsync();
        await room.OpenAsync();
        await room.SqlAsync("update incidents set head_seq = head_seq + 1");
        await using var later = await room.RestartAsync();

        Assert.Contains(
            "frozen",
            (await later.TellAsync(at => new Commanded(at, CommandVerb.Close, Some.OnCall, null, ""))).Declined,
            StringComparison.Ordinal
        );
        Assert.Single(await later.Journal.Incidents.OpenNumbersAsync(Token));
        await later.TellAsync(at => new Commanded(at, CommandVerb.Close, Some.Lead, null, ""));
        Assert.Empty(await later.Journal.Incidents.OpenNumbersAsync(Token));
        Assert.Null(await later.Journal.Incidents.FindOpenAsync(Some.Host, Some.Runbook.Service, Token));
    }

    private static Task<string> CodeAsync(BotHouse house, string host) =>
        house.Enrolment.CreateCodeAsync(host, BotHouse.Administrator, Token);

    private static Task<Decision> OpenAsync(EngineRoom room, string host) =>
        room.Engine.OpenAsync(
            host,
            (at, number, seed) => Some.Opened() with { At = at, Number = number, Seed = seed, Host = host, Relay = "relay-2" },
            Token
        );
}
