using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Core.Tests.Incidents;

public sealed class An_incident_is_walked
{
    [Fact]
    public void An_incident_asks_every_check_of_the_article_and_whether_the_service_runs_at_once()
    {
        var rehearsal = new Rehearsal();

        var asked = rehearsal.Effects.OfType<RunCheck>().Select(run => run.Check.Use).ToList();

        Assert.Equal(
            [
                "disk.free",
                "smtp-log.level",
                "antivirus.state",
                "mail.suspects",
                "threads.value",
                "file.version",
                "service.running",
                "service.running",
                "port.answers",
            ],
            asked
        );
        Assert.Equal(Phase.Surveying, rehearsal.Incident.Phase);
    }

    [Fact]
    public void The_first_finding_in_KB_order_is_planned_and_offered()
    {
        var rehearsal = new Rehearsal("threads", "disk-space").Relay();

        Assert.Equal(Phase.Planning, rehearsal.Incident.Phase);
        Assert.Equal("disk-space", rehearsal.Incident.Proposal!.Step);
        Assert.NotNull(rehearsal.Incident.Proposal.Plan);
        Assert.DoesNotContain(rehearsal.Effects, effect => effect is RunAction);
    }

    [Fact]
    public void One_approval_runs_the_remedy_with_its_start_and_mail_flow_resolves_the_incident()
    {
        var rehearsal = new Rehearsal("disk-space").Relay();
        rehearsal.Execute = _ => Fix(rehearsal, "disk-space");

        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay().Pass(Deadline.WatchEnds).Relay();

        Assert.Equal(Phase.Resolved, rehearsal.Incident.Phase);
        Assert.Single(rehearsal.Incident.Requests);
        Assert.Contains(rehearsal.Executed.Single().Remedy.Starts, call => call.Use == "service.start");
        Assert.Null(rehearsal.Incident.DownSince);
    }

    [Fact]
    public void Small_changes_of_other_steps_ride_on_the_card_of_the_start_they_wait_for()
    {
        var rehearsal = new Rehearsal("disk-space", "smtp-log", "antivirus").Relay().Command(CommandVerb.Ask);

        var remedy = Plan.FromBytes(rehearsal.Incident.Request!.Plan).Remedy;

        Assert.Equal(["smtp-log.set", "antivirus.exclude"], remedy.Riders.Select(call => call.Use));
    }

    [Fact]
    public void What_cannot_be_undone_is_never_approved_by_who_asked_for_it()
    {
        var rehearsal = new Rehearsal("disk-space").Relay().Command(CommandVerb.Ask, Some.OnCall).Vote(Answer.Approve, Some.OnCall);

        Assert.Equal(Phase.AwaitingApproval, rehearsal.Incident.Phase);
        Assert.Contains("cannot be undone", rehearsal.Declined, StringComparison.Ordinal);
    }

    [Fact]
    public void What_only_its_runbook_calls_destructive_is_not_said_to_be_beyond_undoing()
    {
        var rehearsal = new Rehearsal("threads")
            .Relay()
            .Command(CommandVerb.Ask, Some.OnCall)
            .Set(incident => incident with { Changes = [incident.Request! with { Impact = Impact.Destructive }] })
            .Vote(Answer.Approve, Some.OnCall);

        Assert.Contains("is destructive by its runbook", rehearsal.Declined, StringComparison.Ordinal);
        Assert.DoesNotContain("undone", rehearsal.Declined, StringComparison.Ordinal);
    }

    [Fact]
    public void On_call_may_approve_what_they_asked_for_when_it_can_be_undone()
    {
        var rehearsal = new Rehearsal("threads").Relay().Command(CommandVerb.Ask, Some.OnCall).Vote(Answer.Approve, Some.OnCall);

        Assert.Equal(Phase.Acting, rehearsal.Incident.Phase);
    }

    [Fact]
    public void Approving_needs_the_role()
    {
        var rehearsal = new Rehearsal("threads").Relay().Command(CommandVerb.Ask).Vote(Answer.Approve, Some.Responder);

        Assert.Contains("on-call", rehearsal.Declined, StringComparison.Ordinal);
    }

    [Fact]
    public void Silence_changes_nothing_and_the_remedy_is_offered_again()
    {
        var rehearsal = new Rehearsal("threads").Relay().Command(CommandVerb.Ask).Pass(Deadline.RequestExpires).Relay();

        Assert.Equal(Phase.Planning, rehearsal.Incident.Phase);
        Assert.Equal("threads", rehearsal.Incident.Proposal!.Step);
        Assert.Empty(rehearsal.Executed);
    }

