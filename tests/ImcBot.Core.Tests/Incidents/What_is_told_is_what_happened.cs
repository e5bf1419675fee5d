using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Core.Tests.Incidents;

/// <summary>
/// What cards, status and transcript are drawn from: outcomes, counts and times are those of what happened, each told once.
/// </summary>
public sealed class What_is_told_is_what_happened
{
    [Fact]
    public void A_request_with_riders_keeps_its_own_outcome_and_each_rider_has_its_own()
    {
        var rehearsal = new Rehearsal("disk-space", "smtp-log", "antivirus").Relay();
        rehearsal.Execute = _ => Verdict.Failed;

        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();

        var incident = rehearsal.Incident;
        var own = incident.Requests.First();
        Assert.Equal(("disk-space", ChangeState.Failed, ChangeState.Done), (own.Step, own.State, own.Own));
        Assert.Equal("acted", own.Summary);
        Assert.Equal(
            [("smtp-log", ChangeState.Done), ("antivirus", ChangeState.Done)],
            incident.Tried.Where(attempt => attempt.Rode).Select(attempt => (attempt.Step!, attempt.Own))
        );
        Assert.DoesNotContain(incident.Tried, attempt => attempt.Summary.Contains("done together with", StringComparison.Ordinal));
    }

    [Fact]
    public void What_was_changed_stays_to_be_put_back_though_the_start_after_it_failed()
    {
        var rehearsal = new Rehearsal("antivirus").Relay();
        rehearsal.Execute = _ => Verdict.Failed;

        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();

        var left = Assert.Single(FollowUp.Of(rehearsal.Incident), item => item.Step == "antivirus");
        Assert.Contains("Exclude the Imcdata folder", left.Text, StringComparison.Ordinal);
        Assert.Equal(rehearsal.Incident.Requests.First().Question, left.Change);
    }

    [Fact]
    public void What_was_taken_back_is_no_longer_left_open()
    {
        var rehearsal = new Rehearsal("antivirus").Relay();
        rehearsal.Execute = _ => Up(rehearsal, "antivirus");
        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay().Pass(Deadline.WatchEnds).Relay();
        var question = Assert.Single(rehearsal.Incident.FollowUps).Change;

        rehearsal.Command(CommandVerb.Undo, argument: $"{question.Number}").Relay().Vote(Answer.Approve).Relay();

        Assert.NotNull(Assert.Single(rehearsal.Incident.FollowUps, item => item.Change == question).DoneAt);
    }

