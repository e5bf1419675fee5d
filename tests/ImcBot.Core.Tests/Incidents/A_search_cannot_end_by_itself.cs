using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Core.Isolation;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Core.Tests.Incidents;

/// <summary>
/// What follows a search that cannot end by itself: Out, then the queues inside the store; mail that keeps arriving; a spent budget.
/// </summary>
public sealed class A_search_cannot_end_by_itself
{
    [Fact]
    public void When_the_empty_In_fails_too_Out_is_held_under_an_approval_of_its_own()
    {
        var rehearsal = Searched(_ => Failed(arrived: 0));

        Assert.Equal(SearchEndReason.QueueNotTheCause, rehearsal.Incident.Search!.End!.Reason);
        Assert.Equal("hold-out", rehearsal.Incident.Proposal!.Offer);
        Assert.Equal("Out", rehearsal.Incident.Proposal.Remedy!.Rungs.Single().With["folder"]);
        Assert.Single(rehearsal.Effects.OfType<RunAction>());
    }

    [Fact]
    public void When_that_fails_too_a_person_gets_the_checklist_for_the_queues_inside_the_store()
    {
        var rehearsal = Searched(_ => Failed(arrived: 0));
        rehearsal.Execute = _ => Verdict.Failed;
        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();

        Assert.Equal((Phase.AwaitingPerson, "mts-queues"), (rehearsal.Incident.Phase, rehearsal.Incident.Task!.Offer));
        Assert.Contains("MTS-OUT", rehearsal.Incident.Task.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Out_that_was_held_in_vain_is_not_forgotten()
    {
        var rehearsal = Searched(_ => Failed(arrived: 0));
        rehearsal.Execute = _ => Verdict.Failed;
        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();

        Assert.Contains(
            FollowUp.Of(rehearsal.Incident),
            item =>
                item.Text.Contains("Hold the mail in Out", StringComparison.Ordinal)
                && item.Change == rehearsal.Incident.Requests.Last().Question
        );
    }

    [Fact]
    public void Mail_that_arrives_again_and_again_and_stops_the_store_has_the_pause_of_inbound_mail_offered()
    {
        var arrived = 0;
        var rehearsal = Searched(_ => Failed(++arrived));

        Assert.Equal(SearchEndReason.ArrivalsFail, rehearsal.Incident.Search!.End!.Reason);
        Assert.Equal("pause-inbound", rehearsal.Incident.Proposal!.Offer);
        Assert.Equal(2, rehearsal.Incident.Search.Rounds.Count);
    }

    [Fact]
    public void One_approval_pauses_inbound_mail_and_goes_on_with_what_is_left_of_the_search()
    {
        var arrived = 0;
        var rehearsal = Searched(_ => Failed(++arrived));
        var spool = new FakeSpool(20, new HashSet<int> { 3 });
        rehearsal.Round = run =>
        {
            var report = spool.Take(run) with { Arrived = 2, Outline = null };
            rehearsal.ServiceUp = spool.Up;
            return report;
        };
        rehearsal.Command(CommandVerb.Ask);
        var request = rehearsal.Incident.Request!;
        var remedy = Plan.FromBytes(request.Plan).Remedy;
        Assert.Equal(["inbound.pause", "mail.search"], remedy.Rungs.Select(call => call.Use));
        Assert.Equal(("10", "2"), (remedy.Rungs[1].With["starts"], remedy.Rungs[1].With["store-crashes"]));

        rehearsal.Vote(Answer.Approve).Relay();

        Assert.Equal(Phase.Watching, rehearsal.Incident.Phase);
        Assert.True(rehearsal.Incident.Search!.Held.Contains(3));
        Assert.Equal(2, rehearsal.Incident.Requests.Count());
        Assert.Equal(1, rehearsal.Effects.OfType<RunAction>().First(run => run.Run.Question == request.Question).Run.Run);
    }

    [Fact]
    public void A_search_in_which_only_newly_arrived_mail_is_bad_goes_to_safe_rest_once_inbound_mail_is_paused()
    {
        var good = IndexSet.UpTo(20);
        var rounds = 0;
        RoundReport Round(RunAction run)
        {
            rounds++;
            var ran = rounds <= 2 || run.Order!.Kind is RoundKind.Rest;
            var arrived = Math.Max(0, rounds - 2);
            return Failed(arrived) with
            {
                Kind = run.Order!.Kind,
                Verdict = ran ? RoundVerdict.Ran : RoundVerdict.Crashed,
                Crashed = !ran,
                Arrived = Math.Min(arrived, 2),
                Outline = rounds == 1 ? Failed(1).Outline : null,
                Accepted = rounds == 1 ? IndexSet.Empty : good,
                InQueue = IndexSet.Empty,
                FirstUnaccepted = ran ? null : 19 + arrived,
            };
        }

        var rehearsal = new Rehearsal("message").Relay();
        rehearsal.Round = run =>
        {
            var report = Round(run);
            rehearsal.ServiceUp = report.Verdict is RoundVerdict.Ran;
            return report;
        };
        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();
        if (rehearsal.Incident.Proposal?.Offer == "pause-inbound")
        {
            rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();
        }

        Assert.True(rehearsal.ServiceUp);
        Assert.Equal(Phase.Watching, rehearsal.Incident.Phase);
    }

    [Fact]
    public void A_pause_that_was_not_possible_begins_no_round_and_can_be_asked_for_again()
    {
        var arrived = 0;
        var rehearsal = Searched(_ => Failed(++arrived));
        rehearsal.Round = null;
        rehearsal.Execute = _ => Verdict.Failed;

        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay().Ask("pause-inbound").Relay();

        Assert.Equal("pause-inbound", rehearsal.Incident.Request!.Offer);
        Assert.Equal(2, Plan.FromBytes(rehearsal.Incident.Request.Plan).Remedy.Rungs.Count);
    }

    [Fact]
    public void A_search_whose_budget_is_spent_asks_what_now_and_says_what_it_learned()
    {
        var spool = new FakeSpool(200, Enumerable.Range(0, 200).ToHashSet());
        var rehearsal = Searched(spool.Take);

        Assert.Equal(SearchEndReason.CrashesSpent, rehearsal.Incident.Search!.End!.Reason);
        Assert.Contains(
            rehearsal.Said,
            text => text.Contains("What now?", StringComparison.Ordinal) && text.Contains("used up", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void The_longest_stop_and_start_that_were_measured_feed_the_estimate()
    {
        var rehearsal = new Rehearsal("message").Relay();
        Assert.False(SearchEstimate.Of(rehearsal.Incident, null).Measured);
        rehearsal.ActData["stopSeconds"] = "22.5";
        rehearsal.ActData["startSeconds"] = "64";
        rehearsal.Round = _ => Failed(arrived: 0);
        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();

        Assert.Equal(
            new SearchEstimate(Starts: true, 22.5, 64, rehearsal.Incident.Profile.WatchSeconds, Measured: true),
            SearchEstimate.Of(rehearsal.Incident, null)
        );
    }

    private static Rehearsal Searched(Func<RunAction, RoundReport> round)
    {
        var rehearsal = new Rehearsal("message").Relay();
        rehearsal.Round = round;
        return rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();
    }

    /// <summary>The empty spool fails while so many messages have arrived.</summary>
    private static RoundReport Failed(int arrived) =>
        new(
            arrived <= 1 ? RoundKind.Hold : RoundKind.Return,
            RoundVerdict.Crashed,
            arrived <= 1 ? new SearchManifest(20, 20_000, "0123abcd", @"D:\ImcBotHold\INC-7", [], IndexSet.Empty) : null,
            IndexSet.Empty,
            IndexSet.Range(20, arrived),
            IndexSet.Empty,
            IndexSet.Empty,
            IndexSet.Empty,
            arrived,
            null,
            true,
            3,
            new MessageCounts(20, arrived, arrived, 20, 0, 0, 0, 0),
            null
        );
}