    [Fact]
    public void A_second_answer_is_refused_and_told()
    {
        var rehearsal = new Rehearsal("threads").Relay().Command(CommandVerb.Ask);
        var question = rehearsal.Incident.Request!.Question;
        rehearsal.Vote(Answer.Approve);

        rehearsal.Tell(at => new Voted(at, question, Some.Lead, Answer.Approve, ""));

        Assert.Contains("already", rehearsal.Declined, StringComparison.Ordinal);
        Assert.Single(rehearsal.Incident.FindRequest(question)!.Votes);
    }

    [Fact]
    public void Starved_threads_are_recommended_before_the_search_and_a_click_leaves_KB_order()
    {
        var rehearsal = new Rehearsal("message", "threads").Relay();
        Assert.Equal("message", rehearsal.Incident.Proposal!.Step);
        Assert.Equal("threads", rehearsal.Incident.Proposal.Recommended);

        rehearsal.Command(CommandVerb.Recommended).Relay();

        Assert.Equal("threads", rehearsal.Incident.Proposal!.Step);
        Assert.Equal(["service.restart", "service.start"], rehearsal.Incident.Proposal.Remedy!.Starts.Select(call => call.Use));
    }

    [Fact]
    public void A_lost_run_is_unknown_and_goes_to_a_person()
    {
        var rehearsal = new Rehearsal("threads").Relay();
        rehearsal.Execute = _ => Verdict.Unknown;

        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();

        Assert.Equal(Phase.AwaitingPerson, rehearsal.Incident.Phase);
        Assert.Equal(ChangeState.Lost, rehearsal.Incident.Tried.Last().State);
    }

    [Fact]
    public void Drift_voids_the_approval_tells_what_changed_and_plans_again()
    {
        var rehearsal = new Rehearsal("threads").Relay();
        rehearsal.ActData["voided"] = "Max Threads changed from 5 to 7";
        rehearsal.Execute = _ => Verdict.Failed;

        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();

        Assert.Contains(rehearsal.Said, text => text.Contains("changed from 5 to 7", StringComparison.Ordinal));
        Assert.Equal("threads", rehearsal.Incident.Proposal!.Step);
    }

    [Fact]
    public void When_nothing_is_found_a_plain_start_is_offered_first_and_the_search_last()
    {
        var rehearsal = new Rehearsal().Relay();
        Assert.Equal(ChangeKind.StartOnce, rehearsal.Incident.Proposal!.Kind);

        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();

        Assert.Equal("message", rehearsal.Incident.Proposal!.Step);
    }

    [Fact]
    public void A_service_that_ran_and_is_down_again_without_a_cause_may_be_started_once_more()
    {
        var rehearsal = new Rehearsal("threads").Relay();
        rehearsal.Execute = _ => Fix(rehearsal, "threads");
        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();
        rehearsal.ServiceUp = false;

        rehearsal.Command(CommandVerb.Retry).Relay();

        Assert.Equal(ChangeKind.StartOnce, rehearsal.Incident.Proposal!.Kind);
    }

    [Fact]
    public void A_start_that_did_not_last_is_not_offered_again()
    {
        var rehearsal = new Rehearsal().Relay().Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();

        Assert.Equal(ChangeState.Failed, rehearsal.Incident.Tried.Last().State);
        Assert.NotEqual(ChangeKind.StartOnce, rehearsal.Incident.Proposal!.Kind);
    }

    [Theory]
    [InlineData]
    [InlineData("disk-space", "threads")]
    public void A_relay_that_can_plan_nothing_is_asked_once_for_each_offer_and_then_people_are(params string[] findings)
    {
        var rehearsal = new Rehearsal(findings) { RelayPlans = false };

        rehearsal.Relay();

        Assert.True(rehearsal.Incident.Phase is Phase.Escalated or Phase.AwaitingPerson, $"{rehearsal.Incident.Phase}");
        Assert.All(rehearsal.Incident.Tried, attempt => Assert.Equal(ChangeState.Impossible, attempt.State));
        Assert.Distinct(rehearsal.Incident.Tried.Select(attempt => (attempt.Step, attempt.Offer)));
    }

    [Fact]
    public void A_server_that_was_away_when_a_start_was_planned_is_asked_again_when_a_person_says_so()
    {
        var rehearsal = new Rehearsal { RelayPlans = false };
        rehearsal.Relay();
        Assert.Equal(PersonTaskKind.Unknown, rehearsal.Incident.Task?.Kind);
        rehearsal.RelayPlans = true;

        rehearsal.Command(CommandVerb.Retry).Relay();

        Assert.Equal((Phase.Planning, "start-once"), (rehearsal.Incident.Phase, rehearsal.Incident.Proposal?.Offer));
        Assert.NotNull(rehearsal.Incident.Proposal?.Plan);
    }

