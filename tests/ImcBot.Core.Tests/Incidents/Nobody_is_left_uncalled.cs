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

    [Theory]
    [InlineData(nameof(CommandVerb.Pause))]
    [InlineData(nameof(CommandVerb.Escalate))]
    public void A_service_that_was_seen_to_run_and_goes_down_calls_people_wherever_its_incident_stands(string verb)
    {
        var rehearsal = new Rehearsal() { ServiceUp = true }
            .Relay()
            .Command(Enum.Parse<CommandVerb>(verb));
        var pages = rehearsal.Effects.OfType<Page>().Count();

        rehearsal.ServiceUp = false;
        rehearsal.Tell(at => new Alerted(at, Some.Alert(false, 4102)));

        Assert.Equal((Phase.Surveying, Standing.Down, false), Stands(rehearsal));
        Assert.Equal(pages + 1, rehearsal.Effects.OfType<Page>().Count());
    }

    [Fact]
    public void What_its_server_says_moves_no_incident_that_waits_for_somebody_to_look_at_its_record()
    {
        var rehearsal = new Rehearsal() { ServiceUp = true }.Relay();
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

    private static Rehearsal Warned() => new(Some.Opened(quiet: true), Some.Runbook) { ServiceUp = true };

    private static (Phase, Standing, bool) Stands(Rehearsal rehearsal) =>
        (rehearsal.Incident.Phase, rehearsal.Incident.Standing, rehearsal.Incident.Quiet);
}
