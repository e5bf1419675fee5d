using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Core.Tests.Incidents;

/// <summary>Answers, starts, requests and moments of before do not overrule what came after them.</summary>
public sealed class What_is_older_than_the_newest_word
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_service_that_goes_down_while_it_is_looked_at_is_not_up_by_an_answer_of_before(bool whileVerifying)
    {
        var rehearsal = new Rehearsal("threads") { ServiceUp = true };
        if (whileVerifying)
        {
            rehearsal.Relay().Command(CommandVerb.Walk).Relay().Command(CommandVerb.Ask).Vote(Answer.Approve).Fetch();
            var run = rehearsal.Effects.OfType<RunAction>().Single().Run;
            rehearsal.Tell(at => new Acted(at, Report(run, JobKind.Act, at)));
        }

        var look = rehearsal.Incident.Questions.Last().Value;
        var (number, asked) = (rehearsal.Incident.Questions.Last().Key, look.Checks);
        var running = asked.Single(check => check.Value.Step is null && Checks.ServiceOf(check.Value.Check) == "MSExchangeIMC").Key;
        rehearsal.Tell(at => new Checked(at, Report(new RunId(rehearsal.Incident.Id(number), running), JobKind.Check, at)));

        rehearsal.Tell(at => new Alerted(at, new HostAlert(Some.Host, "MSExchangeIMC", false, false, [Event(4102, at)], at)));
        foreach (var check in asked.Keys.Where(check => check != running))
        {
            rehearsal.Tell(at => new Checked(at, Report(new RunId(rehearsal.Incident.Id(number), check), JobKind.Check, at)));
        }

        Assert.Equal(Phase.Surveying, rehearsal.Incident.Phase);
        Assert.Equal(Standing.Down, rehearsal.Incident.Standing);
    }

    [Fact]
    public void A_late_yes_to_one_deletion_asks_for_no_other_and_makes_nobody_else_its_asker()
    {
        var (first, second) = (Some.Person("owner-1", "Mia", Role.ItemOwner), Some.Person("owner-2", "Max", Role.ItemOwner));
        var spool = new FakeSpool(200, new HashSet<int> { 17, 60 }, IndexSet.Of(17, 60));
        var rehearsal = new Rehearsal("message").Relay();
        rehearsal.Round = run =>
        {
            var report = spool.Take(run);
            rehearsal.ServiceUp = spool.Up;
            return report;
        };
        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay().Pass(Deadline.WatchEnds).Relay();
        rehearsal.Command(CommandVerb.Messages, first, "delete 18 a bounce").Relay();
        var expired = rehearsal.Incident.Request!;
        rehearsal.Pass(Deadline.RequestExpires).Relay();
        rehearsal.Set(incident => incident with { Phase = Phase.Resolved });
        rehearsal.RelayAnswers = false;
        rehearsal.Command(CommandVerb.Messages, second, "delete 61 a bounce");
        Assert.Equal(second, rehearsal.Incident.Proposal!.AskedBy);

        rehearsal.Tell(at => new Voted(at, expired.Question, second, Answer.Approve, "because"));

        Assert.NotNull(rehearsal.Declined);
        Assert.Equal(second, rehearsal.Incident.Proposal!.AskedBy);
    }

    [Fact]
    public void A_start_that_brought_an_all_clear_is_not_blamed_for_what_came_later()
    {
        var rehearsal = new Rehearsal("threads");
        rehearsal.Execute = _ =>
        {
            rehearsal.ServiceUp = true;
            return Verdict.Clear;
        };
        rehearsal.Relay().Command(CommandVerb.Ask).Vote(Answer.Approve).Relay().Pass(Deadline.WatchEnds).Relay();
        var change = rehearsal.Incident.Changes.Last(one => one.Started).Question;
        Assert.Equal(Phase.Resolved, rehearsal.Incident.Phase);

        rehearsal.Findings.Clear();
        rehearsal.Wait(86_400).Tell(at => new Alerted(at, new HostAlert(Some.Host, "MSExchangeIMC", false, false, [Event(4102, at)], at)));
        rehearsal.Relay().Command(CommandVerb.Watch);
        rehearsal.ServiceUp = false;
        rehearsal.Relay();

        Assert.Equal(ChangeState.Done, rehearsal.Incident.FindRequest(change)!.State);
        Assert.Null(rehearsal.Incident.FindRequest(change)!.Doubt);
    }

    [Fact]
    public void After_an_all_clear_has_ended_it_is_said_again_every_half_hour_how_it_stands()
    {
        var rehearsal = new Rehearsal("threads");
        rehearsal.Execute = _ =>
        {
            rehearsal.ServiceUp = true;
            return Verdict.Clear;
        };
        rehearsal.Relay().Command(CommandVerb.Ask).Vote(Answer.Approve).Relay().Pass(Deadline.WatchEnds).Relay().Pass(Deadline.StatusDue);
        var effects = rehearsal.Effects.Count;

        rehearsal.Command(CommandVerb.Undo).Relay();

        Assert.Single(rehearsal.Effects.Skip(effects).OfType<SetDeadline>(), due => due.Deadline is Deadline.StatusDue);
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(-1800)]
    public void A_clock_that_is_set_moves_all_that_was_measured_before(int seconds)
    {
        var rehearsal = new Rehearsal("threads");
        rehearsal.Execute = _ =>
        {
            rehearsal.ServiceUp = true;
            return Verdict.Clear;
        };
        rehearsal.Relay().Command(CommandVerb.Ask).Vote(Answer.Approve).Relay().Pass(Deadline.WatchEnds).Relay();
        var (before, by) = (rehearsal.Incident, seconds * Micros.Second);

        rehearsal.Wait(seconds).Tell(at => new ClockSet(at, by));

        var after = rehearsal.Incident;
        Assert.Equal(
            (before.FirstDown + by, before.UpSince + by, before.ResolvedAt + by),
            (after.FirstDown, after.UpSince, after.ResolvedAt)
        );
        Assert.Equal(before.Changes.Select(change => change.At + by), after.Changes.Select(change => change.At));
        Assert.Equal(before.Pages.Select(page => page.At + by), after.Pages.Select(page => page.At));
        Assert.All(before.Findings, found => Assert.Equal(found.Value.At + by, after.Findings[found.Key].At));
        Assert.All(before.Services, seen => Assert.Equal(seen.Value.At + by, after.Services[seen.Key].At));
    }

    [Fact]
    public void Whoever_holds_a_request_up_lets_it_go_though_somebody_else_owns_it_since()
    {
        var rehearsal = new Rehearsal("threads").Relay().Command(CommandVerb.Take).Command(CommandVerb.Ask);
        rehearsal.Vote(Answer.DenyNext, Some.Responder);
        Assert.True(rehearsal.Incident.Request!.IsHeldUp(rehearsal.Incident.Now));
        var question = rehearsal.Incident.Request.Question;
        rehearsal.Tell(at => new Commanded(at, CommandVerb.Hand, Some.Responder, null, "@Lena", Some.Lead));

        rehearsal.Command(CommandVerb.Retract, Some.Responder, question: question);

        Assert.False(rehearsal.Incident.Request!.IsHeldUp(rehearsal.Incident.Now));
    }

    private static HostEvent Event(int id, long at) => new(id, at, "MSExchangeIMC", id, $"event {id}", []);

    private static Report Report(RunId run, JobKind kind, long at) =>
        new(run, kind, Verdict.Clear, "done", new Dictionary<string, string>(StringComparer.Ordinal), at);
}