    [Fact]
    public void A_server_that_was_away_when_a_remedy_was_planned_is_asked_for_the_same_remedy_once_it_was_looked_at_again()
    {
        var rehearsal = new Rehearsal("message") { RelayPlans = false };
        rehearsal.Relay();
        Assert.Equal(("message", ChangeState.Impossible), (rehearsal.Incident.Tried.First().Step, rehearsal.Incident.Tried.First().State));
        rehearsal.RelayPlans = true;

        rehearsal.Command(CommandVerb.Retry).Relay();

        Assert.Equal((Phase.Planning, "message"), (rehearsal.Incident.Phase, rehearsal.Incident.Proposal?.Step));
        Assert.NotNull(rehearsal.Incident.Proposal?.Plan);
    }

    [Fact]
    public void A_start_that_can_never_be_planned_ends_with_people()
    {
        var rehearsal = new Rehearsal { RelayPlans = false };

        rehearsal.Relay().Command(CommandVerb.Retry).Relay().Command(CommandVerb.Retry).Relay();

        Assert.Equal(Phase.Escalated, rehearsal.Incident.Phase);
        Assert.Equal(3, rehearsal.Incident.Tried.Count(attempt => attempt.Offer == "start-once"));
    }

    [Fact]
    public void A_start_that_could_not_be_planned_may_be_asked_for_again()
    {
        var rehearsal = new Rehearsal { RelayPlans = false };
        rehearsal.Relay();
        rehearsal.RelayPlans = true;

        rehearsal.Command(CommandVerb.StartOnce).Relay();

        Assert.Equal(Phase.AwaitingApproval, rehearsal.Incident.Phase);
    }

    [Fact]
    public void A_manual_step_done_by_hand_is_followed_by_a_start_that_is_asked_for_like_any_other()
    {
        var rehearsal = new Rehearsal("store-build").Relay();
        while (rehearsal.Incident.Phase is Phase.Planning)
        {
            rehearsal.Command(CommandVerb.Skip).Relay();
        }

        Assert.Equal(PersonTaskKind.Manual, rehearsal.Incident.Task!.Kind);
        rehearsal.Findings.Clear();
        rehearsal.Command(CommandVerb.Done).Relay();

        Assert.Equal(ChangeKind.StartOnce, rehearsal.Incident.Proposal!.Kind);
    }

    [Fact]
    public void Recovery_by_other_hands_withdraws_an_open_request()
    {
        var rehearsal = new Rehearsal("threads").Relay().Command(CommandVerb.Ask);
        var question = rehearsal.Incident.Request!.Question;
        rehearsal.ServiceUp = true;

        rehearsal.Tell(at => new Alerted(at, new HostAlert(Some.Host, "MSExchangeIMC", true, false, [], at))).Relay();

        Assert.Equal(ChangeState.Withdrawn, rehearsal.Incident.FindRequest(question)!.State);
        Assert.Equal(Phase.Watching, rehearsal.Incident.Phase);
    }

    [Fact]
    public void A_relapse_after_the_all_clear_pages_again_and_starts_over()
    {
        var rehearsal = new Rehearsal("threads").Relay();
        rehearsal.Execute = _ => Fix(rehearsal, "threads");
        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay().Pass(Deadline.WatchEnds).Relay();

        rehearsal.Tell(at => new Alerted(at, Some.Alert(false, 4102)));

        Assert.Equal(Phase.Surveying, rehearsal.Incident.Phase);
        Assert.Equal(2, rehearsal.Effects.OfType<Page>().Count(page => page.Question == default));
    }

    [Fact]
    public void Without_its_channel_an_incident_pages_and_shows_what_is_open_when_it_is_back()
    {
        var rehearsal = new Rehearsal("message")
            .Relay()
            .Command(CommandVerb.Ask)
            .Tell(at => new ChannelChanged(at, IsHere: false, "Lena Lindqvist"));
        var paged = Assert.Single(rehearsal.Told[^1].Decision.Effects);
        Assert.Contains("removed from its channel by Lena Lindqvist", Assert.IsType<Page>(paged).Text.Value, StringComparison.Ordinal);

        rehearsal.Tell(at => new ChannelChanged(at, IsHere: true, "Lena Lindqvist"));
        Assert.Equal(
            [CardKind.Incident, CardKind.Approval],
            rehearsal.Told[^1].Decision.Effects.Cast<ShowCard>().Select(show => show.Post.Kind)
        );
    }

