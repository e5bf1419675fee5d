using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Core.Tests.Approvals;

public sealed class Who_may_decide
{
    private static readonly Person
        First = Some.OnCall, Second = Some.Person("11111111-0000-0000-0000-000000000012", "Oda Berg", "on-call"), Lead = Some.Person("11111111-0000-0000-0000-000000000013", "Lea Lead", "lead"),
        Security = Some.Person("11111111-0000-0000-0000-000000000014", "Sami Sec", "security"), Both = Some.Person("11111111-0000-0000-0000-000000000015", "Bo Both", "on-call", "security"),
        Administrator = Some.Person("11111111-0000-0000-0000-000000000016", "Ada Min", "administrator");

    [Fact]
    public void A_quorum_counts_people_and_each_of_them_once()
    {
        var rehearsal = Asking(new("on-call", false, 2));

        rehearsal.Vote(Answer.Approve, First);
        Assert.Equal(Phase.AwaitingApproval, rehearsal.Incident.Phase);
        Assert.Contains(rehearsal.Said, text => text.Contains("still needs 1 'on-call'", StringComparison.Ordinal));

        rehearsal.Vote(Answer.Approve, First);
        Assert.Contains("approved 7/", rehearsal.Declined, StringComparison.Ordinal);
        Assert.Contains("already", rehearsal.Declined, StringComparison.Ordinal);

        rehearsal.Vote(Answer.Approve, Second);
        Assert.Equal(Phase.Acting, rehearsal.Incident.Phase);
        Assert.Equal([First.Id, Second.Id], rehearsal.Effects.OfType<RunAction>().Single().Grant.Approvers);
    }

    [Fact]
    public void Two_roles_that_co_sign_are_two_people_even_where_one_holds_both()
    {
        var rehearsal = Asking(new("on-call", false, CoSign: ["security"])).Vote(Answer.Approve, Both);
        Assert.Equal(Phase.AwaitingApproval, rehearsal.Incident.Phase);

        rehearsal.Vote(Answer.Approve, Security);

        Assert.Equal(Phase.Acting, rehearsal.Incident.Phase);
    }

    [Fact]
    public void A_signature_of_a_role_that_has_signed_is_refused()
    {
        var rehearsal = Asking(new("on-call", false, CoSign: ["security"])).Vote(Answer.Approve, First).Vote(Answer.Approve, Second);

        Assert.Contains("still needs 1 'security'", rehearsal.Declined, StringComparison.Ordinal);
        Assert.Single(rehearsal.Incident.Request!.Votes);
    }

    [Theory]
    [InlineData("on-call", "lead", true)]
    [InlineData("on-call", "ops-lead", true)]
    [InlineData("lead", "ops-lead", true)]
    [InlineData("lead", "on-call", false)]
    [InlineData("ops-lead", "lead", false)]
    [InlineData("security", "ops-lead", false)]
    [InlineData("mail-owner", "lead", false)]
    [InlineData("on-call", "security", false)]
    [InlineData("on-call", "administrator", false)]
    public void A_senior_signs_for_a_junior_and_never_the_other_way(string asked, string held, bool signs) => Assert.Equal(signs, Role.Signs([held], asked));

    [Fact]
    public void The_strictest_role_of_a_bundle_decides_and_a_role_beside_the_ladder_co_signs()
    {
        var bundle = new ApprovalRule("on-call", false, 2).With(new("lead", false)).With(new("security", true));

        Assert.Equal(("lead", 2, true), (bundle.Role, bundle.Count, bundle.OtherPerson));
        Assert.Equal(["lead", "lead", "security"], bundle.Seats);
        Assert.Equal("2 'lead' and 1 'security'", bundle.Words);
    }

    [Fact]
    public void A_rider_brings_its_rule_onto_the_card()
    {
        var rider = Some.Runbook.Find("antivirus")!;
        var runbook = Some.Runbook with
        {
            Steps = [.. Some.Runbook.Steps.Select(step => step.Id == rider.Id
                ? step with { Offers = [.. step.Offers.Select(offer => offer.Rides ? offer with { Approval = new("security", false) } : offer)] }
                : step)],
        };
        var survey = new Rehearsal("threads", "antivirus").Relay().Incident with { Runbook = runbook };

        var step = runbook.Find("threads")!;
        var rule = ApprovalRules.Of(survey, step.Offers[0], Walk.WithRiders(survey, step, step.Offers[0].Remedy!));

        Assert.Equal(["on-call", "security"], rule.Seats);
    }

