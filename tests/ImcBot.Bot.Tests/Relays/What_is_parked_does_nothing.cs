using System.Net;
using ImcBot.Bot.Incidents;
using ImcBot.Bot.Journal;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Relays;

public sealed class What_is_parked_does_nothing
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_approved_and_not_begun_is_taken_back()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        var question = await ApprovedAsync(house, relay);

        await ParkAsync(house);

        Assert.DoesNotContain(await house.WaitOutAsync(relay.PollAsync()), job => job.Kind == JobKind.Act);
        var incident = (await house.Engine.FindAsync(1, Token))!;
        Assert.Equal(ChangeState.Withdrawn, incident.FindRequest(question)!.State);
        Assert.StartsWith("Entry 3 of the journal is in doubt: it is.", incident.Task!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_whose_delivery_was_lost_is_not_delivered_again()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        await ApprovedAsync(house, relay);
        Assert.Single(await relay.PollAsync(), job => job.Kind == JobKind.Act);

        await ParkAsync(house);
        house.Clock.Advance(TimeSpan.FromSeconds(6));

        Assert.DoesNotContain(await house.WaitOutAsync(relay.PollAsync()), job => job.Kind == JobKind.Act);
    }

    [Fact]
    public async Task A_report_for_what_does_not_verify_holds_up_nothing_else_that_the_relay_has_to_say()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        await relay.PostAsync("alerts", Some.Alert(false, 4102));
        var job = (await relay.PollAsync())[0];
        await house.SqlAsync("update entries set bytes = replace(bytes, 'EXCH01', 'EXCH99') where seq = 1");
        await house.Engine.ForgetAsync(1, Token);

        Assert.Equal(HttpStatusCode.NoContent, (await relay.ReportAsync(relay.ReportOf(job))).Status);
    }

    private static async Task<QuestionId> ApprovedAsync(BotHouse house, FakeRelay relay)
    {
        await house.ToApprovalAsync(relay);
        var question = (await house.Engine.FindAsync(1, Token))!.Request!.Question;
        await house.Engine.TellAsync(1, at => new Voted(at, question, Some.OnCall, ImcBot.Core.Incidents.Answer.Approve, "go"), Token);
        return question;
    }

    private static async Task ParkAsync(BotHouse house)
    {
        var store = house.Get<IncidentStore>();
        using var mailbox = await store.EnterAsync(1, Token);
        var state = (await store.StateAsync(mailbox, 1, Token))!;
        await store.AppendAsync(mailbox, state, null, new Parking(3, "it is"), IncidentMachine.Park(state.Incident!, 3, "it is"), Token);
    }
}