    [Fact]
    public void A_cause_that_is_mended_after_the_all_clear_is_no_longer_left_open_until_that_is_taken_back()
    {
        var rehearsal = new Rehearsal("disk-space", "threads").Relay();
        rehearsal.Execute = _ => Up(rehearsal, "disk-space");
        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay().Pass(Deadline.WatchEnds).Relay();
        var before = Cause().DoneAt;

        rehearsal.Execute = _ => Up(rehearsal, "threads");
        rehearsal.Ask("threads").Relay().Vote(Answer.Approve).Relay();
        var mended = Cause().DoneAt;
        var question = rehearsal.Incident.Requests.Last().Question.Number;
        rehearsal.Command(CommandVerb.Undo, argument: $"{question}").Relay().Vote(Answer.Approve).Relay();

        Assert.Null(before);
        Assert.NotNull(mended);
        Assert.Null(Cause().DoneAt);

        FollowUp Cause() => Assert.Single(rehearsal.Incident.FollowUps, item => item.Step == "threads" && item.Change == default);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_cause_is_left_open_only_while_the_look_at_the_end_of_the_watch_still_finds_it(bool isGone)
    {
        var rehearsal = new Rehearsal("disk-space", "threads").Relay();
        rehearsal.Execute = _ => isGone ? Up(rehearsal, "disk-space", "threads") : Up(rehearsal, "disk-space");

        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay().Pass(Deadline.WatchEnds).Relay();

        Assert.Equal(Phase.Resolved, rehearsal.Incident.Phase);
        Assert.Equal(
            isGone ? [] : ["threads.value: Finding"],
            rehearsal.Incident.FollowUps.Where(item => item.Step == "threads").Select(item => item.Text.Split(": ", 2)[1].Split(" (")[0])
        );
    }

    [Fact]
    public void A_cause_that_nobody_could_look_at_again_stays_open()
    {
        var rehearsal = new Rehearsal("disk-space", "threads").Relay();
        rehearsal.Execute = _ => Up(rehearsal, "disk-space");
        rehearsal.Unknowns.Add("threads");

        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay().Pass(Deadline.WatchEnds).Relay();

        Assert.Equal(Phase.Resolved, rehearsal.Incident.Phase);
        Assert.Null(Assert.Single(rehearsal.Incident.FollowUps, item => item.Step == "threads").DoneAt);
    }

    [Fact]
    public void What_was_left_open_is_done_when_a_later_look_does_not_find_it_and_comes_back_when_one_does()
    {
        var rehearsal = new Rehearsal("disk-space", "threads").Relay();
        rehearsal.Execute = _ => Up(rehearsal, "disk-space");
        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay().Pass(Deadline.WatchEnds).Relay();
        rehearsal.Findings.Remove("threads");
        Fall();
        rehearsal.Execute = _ => Up(rehearsal);
        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay().Pass(Deadline.WatchEnds).Relay();
        var gone = Cause().DoneAt;
        rehearsal.Findings.Add("threads");
        Fall();

        Assert.NotNull(gone);
        Assert.Null(FollowUp.Of(rehearsal.Incident).Single(item => item is { Step: "threads", IsCause: true }).DoneAt);

        FollowUp Cause() => Assert.Single(rehearsal.Incident.FollowUps, item => item is { Step: "threads", IsCause: true });

        void Fall()
        {
            rehearsal.ServiceUp = false;
            rehearsal.Tell(at => new Alerted(at, Some.Alert(false, 4102))).Relay();
        }
    }

    [Fact]
    public void A_cause_seen_before_the_last_change_is_told_by_what_is_left_to_do_and_not_by_old_counts()
    {
        var rehearsal = new Rehearsal("disk-space", "store-build").Relay();
        rehearsal.Execute = _ => Up(rehearsal, "disk-space");

        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay().Pass(Deadline.WatchEnds).Relay();

        var left = Assert.Single(rehearsal.Incident.FollowUps, item => item.Step == "store-build");
        Assert.DoesNotContain("file.version: Finding", left.Text, StringComparison.Ordinal);
        Assert.Contains("Left to do:", left.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_start_that_its_own_watch_liked_and_the_verification_did_not_is_no_success_and_says_why()
    {
        var rehearsal = new Rehearsal("disk-space").Relay();

        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();

        var run = rehearsal.Incident.Requests.First();
        Assert.Equal((ChangeState.Failed, ChangeState.Done), (run.State, run.Own));
        Assert.NotNull(run.Doubt);
    }

    [Fact]
    public void A_service_that_others_brought_up_is_not_told_as_stopped()
    {
        var rehearsal = new Rehearsal("message").Relay();
        Assert.Equal(Standing.Down, rehearsal.Incident.Standing);
        rehearsal.ServiceUp = true;

        rehearsal.Tell(at => new Alerted(at, new HostAlert(Some.Host, "MSExchangeIMC", true, false, [], at))).Relay();

        Assert.Equal(ChangeKind.Flowing, rehearsal.Incident.Proposal!.Kind);
        Assert.Equal((Standing.Up, null), (rehearsal.Incident.Standing, rehearsal.Incident.DownSince));
        Assert.True(rehearsal.Incident.Services["MSExchangeIMC"].IsRunning);
    }

    [Fact]
    public void A_service_that_runs_and_does_not_work_is_not_told_as_stopped_however_the_answers_come()
    {
        var rehearsal = new Rehearsal(Some.Opened() with { Alert = null }, Some.Runbook)
        {
            ServiceUp = true,
            ServiceWorks = false,
            Seconds = 1,
        };

        rehearsal.Relay();

        Assert.Equal(Standing.Down, rehearsal.Incident.Standing);
        Assert.Equal(rehearsal.Incident.Words.Silent, rehearsal.Incident.DownClause);
    }

    [Fact]
    public void The_first_failure_stays_known_when_it_goes_down_again()
    {
        var rehearsal = Resolved();
        var first = rehearsal.Incident.FirstDown;
        Assert.NotNull(rehearsal.Incident.ResolvedAt);

        rehearsal.Wait(600).Tell(at => new Alerted(at, Some.Alert(false, 4102)));

        Assert.Equal(first, rehearsal.Incident.FirstDown);
        Assert.True(rehearsal.Incident.DownSince > first);
        Assert.Contains("down again", Summary.Health(rehearsal.Incident), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mail", "mail down")]
    [InlineData("mail-2", "mail-2 mail down")]
    [InlineData("mai", "mai mail down")]
    public void A_subject_that_is_called_what_its_runbook_calls_it_is_said_once(string subject, string said)
    {
        var incident = Resolved().Wait(600).Tell(at => new Alerted(at, Some.Alert(false, 4102))).Incident with { SubjectName = subject };
        Assert.Equal("mail", incident.Words.Short);

        Assert.StartsWith($"{incident.Host} {said} ", Summary.Of(incident), StringComparison.Ordinal);
    }

    [Fact]
    public void An_all_clear_that_is_over_is_drawn_anew()
    {
        var rehearsal = Resolved();
        var post = new PostKey(CardKind.Resolved, rehearsal.Incident.WatchQuestion);

        rehearsal.Tell(at => new Alerted(at, Some.Alert(false, 4102)));

        Assert.Contains(rehearsal.Told[^1].Decision.Effects, effect => effect is ShowCard show && show.Post == post);
    }

    [Fact]
    public void A_crash_that_two_reports_tell_of_is_one()
    {
        var rehearsal = new Rehearsal("smtp-log", "threads").Relay();
        rehearsal.Execute = _ => Verdict.Failed;

        rehearsal.ActData["crashedAt"] = "11,12";
        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();
        rehearsal.ActData["crashedAt"] = "12,13";
        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();

        Assert.Equal(3, rehearsal.Incident.Crashes);
        Assert.Contains("3 store crashes that its relay has told of", Summary.Cost(rehearsal.Incident), StringComparison.Ordinal);
    }

    [Fact]
    public void A_relay_that_tells_only_how_often_the_store_crashed_is_counted_too()
    {
        var rehearsal = new Rehearsal("disk-space").Relay();
        rehearsal.ActData["crashes"] = "2";

        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();

        Assert.Equal(2, rehearsal.Incident.Crashes);
    }

    [Fact]
    public void Whatever_the_relay_tells_is_its_last_word_and_its_silence_begins_when_it_was_last_heard()
    {
        var rehearsal = new Rehearsal("disk-space").Relay();
        var told = rehearsal.Told[^1].Fact.At;
        Assert.Equal(told, rehearsal.Incident.RelayHeardAt);

        rehearsal.Wait(90).Tell(at => new RelaySilent(at, told + 20_000_000));

        Assert.Equal(told + 20_000_000, rehearsal.Incident.RelayHeardAt);
    }

    [Fact]
    public void While_a_search_runs_the_last_round_says_whether_the_service_works()
    {
        var spool = new FakeSpool(200, new HashSet<int> { 17 }, IndexSet.Empty);
        var rehearsal = new Rehearsal("message").Relay();
        var seen = new HashSet<(RoundVerdict, Standing)>();
        RoundVerdict? before = null;
        rehearsal.Round = run =>
        {
            if (before is { } verdict)
            {
                seen.Add((verdict, rehearsal.Incident.Standing));
            }

            var report = spool.Take(run);
            rehearsal.ServiceUp = spool.Up;
            before = report?.Verdict;
            return report;
        };
        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();

        Assert.Contains((RoundVerdict.Ran, Standing.Up), seen);
        Assert.DoesNotContain(seen, pair => pair.Item1 is RoundVerdict.Crashed && pair.Item2 is not Standing.Down);
        var left = rehearsal.Incident.Search!.Rounds.Select(round => round.Suspects).ToList();
        Assert.True(left.Distinct().Count() > 1, $"The chart does not move: {string.Join(", ", left)}.");
    }

    private static Rehearsal Resolved()
    {
        var rehearsal = new Rehearsal("threads").Relay();
        rehearsal.Execute = _ => Up(rehearsal, "threads");
        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay().Pass(Deadline.WatchEnds).Relay();
        Assert.Equal(Phase.Resolved, rehearsal.Incident.Phase);
        return rehearsal;
    }

    private static Verdict Up(Rehearsal rehearsal, params ReadOnlySpan<string> mended)
    {
        foreach (var step in mended)
        {
            rehearsal.Findings.Remove(step);
        }

        rehearsal.ServiceUp = true;
        return Verdict.Clear;
    }
}
