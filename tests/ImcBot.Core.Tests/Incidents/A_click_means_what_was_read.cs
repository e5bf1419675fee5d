using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Core.Tests.Incidents;

public sealed class A_click_means_what_was_read
{
    [Fact]
    public void A_double_click_closes_no_incident_whose_service_is_down()
    {
        var rehearsal = new Rehearsal("threads").Relay();

        Click().Wait(0.3);
        Click();

        Assert.Equal(Phase.Planning, rehearsal.Incident.Phase);
        Assert.Contains("once more", rehearsal.Declined, StringComparison.Ordinal);
        rehearsal.Wait(20);
        Assert.Equal(Phase.Closed, Click().Incident.Phase);

        Rehearsal Click() => rehearsal.Command(CommandVerb.Close, question: rehearsal.Incident.Id(rehearsal.Incident.LastQuestion));
    }

    [Fact]
    public void Who_types_it_twice_means_it() =>
        Assert.Equal(Phase.Closed, new Rehearsal("threads").Relay().Command(CommandVerb.Close).Command(CommandVerb.Close).Incident.Phase);

    [Fact]
    public void To_watch_a_service_that_came_up_it_is_verified_before_it_is_said_to_work()
    {
        var rehearsal = new Rehearsal() { ServiceUp = true }.Relay();
        Assert.Equal(Standing.Up, rehearsal.Incident.Standing);

        rehearsal.Command(CommandVerb.Watch);
        Assert.Equal((Phase.Verifying, Standing.Up), (rehearsal.Incident.Phase, rehearsal.Incident.Standing));

        rehearsal.Relay();
        Assert.Equal((Phase.Watching, Standing.Flows), (rehearsal.Incident.Phase, rehearsal.Incident.Standing));
    }

    [Fact]
    public void What_the_log_told_before_somebody_watches_is_no_reason_to_say_that_it_is_not_healthy()
    {
        var rehearsal = new Rehearsal { ServiceUp = true }
            .Relay()
            .Command(CommandVerb.Watch);

        var looked = rehearsal.Effects.OfType<RunCheck>().Last(run => run.Check.With.ContainsKey(CallArguments.After));

        Assert.Equal(rehearsal.Incident.Events.Max(said => said.Index).ToString(), looked.Check.With[CallArguments.After]);
    }

    [Fact]
    public void What_ends_by_itself_is_left_to_be_looked_at()
    {
        var rehearsal = new Rehearsal("antivirus").Relay();
        rehearsal.Execute = plan =>
        {
            rehearsal.ServiceUp = true;
            rehearsal.Findings.Clear();
            return Verdict.Clear;
        };

        rehearsal.Ask("antivirus pause").Relay().Vote(Answer.Approve, Some.Lead).Relay().Pass(Deadline.WatchEnds).Relay();

        Assert.Equal(Phase.Resolved, rehearsal.Incident.Phase);
        var left = Assert.Single(rehearsal.Incident.FollowUps);
        Assert.Contains("see that it has ended", left.Text, StringComparison.Ordinal);
    }
}
