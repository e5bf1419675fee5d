using System.Net;
using ImcBot.Bot.Journal;
using ImcBot.Bot.Relays;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Relays;

/// <summary>A machine that was cloned, or a folder that was copied: two processes speak with one key.</summary>
public sealed class One_relay_is_one_process
{
    private static readonly RelayInstance First = new("MGMT01/41/aaaaaaaaaaaaaaaa"),
        Second = new("MGMT02/17/bbbbbbbbbbbbbbbb");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_second_is_turned_away_with_both_names_and_the_channel_hears_when_both_are_alive()
    {
        await using var house = await BotHouse.OpenAsync();
        var (relay, copy) = await TwoAsync(house);

        Assert.Equal(HttpStatusCode.OK, (await relay.PostAsync("hello", relay.Hello())).Status);
        var refused = await copy.PostAsync("hello", copy.Hello());
        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("process 41 on MGMT01", refused.Error, StringComparison.Ordinal);
        Assert.Contains("process 17 on MGMT02", refused.Error, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await copy.PostAsync("poll", new Poll([]))).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await copy.ReportAsync()).Status);

        Assert.Equal(HttpStatusCode.OK, (await relay.PostAsync("hello", relay.Hello())).Status);
        var told = await house.Channel.UntilAsync(
            said => said.Contains("Two processes speak as the relay", StringComparison.Ordinal),
            Token
        );
        Assert.Contains("process 41 on MGMT01 works, process 17 on MGMT02 is turned away", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_leaves_out_which_process_it_is_does_no_work_of_a_relay_that_says_so()
    {
        await using var house = await BotHouse.OpenAsync();
        var (relay, copy) = await TwoAsync(house);
        Assert.NotNull((await ActAsync(house, relay)).Grant);
        copy.Instance = null;

        await DoesNoWorkAsync(copy);

        Assert.Equal(HttpStatusCode.OK, (await relay.PostAsync("hello", relay.Hello())).Status);
        var told = await house.Channel.UntilAsync(said => said.Contains("Two processes speak", StringComparison.Ordinal), Token);
        Assert.Contains("a process that does not say where it runs is turned away", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_does_none_either_while_the_relay_is_silent()
    {
        await using var house = await BotHouse.OpenAsync();
        var (relay, copy) = await TwoAsync(house);
        Assert.Equal(HttpStatusCode.OK, (await relay.PostAsync("hello", relay.Hello())).Status);
        house.Clock.Advance(RelayPresence.LongestSilence + TimeSpan.FromSeconds(1));
        copy.Instance = null;

        await DoesNoWorkAsync(copy);
    }

    [Fact]
    public async Task The_relays_own_commands_beside_it_need_not_say_which_process_they_are()
    {
        await using var house = await BotHouse.OpenAsync();
        var (relay, command) = await TwoAsync(house);
        Assert.Equal(HttpStatusCode.OK, (await relay.PostAsync("hello", relay.Hello())).Status);
        command.Instance = null;

        Assert.Equal(HttpStatusCode.OK, (await command.PostAsync("hello", command.Hello())).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await command.PostAsync("key", new RelayKeyChange("", ""))).Status);

        Assert.Equal(HttpStatusCode.OK, (await relay.PostAsync("hello", relay.Hello())).Status);
        house.Get<ChangeSignals>().Tell("the end");
        await house.Channel.UntilAsync(said => said.Contains("the end", StringComparison.Ordinal), Token);
        Assert.DoesNotContain(house.Channel.Told, said => said.Contains("Two processes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_relay_that_never_said_which_process_it_is_works_on()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.EnrolledAsync();

        Assert.NotNull((await ActAsync(house, relay)).Grant);
    }

    [Fact]
    public async Task A_relay_that_has_died_is_followed_by_its_next_process_and_nobody_is_told_of_two()
    {
        await using var house = await BotHouse.OpenAsync();
        var (relay, next) = await TwoAsync(house);
        Assert.Equal(HttpStatusCode.OK, (await relay.PostAsync("hello", relay.Hello())).Status);

        house.Clock.Advance(RelayPresence.LongestSilence + TimeSpan.FromSeconds(1));

        Assert.Equal(HttpStatusCode.OK, (await next.PostAsync("hello", next.Hello())).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await relay.PostAsync("hello", relay.Hello())).Status);
        Assert.DoesNotContain(house.Channel.Told, said => said.Contains("Two processes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_relay_whose_held_poll_breaks_off_is_followed_at_once()
    {
        await using var house = await BotHouse.OpenAsync();
        var (relay, next) = await TwoAsync(house);
        Assert.Equal(HttpStatusCode.OK, (await relay.PostAsync("hello", relay.Hello())).Status);
        await house.Get<RelayPresence>().LeaveAsync(relay.Id, First);

        Assert.Equal(HttpStatusCode.OK, (await next.PostAsync("hello", next.Hello())).Status);
    }

    [Fact]
    public async Task A_clock_that_was_set_back_keeps_no_dead_process_alive()
    {
        await using var house = await BotHouse.OpenAsync();
        var (relay, next) = await TwoAsync(house);
        Assert.Equal(HttpStatusCode.OK, (await relay.PostAsync("hello", relay.Hello())).Status);
        await house.SqlAsync($"update relays set instance_until = {Some.Start + TimeSpan.FromMinutes(30).Ticks / 10}");

        Assert.Equal(HttpStatusCode.OK, (await next.PostAsync("hello", next.Hello())).Status);
    }

    [Fact]
    public async Task An_act_goes_with_its_grant_to_one_process_only()
    {
        await using var house = await BotHouse.OpenAsync();
        var (relay, next) = await TwoAsync(house);
        var act = await ActAsync(house, relay);
        Assert.NotNull(act.Grant);

        house.Clock.Advance(TimeSpan.FromSeconds(6));
        Assert.NotNull(Assert.Single(await relay.PollAsync(), job => job.Kind == JobKind.Act).Grant);

        house.Clock.Advance(RelayPresence.LongestSilence + TimeSpan.FromSeconds(1));
        var asked = Assert.Single(await next.PollAsync(), job => job.Kind == JobKind.Act);
        Assert.Equal((null, "process 41 on MGMT01"), (asked.Grant, asked.HandedTo));
    }

    [Fact]
    public async Task A_signed_report_that_contradicts_the_one_that_was_taken_is_kept_and_told_and_the_incident_waits()
    {
        await using var house = await BotHouse.OpenAsync();
        var (relay, _) = await TwoAsync(house);
        var act = await ActAsync(house, relay);
        var done = Signed(relay, act, "The service runs.");
        Assert.Equal(HttpStatusCode.NoContent, (await relay.ReportAsync(done, done)).Status);
        Assert.NotEqual(PersonTaskKind.Diverged, (await house.Engine.FindAsync(1, Token))!.Task?.Kind);

        Assert.Equal(HttpStatusCode.NoContent, (await relay.ReportAsync(Signed(relay, act, "Nothing was done."))).Status);

        var told = await house.Channel.UntilAsync(said => said.Contains("contradicts itself", StringComparison.Ordinal), Token);
        Assert.Contains("Taken: The service runs. Later: Nothing was done.", told, StringComparison.Ordinal);
        Assert.Equal(PersonTaskKind.Diverged, (await house.Engine.FindAsync(1, Token))!.Task!.Kind);
        await house.Engine.ForgetAsync(1, Token);
        Assert.Equal(PersonTaskKind.Diverged, (await house.Engine.FindAsync(1, Token))!.Task!.Kind);
    }

    [Fact]
    public async Task A_relay_that_contradicts_itself_again_and_again_is_told_of_once()
    {
        await using var house = await BotHouse.OpenAsync();
        var (relay, _) = await TwoAsync(house);
        var act = await ActAsync(house, relay);
        await relay.ReportAsync(Signed(relay, act, "The service runs."));
        for (var number = 0; number < 10; number++)
        {
            await relay.ReportAsync(Signed(relay, act, $"Nothing was done {number}."));
        }

        Assert.Equal(1, await ToldAsync(house, "contradicts itself"));
    }

    [Fact]
    public async Task A_relay_whose_ledgers_take_turns_or_whose_copies_are_many_does_not_fill_the_channel()
    {
        await using var house = await BotHouse.OpenAsync();
        var (relay, copy) = await TwoAsync(house);
        for (var number = 0; number < 3 * ChangeSignals.MostOfSender; number++)
        {
            await relay.PostAsync("hello", relay.Hello() with { Ledger = new LedgerStand(number % 2, 3, "b") });
            copy.Instance = new RelayInstance($"MGMT02/17/{number}");
            Assert.Equal(HttpStatusCode.Conflict, (await copy.PostAsync("hello", copy.Hello())).Status);
        }

        Assert.InRange(await ToldAsync(house, relay.Id), 2, 2 + ChangeSignals.MostOfSender);
    }

    [Theory]
    [InlineData(2, 3, "b", "works with a new ledger")]
    [InlineData(1, 2, "a", "works with a ledger that was set back: signed rows were 3 and are 2")]
    [InlineData(1, 3, "c", "works with a ledger that was set back")]
    [InlineData(1, 4, "d", null)]
    public async Task A_ledger_that_is_another_than_before_is_told(long id, int rows, string head, string? said)
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        await relay.PostAsync("hello", relay.Hello() with { Ledger = new LedgerStand(1, 3, "b") });

        await relay.PostAsync("hello", relay.Hello() with { Ledger = new LedgerStand(id, rows, head) });

        house.Get<ChangeSignals>().Tell("the end");
        await house.Channel.UntilAsync(told => told.Contains("the end", StringComparison.Ordinal), Token);
        Assert.Equal(said is not null, house.Channel.Told.Any(told => told.Contains(said ?? "a ledger", StringComparison.Ordinal)));
        Assert.DoesNotContain(house.Channel.Told, told => told.Contains("mail", StringComparison.OrdinalIgnoreCase));
        Assert.Contains(await house.Enrolment.ListAsync(Token), line => line.Contains("ready", StringComparison.Ordinal));
    }

    /// <summary>How often the channel was told something like this, once it has been told everything.</summary>
    private static async Task<int> ToldAsync(BotHouse house, string words)
    {
        house.Get<ChangeSignals>().Tell("the end");
        await house.Channel.UntilAsync(said => said.Contains("the end", StringComparison.Ordinal), Token);
        return house.Channel.Told.Count(said => said.Contains(words, StringComparison.Ordinal));
    }

    private static async Task<(FakeRelay Relay, FakeRelay Copy)> TwoAsync(BotHouse house)
    {
        var relay = await house.EnrolledAsync();
        relay.Instance = First;
        return (relay, new FakeRelay(house.Http, house.Clock, Some.Host, relay.Key) { Id = relay.Id, Instance = Second });
    }

    private static async Task DoesNoWorkAsync(FakeRelay relay)
    {
        Assert.Equal(HttpStatusCode.Conflict, (await relay.ReportAsync()).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await relay.PostAsync("alerts", Some.Alert(false, 4102))).Status);
        using var blob = new ByteArrayContent([1]);
        Assert.Equal(HttpStatusCode.Conflict, (await relay.SendAsync(HttpMethod.Put, $"blobs/{new string('a', 64)}", blob)).Status);
        var polled = await relay.PostAsync("poll", new Poll([]));
        Assert.Equal(HttpStatusCode.Conflict, polled.Status);
        Assert.Contains("process 41 on MGMT01", polled.Error, StringComparison.Ordinal);
    }

    private static async Task<Job> ActAsync(BotHouse house, FakeRelay relay)
    {
        await house.ToApprovalAsync(relay);
        var request = (await house.Engine.FindAsync(1, Token))!.Request!;
        await house.Engine.TellAsync(
            1,
            at => new Voted(at, request.Question, Some.OnCall, ImcBot.Core.Incidents.Answer.Approve, "go"),
            Token
        );
        return Assert.Single(await relay.PollAsync(), job => job.Kind == JobKind.Act);
    }

    private static Report Signed(FakeRelay relay, Job act, string summary)
    {
        var report = relay.ReportOf(act) with { Summary = summary };
        return report with
        {
            Statement = LedgerStatement.Sign(
                new LedgerRow(act.Run, act.Plan, 1, 2, LedgerRow.OutcomeOf(report), 1, 1, ""),
                relay.Key,
                relay.PublicKey()
            ),
        };
    }
}
