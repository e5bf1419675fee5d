using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Core.Tests.Incidents;

/// <summary>What was tried in an earlier outage says nothing about this one: its cause may have come back.</summary>
public sealed class A_cause_may_come_back
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_pause_of_the_inflow_carries_the_rest_of_a_search_that_had_ended_well_before_the_next_bad_message_came(bool isOneNamed)
    {
        var named = isOneNamed ? IndexSet.Of(3) : IndexSet.Empty;
        var spool = new FakeSpool(40, new HashSet<int>(named), named).ArriveIn(false, true);
        var rehearsal = Searched(spool);
        Assert.Equal((true, true), (spool.Up, rehearsal.Incident.Search!.End!.PauseInbound));

        Fall(rehearsal, spool.Arrive(isBad: true));

        Assert.Equal("pause-inbound", rehearsal.Incident.Proposal!.Offer);
        Assert.Equal(["inbound.pause", "mail.search"], rehearsal.Incident.Proposal.Remedy!.Calls.Select(call => call.Use));
        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay().Pass(Deadline.WatchEnds).Relay();
        Assert.Equal((Phase.Resolved, true), (rehearsal.Incident.Phase, spool.Up));
        Assert.Contains(rehearsal.Incident.FollowUps, item => item.Holds != default);
        Assert.Contains(rehearsal.Incident.FollowUps, item => item.Change == rehearsal.Incident.Search.Question);
        Assert.True(rehearsal.Incident.Search.Held.Contains(42), "the message that came after the first search is held");
    }

    [Fact]
    public void A_search_that_ended_well_is_offered_again_when_a_message_stops_the_service_after_its_end()
    {
        var spool = new FakeSpool(40, new HashSet<int> { 3 }, IndexSet.Of(3));
        var rehearsal = Searched(spool);

        Fall(rehearsal, spool.Arrive(isBad: true));

        Assert.Equal(("message", "search"), (rehearsal.Incident.Proposal!.Step, rehearsal.Incident.Proposal.Offer));
        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay().Pass(Deadline.WatchEnds).Relay();
        Assert.Equal((Phase.Resolved, true, 1), (rehearsal.Incident.Phase, spool.Up, spool.Crashes));
        Assert.True(rehearsal.Incident.Search!.Held.Contains(40), "the message that came after the first search is held");
    }

    [Theory]
    [InlineData("disk-space", "ladder")]
    [InlineData("antivirus", "exclude-imcdata")]
    [InlineData("threads", "raise")]
    public void A_remedy_that_worked_is_the_first_that_is_offered_in_the_next_outage(string step, string offer)
    {
        var rehearsal = Worked(step);

        Fall(rehearsal);

        Assert.Equal((step, offer), (rehearsal.Incident.Proposal!.Step, rehearsal.Incident.Proposal.Offer));
    }

    [Fact]
    public void What_was_tried_in_this_outage_is_not_offered_again_in_it()
    {
        var rehearsal = new Rehearsal("threads") { Execute = _ => Verdict.Failed }.Relay();

        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();

        Assert.Equal(ChangeState.Failed, rehearsal.Incident.Tried.Single().State);
        Assert.Empty(Walk.OffersLeft(rehearsal.Incident, rehearsal.Incident.Runbook.Find("threads")!));
    }

    [Fact]
    public void What_people_refused_stays_refused_in_the_next_outage_until_somebody_asks_for_it()
    {
        var rehearsal = new Rehearsal("threads", "antivirus").Relay();
        rehearsal.Command(CommandVerb.Ask).Vote(Answer.DenyNext, Some.Lead).Relay();
        var refused = rehearsal.Incident.Tried.Single();
        Approve(rehearsal);

        Fall(rehearsal);

        Assert.NotEqual((refused.Step, refused.Offer), (rehearsal.Incident.Proposal!.Step, rehearsal.Incident.Proposal.Offer));
        Assert.Contains(Choice.Of(refused), Choices.PassedOver(rehearsal.Incident));
    }

    [Fact]
    public void A_cause_that_comes_back_every_time_is_handed_over_to_people_in_the_end()
    {
        var rehearsal = new Rehearsal("threads").Relay();
        for (var falls = 0; rehearsal.Incident.Phase is not Phase.Escalated && falls < 50; falls++)
        {
            if (rehearsal.Incident.Phase is Phase.AwaitingPerson)
            {
                rehearsal.Command(CommandVerb.Skip).Relay();
            }
            else
            {
                Approve(rehearsal);
                Fall(rehearsal);
            }
        }

        Assert.Equal(Phase.Escalated, rehearsal.Incident.Phase);
        Assert.Equal(3, rehearsal.Incident.Tried.Count(attempt => attempt.Offer == "raise"));
    }

    [Fact]
    public void Messages_that_stop_the_service_after_every_search_are_handed_over_to_people_in_the_end()
    {
        var spool = new FakeSpool(40, new HashSet<int> { 3 }, IndexSet.Of(3)).ArriveIn(false, true);
        var rehearsal = Searched(spool);
        for (var falls = 0; rehearsal.Incident.Phase is not Phase.Escalated && falls < 50; falls++)
        {
            Fall(rehearsal, spool.Arrive(isBad: true));
            if (rehearsal.Incident.Phase is Phase.Planning)
            {
                rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();
            }
        }

        Assert.Equal(Phase.Escalated, rehearsal.Incident.Phase);
        Assert.Contains(FollowUp.Of(rehearsal.Incident), item => item.Holds != default);
        Assert.Contains(FollowUp.Of(rehearsal.Incident), item => item.Text.Contains("Stop taking mail", StringComparison.Ordinal));
    }

    [Fact]
    public void A_pause_that_was_done_is_left_open_though_the_search_after_it_came_to_nothing()
    {
        var spool = new FakeSpool(40, new HashSet<int> { 3 }, IndexSet.Of(3)).ArriveIn(false, true);
        var rehearsal = Searched(spool);
        Fall(rehearsal, spool.Arrive(isBad: true));
        rehearsal.Breaks = run => run.Run == 2;
        rehearsal.Round = run =>
        {
            var report = spool.Take(run);
            return run.Run.Run == 1 ? report with { Verdict = RoundVerdict.Unknown } : report;
        };

        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();

        Assert.Equal(ChangeState.Lost, rehearsal.Incident.Tried.Last().State);
        Assert.Equal(ChangeState.Done, rehearsal.Incident.Tried.Last().Own);
    }

    private static Rehearsal Searched(FakeSpool spool)
    {
        var rehearsal = new Rehearsal("message").Relay();
        rehearsal.Round = run =>
        {
            var report = spool.Take(run);
            rehearsal.ServiceUp = spool.Up;
            return report;
        };
        rehearsal.Execute = plan =>
        {
            spool.Start();
            rehearsal.ServiceUp = spool.Up;
            return spool.Up ? Verdict.Clear : Verdict.Failed;
        };
        return rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();
    }

    private static Rehearsal Worked(string step) => Approve(new Rehearsal(step).Relay());

    /// <summary>What is offered is approved, and the service works after it.</summary>
    private static Rehearsal Approve(Rehearsal rehearsal)
    {
        rehearsal.Execute = _ =>
        {
            rehearsal.ServiceUp = true;
            return Verdict.Clear;
        };
        return rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve, Some.Lead).Relay();
    }

    private static void Fall(Rehearsal rehearsal, FakeSpool? spool = null)
    {
        Assert.NotEqual(true, spool?.Up);
        rehearsal.ServiceUp = false;
        rehearsal.Tell(at => new Alerted(at, Some.Alert(false, 4102))).Relay();
    }
}
