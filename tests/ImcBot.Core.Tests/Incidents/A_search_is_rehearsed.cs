using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Core.Tests.Incidents;

public sealed class A_search_is_rehearsed
{
    [Fact]
    public void A_named_message_is_held_the_rest_flows_and_the_store_never_crashes_again()
    {
        var spool = new FakeSpool(200, new HashSet<int> { 17 }, IndexSet.Of(17));
        var rehearsal = Search(spool);

        rehearsal.Pass(Deadline.WatchEnds).Relay();

        Assert.Equal(Phase.Resolved, rehearsal.Incident.Phase);
        Assert.Equal(0, spool.Crashes);
        Assert.True(rehearsal.Incident.Search!.Held.Contains(17));
        Assert.Equal(200, spool.Accepted.Count + rehearsal.Incident.Search.Held.Count);
        Assert.Contains(rehearsal.Incident.FollowUps, item => item.Text.Contains("held", StringComparison.Ordinal));
    }

    [Fact]
    public void What_the_relay_saw_nowhere_is_not_called_held()
    {
        var spool = new FakeSpool(200, new HashSet<int> { 17 }, IndexSet.Of(17));
        var rehearsal = Prepared(spool);
        rehearsal.Round = run =>
        {
            var report = spool.Take(run);
            rehearsal.ServiceUp = spool.Up;
            return report with { Accepted = IndexSet.Empty, Counts = report.Counts with { Accepted = 0, Unknown = report.Accepted.Count } };
        };

        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay().Pass(Deadline.WatchEnds).Relay();

        Assert.Equal(199, rehearsal.Incident.Search!.Unseen);
        Assert.Contains("1 is held, 199 were seen nowhere.", rehearsal.Incident.Search.Sentence, StringComparison.Ordinal);
        var left = rehearsal.Incident.FollowUps.Single(item => item.Holds != default);
        Assert.StartsWith("1 message held in ", left.Text, StringComparison.Ordinal);
        Assert.Contains("; 199 messages seen nowhere: ", left.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_nobody_suspected_is_found_within_the_approved_budget()
    {
        var spool = new FakeSpool(200, new HashSet<int> { 150 });
        var rehearsal = Search(spool);

        Assert.Equal(Phase.Watching, rehearsal.Incident.Phase);
        Assert.True(rehearsal.Incident.Search!.Held.Contains(150));
        Assert.InRange(spool.Crashes, 1, 4);
        Assert.Single(rehearsal.Incident.Requests);
    }

    [Fact]
    public void Every_run_of_a_search_belongs_to_the_one_approved_question_and_counts_up()
    {
        var rehearsal = Search(new FakeSpool(50, new HashSet<int> { 3, 40 }));

        var runs = rehearsal.Effects.OfType<RunAction>().Select(run => run.Run).ToList();

        Assert.Single(runs.Select(run => run.Question).Distinct());
        Assert.Equal(Enumerable.Range(1, runs.Count), runs.Select(run => run.Run));
    }

    [Fact]
    public void Ending_a_search_goes_to_safe_rest_with_the_suspects_held()
    {
        var spool = new FakeSpool(200, new HashSet<int> { 150, 151, 20 });
        var rehearsal = Prepared(spool);
        var rounds = 0;
        rehearsal.Round = run =>
        {
            if (++rounds == 2)
            {
                rehearsal.Command(CommandVerb.End);
            }

            var report = spool.Take(run);
            rehearsal.ServiceUp = spool.Up;
            return report;
        };

        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();

        Assert.NotNull(rehearsal.Incident.Search!.End);
        Assert.True(spool.Up);
        Assert.Equal(200, spool.Accepted.Count + rehearsal.Incident.Search.Held.Count);
        Assert.Equal(rounds == 3, rehearsal.Incident.Search.Rounds[^1].Kind is RoundKind.Rest);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    [InlineData(4, true)]
    public void A_search_whose_server_went_away_in_a_run_goes_on_under_the_same_approval_when_it_is_back(int lost, bool wasCarriedOut)
    {
        var spool = new FakeSpool(200, new HashSet<int> { 150 });
        var rehearsal = Prepared(spool);
        var carryOut = rehearsal.Round!;
        rehearsal.Round = run => run.Run.Run != lost || wasCarriedOut ? carryOut(run) : null;
        rehearsal.Breaks = run => run.Run == lost;
        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();
        Assert.Equal(Phase.AwaitingPerson, rehearsal.Incident.Phase);

        rehearsal.Command(CommandVerb.Retry).Relay();

        Assert.Equal(Phase.Watching, rehearsal.Incident.Phase);
        Assert.Equal(RoundKind.Rest, rehearsal.Incident.Search!.Rounds[lost - 1].Kind);
        Assert.True(rehearsal.Incident.Search.Held.Contains(150));
        Assert.Equal(200, spool.Accepted.Count + rehearsal.Incident.Search.Held.Count);
        Assert.Single(rehearsal.Incident.Requests);
    }

    [Fact]
    public void A_search_whose_server_went_away_before_any_mail_was_moved_is_planned_again()
    {
        var rehearsal = Prepared(new FakeSpool(20, new HashSet<int> { 3 }));
        rehearsal.Round = null;
        rehearsal.Execute = _ => Verdict.Unknown;
        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();
        rehearsal.Command(CommandVerb.Retry).Relay().Command(CommandVerb.Retry).Relay().Command(CommandVerb.Retry).Relay();
        Assert.Equal(Phase.AwaitingPerson, rehearsal.Incident.Phase);
        rehearsal.Execute = _ => Verdict.Failed;
        rehearsal.ActData["voided"] = "its first round broke off before any mail was moved";

        rehearsal.Command(CommandVerb.Retry).Relay();

        Assert.Equal((Phase.Planning, ChangeKind.Remedy), (rehearsal.Incident.Phase, rehearsal.Incident.Proposal?.Kind));
    }

    [Fact]
    public void A_search_lost_with_the_server_may_be_followed_by_a_start_and_its_mail_is_not_forgotten()
    {
        var rehearsal = Prepared(new FakeSpool(20, new HashSet<int> { 3 }));
        rehearsal.Round = null;
        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).GiveUp();
        Assert.Equal(Phase.AwaitingPerson, rehearsal.Incident.Phase);
        var search = rehearsal.Incident.Search!.Question;
        rehearsal.Findings.Clear();
        rehearsal.Execute = _ =>
        {
            rehearsal.ServiceUp = true;
            return Verdict.Clear;
        };

        rehearsal.Command(CommandVerb.Retry).Relay().Command(CommandVerb.Ask).Vote(Answer.Approve).Relay().Pass(Deadline.WatchEnds).Relay();

        Assert.Equal(Phase.Resolved, rehearsal.Incident.Phase);
        Assert.Contains(rehearsal.Incident.FollowUps, item => item.Text.Contains($"undo {search.Number}", StringComparison.Ordinal));
        rehearsal.Command(CommandVerb.Undo, argument: search.Number.ToString());
        Assert.Equal(search, rehearsal.Incident.Proposal!.Remedy!.UndoOf);
    }

    [Fact]
    public void A_second_search_does_not_forget_the_mail_of_the_first_and_only_its_owner_lets_it_go()
    {
        var first = Prepared(new FakeSpool(20, new HashSet<int> { 3 }));
        first.Command(CommandVerb.Ask).Vote(Answer.Approve).GiveUp();
        var lost = first.Incident.Search!.Question;
        var spool = new FakeSpool(40, new HashSet<int> { 17 }, IndexSet.Of(17));
        first.Round = run =>
        {
            var report = spool.Take(run);
            first.ServiceUp = spool.Up;
            return report;
        };

        first.Command(CommandVerb.Retry).Relay().Command(CommandVerb.Ask).Vote(Answer.Approve).Relay().Pass(Deadline.WatchEnds).Relay();

        Assert.NotEqual(lost, first.Incident.Search!.Question);
        Assert.Equal([lost, first.Incident.Search.Question], first.Incident.Holding.Select(search => search.Question));
        Assert.Contains(
            first.Incident.FollowUps,
            item => item.Holds == lost && item.Text.Contains($"undo {lost.Number}", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Closing_is_refused_while_held_mail_has_no_owner_and_owners_are_reminded_every_day_until_it_is_done()
    {
        var rehearsal = Search(new FakeSpool(200, new HashSet<int> { 17 }, IndexSet.Of(17))).Pass(Deadline.WatchEnds).Relay();
        var held = rehearsal.Incident.FollowUps.FindIndex(item => item.Holds != default);
        var unowned = rehearsal.Incident.FollowUps[held] with { Owner = null };
        rehearsal.Set(incident => incident with { Owner = null, FollowUps = incident.FollowUps.SetItem(held, unowned) });

        rehearsal.Command(CommandVerb.Close);
        Assert.Contains("Nobody owns that", rehearsal.Declined, StringComparison.Ordinal);

        rehearsal
            .Tell(at => new Commanded(at, CommandVerb.FollowUp, Some.Responder, null, $"{held + 1} @Lena 2026-12-31", Some.Lead))
            .Command(CommandVerb.Close);
        Assert.Equal(Phase.Closed, rehearsal.Incident.Phase);

        rehearsal.Pass(Deadline.FollowUpsDue).Pass(Deadline.FollowUpsDue);
        Assert.Equal(2, rehearsal.Said.Count(text => text.StartsWith("Still open", StringComparison.Ordinal)));
        Assert.Contains(Some.Lead.Id, rehearsal.Effects.OfType<Say>().Last().Others!);

        for (var item = rehearsal.Incident.FollowUps.Count; item > 0; item--)
        {
            rehearsal.Command(CommandVerb.FollowUp, Some.Lead, $"{item} done");
        }

        rehearsal.Pass(Deadline.FollowUpsDue);
        Assert.Equal(2, rehearsal.Said.Count(text => text.StartsWith("Still open", StringComparison.Ordinal)));
    }

    [Fact]
    public void Going_on_separates_the_suspects_that_were_held_for_daylight()
    {
        var spool = new FakeSpool(200, new HashSet<int> { 17, 60 }, IndexSet.Empty, 17, 40, 60, 80);
        var rehearsal = Search(spool);
        var held = rehearsal.Incident.Search!.Held.Count;

        rehearsal.Command(CommandVerb.GoOn).Relay().Vote(Answer.Approve).Relay();

        Assert.True(
            held > 2,
            $"the first end holds more than the culprits, not {held}: {rehearsal.Incident.Phase} "
                + $"{string.Join(" | ", rehearsal.Incident.Search.Rounds)}"
        );
        Assert.Equal(IndexSet.Of(17, 60), rehearsal.Incident.Search!.Held);
    }

    [Fact]
    public void Going_on_after_the_all_clear_starts_nothing_before_somebody_has_approved_it()
    {
        var spool = new FakeSpool(200, new HashSet<int> { 17, 60 }, IndexSet.Empty, 17, 40, 60, 80);
        var rehearsal = Search(spool).Pass(Deadline.WatchEnds).Relay();
        var (runs, crashes) = (rehearsal.Effects.OfType<RunAction>().Count(), spool.Crashes);

        rehearsal.Command(CommandVerb.GoOn).Relay();

        Assert.Equal(Phase.AwaitingApproval, rehearsal.Incident.Phase);
        Assert.Equal((runs, crashes), (rehearsal.Effects.OfType<RunAction>().Count(), spool.Crashes));
        Assert.Equal(
            SearchRounds.More(rehearsal.Incident.Search!, Some.Runbook.Find("message")!.Offers[0].Search!),
            Plan.FromBytes(rehearsal.Incident.Request!.Plan).Remedy.Rungs.Single()
        );
        Assert.Contains("needs the role", rehearsal.Vote(Answer.Approve, Some.Responder).Declined, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(39, true)]
    [InlineData(41, false)]
    public void A_search_that_broke_off_goes_on_only_while_the_time_that_was_approved_lasts(int minutes, bool goesOn)
    {
        var spool = new FakeSpool(200, new HashSet<int> { 150 });
        var rehearsal = Prepared(spool);
        rehearsal.Breaks = run => run.Run == 2;
        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay().Wait(minutes * 60);
        var runs = rehearsal.Effects.OfType<RunAction>().Count();
        rehearsal.ServiceUp = false;
        rehearsal.Breaks = _ => false;

        rehearsal.Command(CommandVerb.Retry).Relay();

        Assert.Equal(goesOn, rehearsal.Effects.OfType<RunAction>().Count() > runs);
        if (!goesOn)
        {
            Assert.StartsWith("Go on with the search", rehearsal.Incident.Proposal!.Does, StringComparison.Ordinal);
            Assert.Equal(Phase.Watching, rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay().Incident.Phase);
        }
    }

    private static Rehearsal Search(FakeSpool spool) => Prepared(spool).Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();

    private static Rehearsal Prepared(FakeSpool spool)
    {
        var rehearsal = new Rehearsal("message").Relay();
        rehearsal.Round = run =>
        {
            var report = spool.Take(run);
            rehearsal.ServiceUp = spool.Up;
            return report;
        };
        return rehearsal;
    }
}