    [Fact]
    public void A_quorum_that_todays_roster_cannot_meet_is_told_at_once_and_again_when_the_roster_changes()
    {
        var rehearsal = Offering(new("on-call", false, 2)).Tell(at => new RosterChanged(at, Roster(("on-call", [First.Id])))).Command(CommandVerb.Ask);
        Assert.Contains(rehearsal.Said, text => text.Contains("today's roster lacks 1 'on-call'", StringComparison.Ordinal));

        var told = rehearsal.Said.Count();
        rehearsal.Tell(at => new RosterChanged(at, Roster(("on-call", [First.Id, Second.Id]))));

        Assert.DoesNotContain(rehearsal.Said.Skip(told), text => text.Contains("lacks", StringComparison.Ordinal));
    }

    [Fact]
    public void The_asker_is_no_help_to_a_quorum_that_needs_other_people()
    {
        var rehearsal = Offering(new("on-call", true)).Tell(at => new RosterChanged(at, Roster(("on-call", [First.Id])))).Command(CommandVerb.Ask, First);

        Assert.Contains(rehearsal.Said, text => text.Contains("who did not ask for it, and today's roster lacks 1 'on-call'", StringComparison.Ordinal));
    }

    [Fact]
    public void Nobody_on_call_is_told_at_once()
    {
        var rehearsal = new Rehearsal("threads").Tell(at => new RosterChanged(at, Roster(("lead", [Lead.Id]))));

        Assert.Contains(rehearsal.Said, text => text.StartsWith("Nobody is on call", StringComparison.Ordinal));
    }

    [Fact]
    public void Nobody_answers_and_at_5_10_and_20_minutes_the_first_the_next_and_the_lead_are_asked_and_at_30_it_expires()
    {
        var rehearsal = Offering(new("on-call", false)).Tell(at => new RosterChanged(at, Roster(("on-call", [First.Id, Second.Id]), ("lead", [Lead.Id])))).Command(CommandVerb.Ask);
        var asked = rehearsal.Incident.Request!;
        var before = rehearsal.Effects.Count;

        rehearsal.Pass(Deadline.Reminder).Pass(Deadline.Reminder).Pass(Deadline.Reminder).Pass(Deadline.RequestExpires);

        var pages = rehearsal.Incident.Pages.Where(page => page.Question == asked.Question).ToList();
        Assert.Equal([0L, 5, 10, 20], pages.Select(page => (page.At - asked.AskedAt) / 60_000_000));
        Assert.Equal([First.Id, First.Id, Second.Id, Lead.Id], pages.Select(page => page.To));
        Assert.Equal([First.Id, Second.Id, Lead.Id], rehearsal.Effects.Skip(before).OfType<Say>().Select(say => say.Mention).OfType<string>().Take(3));
        Assert.Equal(RequestOutcome.Expired, rehearsal.Incident.FindRequest(asked.Question)!.Outcome);
        Assert.Empty(rehearsal.Effects.OfType<RunAction>());
    }

    [Fact]
    public void An_expiry_or_a_reminder_before_its_time_changes_nothing()
    {
        var rehearsal = Asking(new("on-call", false));
        var (question, effects) = (rehearsal.Incident.Request!.Question, rehearsal.Effects.Count);

        rehearsal.Tell(at => new DeadlinePassed(at, Deadline.RequestExpires, question)).Tell(at => new DeadlinePassed(at, Deadline.Reminder, question));

        Assert.Equal(Phase.AwaitingApproval, rehearsal.Incident.Phase);
        Assert.Equal(effects, rehearsal.Effects.Count);
    }

    [Fact]
    public void A_yes_after_the_expiry_acts_on_nothing_and_has_it_planned_and_asked_again()
    {
        var rehearsal = Asking(new("on-call", false));
        var expired = rehearsal.Incident.Request!;
        rehearsal.Pass(Deadline.RequestExpires);

        rehearsal.Tell(at => new Voted(at, expired.Question, First, Answer.Approve, "")).Relay();

        Assert.Null(rehearsal.Declined);
        Assert.Empty(rehearsal.Effects.OfType<RunAction>());
        Assert.NotEqual(expired.Question, rehearsal.Incident.Request!.Question);
        Assert.Equal(expired.AskedBy, rehearsal.Incident.Request.AskedBy);
        Assert.Empty(rehearsal.Incident.Request.Votes);
    }

    [Fact]
    public void A_shift_change_mentions_both_and_moves_the_open_request()
    {
        var rehearsal = Offering(new("on-call", false)).Tell(at => new RosterChanged(at, Roster(("on-call", [First.Id])))).Command(CommandVerb.Ask);

        rehearsal.Tell(at => new RosterChanged(at, Roster(("on-call", [Second.Id]))));

        Assert.Equal([First.Id, Second.Id], rehearsal.Effects.OfType<Say>().Last().Others!);
        Assert.Equal(Second.Id, rehearsal.Incident.Pages[^1].To);
        Assert.Equal(rehearsal.Incident.Request!.Question, rehearsal.Incident.Pages[^1].Question);
    }

