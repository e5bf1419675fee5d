using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Core.Tests.Incidents;

/// <summary>What people may do about a run that is late, that was parked, or that its relay has not come for yet.</summary>
public sealed class A_run_that_is_late_or_has_not_begun
{
    [Fact]
    public void A_round_that_was_late_makes_none_of_the_next_ones_be_given_up()
    {
        var spool = new FakeSpool(200, new HashSet<int> { 150 });
        var rehearsal = new Rehearsal("message").Relay();
        rehearsal.Round = run =>
        {
            rehearsal.RelayAnswers = false;
            return spool.Take(run);
        };
        rehearsal.RelayAnswers = false;
        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve);
        rehearsal.Fetch().Pass(Deadline.RunOverdue);
        rehearsal.RelayAnswers = true;
        rehearsal.Relay();

        rehearsal.Command(CommandVerb.Stop);

        Assert.Equal((Phase.Searching, 2), (rehearsal.Incident.Phase, rehearsal.Incident.Search!.Run));
        Assert.True(rehearsal.Incident.Search.EndAsked);
    }

    [Fact]
    public void A_run_that_was_late_in_beginning_is_not_late_when_it_begins()
    {
        var rehearsal = Approved().Pass(Deadline.RunOverdue);

        rehearsal.Fetch().Command(CommandVerb.Stop);

        Assert.Equal(Phase.Acting, rehearsal.Incident.Phase);
        Assert.Contains("cannot be taken back half way", rehearsal.Declined, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(CommandVerb.Stop), "disk")]
    [InlineData(nameof(CommandVerb.Takeover), "disk")]
    [InlineData(nameof(CommandVerb.Stop), "message")]
    [InlineData(nameof(CommandVerb.End), "message")]
    [InlineData(nameof(CommandVerb.Takeover), "message")]
    public void An_approval_that_nothing_has_begun_of_is_taken_back_by_whoever_stops_or_takes_over(string verb, string step)
    {
        var rehearsal = Approved(step);
        var question = rehearsal.Incident.Running.Single().Question;

        rehearsal.Command(Enum.Parse<CommandVerb>(verb));

        Assert.Null(rehearsal.Declined);
        Assert.Equal(ChangeState.Withdrawn, rehearsal.Incident.FindRequest(question)!.State);
        Assert.Equal(Phase.AwaitingPerson, rehearsal.Incident.Phase);
        Assert.Null(rehearsal.Incident.Search);
    }

    [Fact]
    public void The_late_report_of_a_parked_run_moves_nothing_that_came_after_it()
    {
        var rehearsal = Approved().Fetch();
        var old = rehearsal.Incident.Running.Single().Question;
        rehearsal.Set(incident => IncidentMachine.Park(incident, 9, "something").Incident);
        rehearsal.Command(CommandVerb.Resume);
        rehearsal.Relay();
        rehearsal.RelayAnswers = false;
        var work = rehearsal.Effects.Count;
        rehearsal.Set(incident => incident with { Phase = Phase.AwaitingPerson });
        rehearsal.Command(CommandVerb.StartOnce);
        var offered = rehearsal.Effects.Skip(work).OfType<MakePlan>().Single();
        rehearsal.Tell(at => new Planned(at, Planned(rehearsal, offered, at))).Command(CommandVerb.Ask).Vote(Answer.Approve);
        var current = rehearsal.Incident.Running.Last().Question;
        Assert.Equal(Phase.Acting, rehearsal.Incident.Phase);

        rehearsal.Tell(at => new Acted(at, Report(new RunId(old, 1), JobKind.Act, at)));

        Assert.Equal(Phase.Acting, rehearsal.Incident.Phase);
        Assert.Equal(current, rehearsal.Incident.Running.Single().Question);
    }

    [Fact]
    public void A_parked_run_that_is_never_reported_can_be_given_up()
    {
        var rehearsal = Approved().Fetch();
        var old = rehearsal.Incident.Running.Single().Question;
        rehearsal.Set(incident => IncidentMachine.Park(incident, 9, "something").Incident).Pass(Deadline.RunOverdue);

        rehearsal.Command(CommandVerb.Stop);

        Assert.Equal(ChangeState.Lost, rehearsal.Incident.FindRequest(old)!.State);
        Assert.Empty(rehearsal.Incident.Running);
    }

    [Fact]
    public void What_a_parked_search_may_hold_needs_an_owner_before_it_is_closed()
    {
        var rehearsal = Approved("message").Fetch();
        rehearsal
            .Set(incident => IncidentMachine.Park(incident, 9, "something").Incident)
            .Set(incident => incident with { Owner = null, ServiceUp = true, DownSince = null });

        rehearsal.Command(CommandVerb.Close).Command(CommandVerb.Close);

        Assert.Contains("Nobody owns that", rehearsal.Declined, StringComparison.Ordinal);
    }

    private static Rehearsal Approved(string step = "disk")
    {
        var rehearsal = new Rehearsal(step).Relay().Command(CommandVerb.Ask);
        rehearsal.RelayAnswers = false;
        return rehearsal.Vote(Answer.Approve);
    }

    private static Report Planned(Rehearsal rehearsal, MakePlan make, long at) =>
        Report(make.Run, JobKind.Plan, at) with
        {
            Plan = rehearsal.BytesOf(make.Run.Question, make.Remedy),
        };

    private static Report Report(RunId run, JobKind kind, long at) =>
        new(run, kind, Verdict.Clear, "done", new Dictionary<string, string>(StringComparer.Ordinal), at);
}