    [Fact]
    public void A_relay_that_never_answers_leads_to_a_person_and_not_to_an_action()
    {
        var rehearsal = new Rehearsal { RelayAnswers = false };

        rehearsal.Pass(Deadline.SurveyEnds);

        Assert.Equal(Phase.AwaitingPerson, rehearsal.Incident.Phase);
        Assert.Contains("did not answer", rehearsal.Incident.Task!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_whose_relay_never_reports_is_asked_about_again_and_can_be_given_up()
    {
        var rehearsal = new Rehearsal("threads").Relay().Command(CommandVerb.Ask).Vote(Answer.Approve);
        rehearsal.Pass(Deadline.RunOverdue);
        Assert.Contains(rehearsal.Said, text => text.Contains("the relay has not come for it", StringComparison.Ordinal));

        rehearsal.Tell(at => new Granted(at, rehearsal.Incident.Requests.Last().Question, [Some.OnCall], 3_600_000_000));
        Assert.NotNull(rehearsal.Command(CommandVerb.Stop).Declined);
        rehearsal.Pass(Deadline.RunOverdue).Pass(Deadline.RunOverdue).Command(CommandVerb.Stop);

        Assert.Equal(2, rehearsal.Said.Count(text => text.Contains("should have ended by now", StringComparison.Ordinal)));
        Assert.Equal(Phase.AwaitingPerson, rehearsal.Incident.Phase);
        Assert.Equal(ChangeState.Lost, rehearsal.Incident.Tried.Last().State);
    }

    [Fact]
    public void Time_that_is_up_for_a_persons_evidence_ends_nothing()
    {
        var rehearsal = new Rehearsal("disk-space").Relay().Command(CommandVerb.Skip).Relay().Command(CommandVerb.Skip);
        var evidence = Assert.Single(rehearsal.Incident.Questions).Key;

        rehearsal.Tell(at => new DeadlinePassed(at, Deadline.SurveyEnds, rehearsal.Incident.Id(evidence)));

        Assert.Equal(Phase.AwaitingPerson, rehearsal.Incident.Phase);
    }

    [Fact]
    public void A_report_for_an_unknown_run_is_declined_with_a_sentence()
    {
        var rehearsal = new Rehearsal("threads").Relay();
        var foreign = new RunId(new QuestionId(7, 99), 1);

        rehearsal.Tell(at => new Acted(at, new Report(foreign, JobKind.Act, Verdict.Clear, "", new Dictionary<string, string>(), at)));

        Assert.Contains("INC-7/99#1", rehearsal.Declined, StringComparison.Ordinal);
    }

    [Fact]
    public void Undo_is_planned_and_approved_like_any_other_remedy()
    {
        var rehearsal = new Rehearsal("threads").Relay();
        rehearsal.Execute = _ => Fix(rehearsal, "threads");
        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();
        var done = rehearsal.Incident.Tried.Last().Question;

        rehearsal.Command(CommandVerb.Undo, argument: done.Number.ToString()).Relay();

        Assert.Equal(done, Plan.FromBytes(rehearsal.Incident.Request!.Plan).Remedy.UndoOf);
        Assert.Equal(Phase.AwaitingApproval, rehearsal.Incident.Phase);
    }

    [Fact]
    public void Every_cause_that_still_stands_is_a_follow_up_with_owner_and_date()
    {
        var rehearsal = new Rehearsal("threads", "store-build").Relay();
        rehearsal.Execute = _ => Fix(rehearsal, "threads");

        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay().Pass(Deadline.WatchEnds).Relay();

        var followUp = Assert.Single(rehearsal.Incident.FollowUps, item => item.Step == "store-build");
        Assert.Equal(Some.Responder, followUp.Owner);
        Assert.True(followUp.Due > rehearsal.Incident.Now);
    }

    [Fact]
    public void The_same_facts_always_lead_to_the_same_decisions()
    {
        static Rehearsal Play() => new Rehearsal("disk-space", "threads").Relay().Command(CommandVerb.Ask).Vote(Answer.DenyNext).Relay();

        Assert.Equal(Play().Effects.Select(effect => effect.GetType().Name), Play().Effects.Select(effect => effect.GetType().Name));
        Assert.Equal(Play().Incident.Phase, Play().Incident.Phase);
    }

    private static Verdict Fix(Rehearsal rehearsal, params string[] steps)
    {
        rehearsal.Findings.ExceptWith(steps);
        rehearsal.ServiceUp = true;
        return Verdict.Clear;
    }
}