    [Fact]
    public void Break_glass_is_one_on_call_with_a_reason_and_keeps_the_incident_open_until_somebody_else_reviews()
    {
        var rehearsal = Asking(new("lead", true, 2)).Tell(at => Glass(at, First, "mail has been down for an hour"));
        Assert.Equal(Phase.Acting, rehearsal.Incident.Phase);
        Assert.Equal([First.Id], rehearsal.Effects.OfType<RunAction>().Single().Grant.Approvers);

        rehearsal.Execute = _ => Verdict.Clear;
        rehearsal.ServiceUp = true;
        rehearsal.Relay().Pass(Deadline.WatchEnds).Relay();
        Assert.Equal(Phase.Resolved, rehearsal.Incident.Phase);

        rehearsal.Command(CommandVerb.Close);
        Assert.Contains("review @name", rehearsal.Declined, StringComparison.Ordinal);
        rehearsal.Tell(at => new Commanded(at, CommandVerb.Review, Lead, null, "", First));
        Assert.Contains("somebody else", rehearsal.Declined, StringComparison.Ordinal);
        rehearsal.Tell(at => new Commanded(at, CommandVerb.Review, First, null, "", Lead)).Command(CommandVerb.Close);

        Assert.Equal(Phase.Closed, rehearsal.Incident.Phase);
        Assert.Equal(Lead, rehearsal.Incident.Reviewer);
    }

    [Fact]
    public void A_page_is_acknowledged_once_and_that_approves_nothing()
    {
        var rehearsal = Asking(new("on-call", false));
        var page = rehearsal.Incident.Pages[^1].Number;

        rehearsal.Tell(at => new Paged(at, page, true, "")).Tell(at => new Acknowledged(at, page, "Olu's phone"));
        Assert.Equal("Olu's phone", rehearsal.Incident.Pages[page - 1].SeenBy.Value);
        Assert.Equal(Phase.AwaitingApproval, rehearsal.Incident.Phase);

        rehearsal.Tell(at => new Acknowledged(at, page, "somebody"));
        Assert.Contains("acknowledged already", rehearsal.Declined, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_that_does_not_go_out_is_told_in_the_thread()
    {
        var rehearsal = new Rehearsal("threads").Tell(at => new Paged(at, 1, false, "the paging service answered 503"));

        Assert.Contains(rehearsal.Said, text => text.Contains("did not go out: the paging service answered 503", StringComparison.Ordinal));
    }

    [Fact]
    public void After_a_takeover_nothing_is_offered_asked_or_begun_until_it_is_handed_back()
    {
        var rehearsal = Asking(new("on-call", false)).Command(CommandVerb.Takeover, Lead);
        Assert.Equal(RequestOutcome.Withdrawn, rehearsal.Incident.Decided[^1].Outcome);

        foreach (var verb in new[] { CommandVerb.Ask, CommandVerb.StartOnce, CommandVerb.Undo, CommandVerb.GoOn, CommandVerb.Recommended })
        {
            rehearsal.Command(verb);
            Assert.Contains("has taken over", rehearsal.Declined, StringComparison.Ordinal);
        }

        rehearsal.Command(CommandVerb.Retry).Relay();
        Assert.Equal(Phase.AwaitingPerson, rehearsal.Incident.Phase);
        Assert.Null(rehearsal.Incident.Proposal);

        rehearsal.Command(CommandVerb.Hand, Lead).Relay();
        Assert.Null(rehearsal.Incident.TakenOverBy);
        Assert.Equal(Phase.Planning, rehearsal.Incident.Phase);
        Assert.Empty(rehearsal.Effects.OfType<RunAction>());
    }

    [Fact]
    public void A_takeover_while_a_run_is_under_way_lets_it_end_and_begins_nothing_after_it()
    {
        var rehearsal = Asking(new("on-call", false)).Vote(Answer.Approve).Command(CommandVerb.Takeover, Lead).Relay();

        Assert.Single(rehearsal.Executed);
        Assert.Equal(Phase.AwaitingPerson, rehearsal.Incident.Phase);
        Assert.Null(rehearsal.Incident.Proposal);
    }

    private static Voted Glass(long at, Person by, string why) => new(at, new QuestionId(7, 2), by, Answer.BreakGlass, why);

    private static DutyRoster Roster(params (string Role, string[] People)[] holders) =>
        new(holders.ToDictionary(entry => entry.Role, entry => (IReadOnlyList<string>)entry.People, StringComparer.Ordinal));

    /// <summary>An incident that offers raising the threads under this rule.</summary>
    private static Rehearsal Offering(ApprovalRule rule) => new Rehearsal("threads") { Rule = rule }.Relay();

    private static Rehearsal Asking(ApprovalRule rule) => Offering(rule).Command(CommandVerb.Ask);
}
