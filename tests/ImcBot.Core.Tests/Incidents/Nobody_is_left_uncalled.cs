using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Core.Tests.Incidents;

public sealed class Nobody_is_left_uncalled
{
    [Fact]
    public void A_failure_after_a_warning_calls_who_was_not_called_for_the_warning()
    {
        var rehearsal = Warned().Relay();
        Assert.Equal(ChangeKind.Flowing, rehearsal.Incident.Proposal!.Kind);
        Assert.Empty(rehearsal.Effects.OfType<Page>());

        rehearsal.ServiceUp = false;
        rehearsal.Wait(40 * 60).Tell(at => new Alerted(at, Some.Alert(false, 4102)));

        Assert.Equal((Phase.Surveying, Standing.Down, false), Stands(rehearsal));
        Assert.Equal(Role.OnCall, Assert.Single(rehearsal.Effects.OfType<Page>()).Role);
        Assert.Contains(rehearsal.Said, text => text.EndsWith(" is down.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_failure_while_the_warning_is_still_looked_into_calls_once()
    {
        var rehearsal = Warned();
        rehearsal.ServiceUp = false;

        rehearsal.Wait(2).Tell(at => new Alerted(at, Some.Alert(false, 4102))).Tell(at => new Alerted(at, Some.Alert(false, 4102))).Relay();

        Assert.Single(rehearsal.Effects.OfType<Page>());
        Assert.Equal(Phase.Planning, rehearsal.Incident.Phase);
    }

    [Fact]
    public void A_warning_whose_own_checks_find_the_service_down_calls_people()
    {
        var rehearsal = Warned();
        rehearsal.ServiceUp = false;

        rehearsal.Relay();

        Assert.Equal(Standing.Down, rehearsal.Incident.Standing);
        Assert.Single(rehearsal.Effects.OfType<Page>());
        Assert.Contains(rehearsal.Said, text => text.Contains("nobody was called", StringComparison.Ordinal));
    }

    [Fact]
    public void A_service_that_was_seen_to_run_and_goes_down_after_it_was_handed_over_calls_people_and_is_looked_at()
    {
        var rehearsal = Runs().Command(CommandVerb.Escalate).Wait(11 * 60);

        rehearsal.Tell(at => new Alerted(at, Some.Alert(false, 4102)));

        Assert.Equal((Phase.Surveying, Standing.Down, false), Stands(rehearsal));
        Assert.Equal(Role.OnCall, rehearsal.Effects.OfType<Page>().Last().Role);
    }

    [Fact]
    public void What_a_person_was_asked_to_do_stands_when_the_service_goes_down_and_people_are_called()
    {
        var paused = Runs().Command(CommandVerb.Pause).Wait(11 * 60);
        var task = paused.Incident.Task;

        paused.Tell(at => new Alerted(at, Some.Alert(false, 4102)));

        Assert.Equal((Phase.AwaitingPerson, task), (paused.Incident.Phase, paused.Incident.Task));
        Assert.Equal(Standing.Down, paused.Incident.Standing);
        Assert.Contains(paused.Effects.OfType<Page>(), IsOfTheFall);

        paused.Tell(at => new Alerted(at, Some.Alert(true)));
        Assert.Equal(Phase.Verifying, paused.Incident.Phase);
    }

    [Fact]
    public void A_request_stands_when_the_log_tells_more_while_the_service_runs_and_not_when_it_goes_down()
    {
        var asked = new Rehearsal("threads") { ServiceUp = true }
            .Relay()
            .Command(CommandVerb.Walk)
            .Relay()
            .Command(CommandVerb.Ask)
            .Set(incident => incident with { Owner = null })
            .Wait(11 * 60);
        var request = asked.Incident.Request;
        Assert.NotNull(request);

        Say();
        Say();
        Assert.Equal(
            (Phase.AwaitingApproval, request, Standing.Up),
            (asked.Incident.Phase, asked.Incident.Request, asked.Incident.Standing)
        );
        Assert.Equal(2, asked.Said.Count(text => text.EndsWith("4102 while the service runs.", StringComparison.Ordinal)));
        Assert.Single(asked.Effects.OfType<Page>(), page => page.Text.Value!.EndsWith(": 4102", StringComparison.Ordinal));

        asked.Tell(at => new Alerted(at, Some.Alert(false, 4102)));
        Assert.Equal(Phase.Surveying, asked.Incident.Phase);

        void Say() => asked.Tell(at => new Alerted(at, Some.Alert(true, 4102) with { Events = [Some.Event(4102) with { At = at }] }));
    }

    [Fact]
    public void Who_walks_the_article_is_not_taken_back_by_each_line_of_a_service_that_runs()
    {
        var walked = new Rehearsal("threads") { ServiceUp = true }
            .Relay()
            .Command(CommandVerb.Walk)
            .Relay()
            .Wait(60);

        walked.Tell(at => new Alerted(at, Some.Alert(true, 4102) with { Events = [Some.Event(4102) with { At = at }] }));

        Assert.Equal((Phase.Planning, true), (walked.Incident.Phase, walked.Incident.WalkAnyway));
    }

    [Fact]
    public void A_service_that_others_brought_up_after_it_was_handed_over_calls_nobody_any_more()
    {
        var rehearsal = new Rehearsal("threads").Relay().Command(CommandVerb.Escalate).Set(incident => incident with { Owner = null });
        var pages = rehearsal.Effects.OfType<Page>().Count();

        rehearsal.Wait(60).Tell(at => new Alerted(at, Some.Alert(true))).Pass(Deadline.StatusDue).Pass(Deadline.StatusDue);

        Assert.Equal((Phase.Escalated, Standing.Up), (rehearsal.Incident.Phase, rehearsal.Incident.Standing));
        Assert.Equal(pages, rehearsal.Effects.OfType<Page>().Count());
    }

    [Fact]
    public void A_failure_that_is_news_calls_people_though_the_service_runs_and_an_old_one_does_not()
    {
        var rehearsal = Runs().Wait(11 * 60);
        var told = Some.Alert(true, 4102);

        rehearsal.Tell(at => new Alerted(at, told));
        Assert.DoesNotContain(rehearsal.Effects.OfType<Page>(), IsOfTheFall);

        rehearsal.Tell(at => new Alerted(at, told with { Events = [Some.Event(4102) with { At = at }] }));
        Assert.Contains(rehearsal.Effects.OfType<Page>(), IsOfTheFall);
    }

    [Fact]
    public void A_service_that_goes_up_and_down_calls_once_in_ten_minutes()
    {
        var rehearsal = Runs().Wait(11 * 60);
        foreach (var _ in Enumerable.Range(0, 5))
        {
            rehearsal.ServiceUp = false;
            rehearsal.Wait(20).Tell(at => new Alerted(at, Some.Alert(false, 4102)));
            rehearsal.ServiceUp = true;
            rehearsal.Wait(20).Tell(at => new Alerted(at, Some.Alert(true))).Relay();
        }

        Assert.Single(rehearsal.Effects.OfType<Page>(), IsOfTheFall);
        Assert.Equal(5, rehearsal.Said.Count(text => text.EndsWith(" is down again.", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_search_that_broke_off_waits_on_to_be_taken_up_whatever_its_server_says()
    {
        var rehearsal = new Rehearsal("message").Relay().Command(CommandVerb.Ask);
        rehearsal.Vote(Answer.Approve).Set(incident => incident with { Phase = Phase.AwaitingPerson });
        rehearsal.Set(incident => incident with { Search = incident.Search! with { IsBroken = true }, ServiceUp = true, DownSince = null });

        rehearsal.Tell(at => new Alerted(at, Some.Alert(true)));
        Assert.Equal(Phase.AwaitingPerson, rehearsal.Incident.Phase);

        rehearsal.Tell(at => new Alerted(at, Some.Alert(false, 4102)));
        Assert.Equal(Phase.AwaitingPerson, rehearsal.Incident.Phase);
    }

    [Fact]
    public void Of_several_hosts_at_once_the_one_that_shows_them_calls_again_first()
    {
        var member = new Rehearsal("threads").Relay().Set(incident => incident with { Founder = 3 });
        var founder = new Rehearsal("threads").Relay().Set(incident => incident with { Founder = 7 });

        Assert.Single(member.Pass(Deadline.StatusDue).Effects.OfType<Page>());
        Assert.Equal(2, founder.Pass(Deadline.StatusDue).Effects.OfType<Page>().Count());
        Assert.Equal(2, member.Pass(Deadline.StatusDue).Effects.OfType<Page>().Count());
    }

    [Fact]
    public void Who_has_acknowledged_is_not_called_again_within_the_half_hour()
    {
        var rehearsal = new Rehearsal("threads").Relay().Wait(60).Tell(at => new Acknowledged(at, 1, new Core.Sealed("Olu")));

        Assert.Single(rehearsal.Pass(Deadline.StatusDue).Effects.OfType<Page>());
        Assert.Equal(2, rehearsal.Pass(Deadline.StatusDue).Effects.OfType<Page>().Count());
    }

    [Fact]
    public void A_warning_that_somebody_walks_and_whose_service_goes_down_on_the_way_has_called_them_already()
    {
        var rehearsal = Warned().Relay().Command(CommandVerb.Take).Command(CommandVerb.Retry);
        rehearsal.ServiceUp = false;

        rehearsal.Relay();

        Assert.Equal((Standing.Down, false), (rehearsal.Incident.Standing, rehearsal.Incident.Quiet));
        Assert.Empty(rehearsal.Effects.OfType<Page>());
        Assert.DoesNotContain(rehearsal.Said, text => text.Contains("nobody was called", StringComparison.Ordinal));
    }

    [Fact]
    public void What_its_server_says_moves_no_incident_that_waits_for_somebody_to_look_at_its_record()
    {
        var rehearsal = Runs().Wait(11 * 60);
        rehearsal.Set(incident => IncidentMachine.Park(incident, 3, "its time goes back").Incident);
        var task = rehearsal.Incident.Task;

        rehearsal.Tell(at => new Alerted(at, Some.Alert(false, 4102)));
        Assert.Equal((Phase.AwaitingPerson, task), (rehearsal.Incident.Phase, rehearsal.Incident.Task));
        Assert.Equal(2, rehearsal.Effects.OfType<Page>().Count());

        rehearsal.Tell(at => new Alerted(at, Some.Alert(true)));
        Assert.Equal((Phase.AwaitingPerson, task), (rehearsal.Incident.Phase, rehearsal.Incident.Task));
    }

    [Fact]
    public void Who_takes_nothing_is_called_again_and_then_a_lead()
    {
        var rehearsal = new Rehearsal("threads").Relay();

        rehearsal.Pass(Deadline.StatusDue).Pass(Deadline.StatusDue).Pass(Deadline.StatusDue);

        Assert.Equal([Role.OnCall, Role.OnCall, Role.Lead, Role.Lead], rehearsal.Effects.OfType<Page>().Select(page => page.Role));
        Assert.Contains("nobody has taken INC-7", rehearsal.Effects.OfType<Page>().Last().Text.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void What_somebody_owns_and_what_runs_is_only_told()
    {
        var owned = new Rehearsal("threads").Relay().Command(CommandVerb.Take).Pass(Deadline.StatusDue);
        var runs = new Rehearsal() { ServiceUp = true }
            .Relay()
            .Pass(Deadline.StatusDue);

        Assert.Single(owned.Effects.OfType<Page>());
        Assert.Single(runs.Effects.OfType<Page>());
        Assert.Contains(owned.Said, text => text == Summary.Of(owned.Incident));
    }

    [Fact]
    public void An_outage_after_the_all_clear_is_told_again_every_half_hour_as_well()
    {
        var rehearsal = new Rehearsal("threads").Relay();
        rehearsal.Execute = _ =>
        {
            rehearsal.ServiceUp = true;
            rehearsal.Findings.Clear();
            return Verdict.Clear;
        };
        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay().Pass(Deadline.WatchEnds).Relay().Pass(Deadline.StatusDue);
        Assert.Equal(Phase.Resolved, rehearsal.Incident.Phase);

        rehearsal.ServiceUp = false;
        rehearsal.Tell(at => new Alerted(at, Some.Alert(false, 4102)));

        var due = rehearsal.Effects.OfType<SetDeadline>().Last(effect => effect.Deadline is Deadline.StatusDue);
        Assert.Equal(rehearsal.Incident.Now + Deadlines.StatusEvery, due.At);
    }

    [Fact]
    public void A_request_that_nobody_answered_is_told_to_whoever_is_called()
    {
        var rehearsal = new Rehearsal("threads").Relay().Command(CommandVerb.Ask).Set(incident => incident with { Owner = null });
        var question = rehearsal.Incident.Request!.Question;

        rehearsal.Pass(Deadline.RequestExpires);

        var told = rehearsal.Effects.OfType<Say>().Last(say => say.Text.Value!.Contains("not answered in time", StringComparison.Ordinal));
        Assert.StartsWith(question.Short, told.Text.Value, StringComparison.Ordinal);
        Assert.Equal(Role.OnCall, told.Mention);
    }

    [Fact]
    public void While_the_owner_holds_a_request_up_nobody_is_called_for_it()
    {
        var rehearsal = new Rehearsal("threads") { Rule = new(Role.Lead, OtherPerson: true) }
            .Relay()
            .Command(CommandVerb.Ask)
            .Wait(3 * 60)
            .Vote(Answer.DenyNext, Some.Responder);
        var until = rehearsal.Incident.Request!.PausedUntil!.Value;
        var pages = rehearsal.Effects.OfType<Page>().Count();

        rehearsal.Tell(at => new DeadlinePassed(rehearsal.Incident.Request!.AskedAt + (5 * Micros.Minute), Deadline.Reminder, Question()));
        Assert.Equal(pages, rehearsal.Effects.OfType<Page>().Count());

        rehearsal.Pass(Deadline.Reminder);
        Assert.True(rehearsal.Incident.Now >= until);
        Assert.Equal(pages + 1, rehearsal.Effects.OfType<Page>().Count());
        Assert.False(rehearsal.Incident.Request.IsHeldUp(rehearsal.Incident.Now));

        QuestionId Question() => rehearsal.Incident.Request!.Question;
    }

    private static Rehearsal Runs() => new Rehearsal { ServiceUp = true }.Relay();

    private static bool IsOfTheFall(Page page) => page.Text.Value!.Contains(": down", StringComparison.Ordinal);

    private static Rehearsal Warned() => new(Some.Opened(quiet: true), Some.Runbook) { ServiceUp = true };

    private static (Phase, Standing, bool) Stands(Rehearsal rehearsal) =>
        (rehearsal.Incident.Phase, rehearsal.Incident.Standing, rehearsal.Incident.Quiet);

    [Theory]
    [InlineData(true, "Resolved")]
    [InlineData(false, "Surveying")]
    public void A_cause_that_nobody_could_look_at_again_in_time_keeps_no_watch_from_its_end(bool isUp, string end)
    {
        var rehearsal = new Rehearsal("disk-space", "threads").Relay();
        rehearsal.Execute = _ =>
        {
            rehearsal.ServiceUp = rehearsal.Findings.Remove("disk-space");
            return Verdict.Clear;
        };
        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();
        Assert.Equal(Phase.Watching, rehearsal.Incident.Phase);
        rehearsal.ServiceUp = isUp;
        rehearsal.Silent.Add("threads");

        rehearsal.Pass(Deadline.WatchEnds).Relay().Pass(Deadline.SurveyEnds);

        Assert.Equal(end, $"{rehearsal.Incident.Phase}");
        Assert.Equal(Verdict.Finding, rehearsal.Incident.Findings["threads"].Verdict);
    }
}
