using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Core.Tests.Approvals;

public sealed class Who_may_decide
{
    private static readonly Person First = Some.OnCall,
        Second = Some.Person("11111111-0000-0000-0000-000000000012", "Oda Berg", "on-call"),
        Lead = Some.Person("11111111-0000-0000-0000-000000000013", "Lea Lead", "lead"),
        Security = Some.Person("11111111-0000-0000-0000-000000000014", "Sami Sec", "security"),
        Both = Some.Person("11111111-0000-0000-0000-000000000015", "Bo Both", "on-call", "security"),
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
    public void A_senior_signs_for_a_junior_and_never_the_other_way(string asked, string held, bool signs) =>
        Assert.Equal(signs, Role.Signs([held], asked));

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
            Steps =
            [
                .. Some.Runbook.Steps.Select(step =>
                    step.Id == rider.Id
                        ? step with
                        {
                            Offers =
                            [
                                .. step.Offers.Select(offer => offer.Rides ? offer with { Approval = new("security", false) } : offer),
                            ],
                        }
                        : step
                ),
            ],
        };
        var survey = new Rehearsal("threads", "antivirus").Relay().Incident with { Runbook = runbook };

        var step = runbook.Find("threads")!;
        var rule = ApprovalRules.Of(survey, step.Offers[0], Walk.WithRiders(survey, step, step.Offers[0].Remedy!));

        Assert.Equal(["on-call", "security"], rule.Seats);
    }

    [Fact]
    public void A_quorum_that_todays_roster_cannot_meet_is_told_at_once_and_again_when_the_roster_changes()
    {
        var rehearsal = Offering(new("on-call", false, 2))
            .Tell(at => new RosterChanged(at, Roster(("on-call", [First.Id]))))
            .Command(CommandVerb.Ask);
        Assert.Contains(rehearsal.Said, text => text.Contains("today's roster lacks 1 'on-call'", StringComparison.Ordinal));

        var told = rehearsal.Said.Count();
        rehearsal.Tell(at => new RosterChanged(at, Roster(("on-call", [First.Id, Second.Id]))));

        Assert.DoesNotContain(rehearsal.Said.Skip(told), text => text.Contains("lacks", StringComparison.Ordinal));
    }

    [Fact]
    public void The_asker_is_no_help_to_a_quorum_that_needs_other_people()
    {
        var rehearsal = Offering(new("on-call", true))
            .Tell(at => new RosterChanged(at, Roster(("on-call", [First.Id]))))
            .Command(CommandVerb.Ask, First);

        Assert.Contains(
            rehearsal.Said,
            text => text.Contains("who did not ask for it, and today's roster lacks 1 'on-call'", StringComparison.Ordinal)
        );
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
        var rehearsal = Offering(new("on-call", false))
            .Tell(at => new RosterChanged(at, Roster(("on-call", [First.Id, Second.Id]), ("lead", [Lead.Id]))))
            .Command(CommandVerb.Ask);
        var asked = rehearsal.Incident.Request!;
        var before = rehearsal.Effects.Count;

        rehearsal.Pass(Deadline.Reminder).Pass(Deadline.Reminder).Pass(Deadline.Reminder).Pass(Deadline.RequestExpires);

        var pages = rehearsal.Incident.Pages.Where(page => page.Question == asked.Question).ToList();
        Assert.Equal([0L, 5, 10, 20], pages.Select(page => (page.At - asked.AskedAt) / 60_000_000));
        Assert.Equal([First.Id, First.Id, Second.Id, Lead.Id], pages.Select(page => page.To));
        Assert.Equal(
            [First.Id, Second.Id, Lead.Id],
            rehearsal.Effects.Skip(before).OfType<Say>().Select(say => say.Mention).OfType<string>().Take(3)
        );
        Assert.Equal(ChangeState.Expired, rehearsal.Incident.FindRequest(asked.Question)!.State);
        Assert.Empty(rehearsal.Effects.OfType<RunAction>());
    }

    /// <summary>Rule, whether the first on call asked for it, who is on duty; then who is called at 0, 5, 10 and 20 minutes.</summary>
    public static TheoryData<string, string, string> Callings =>
        new()
        {
            { "on-call", "on-call=1,2 lead=3", "1 1 2 3" },
            { "on-call by another", "on-call=1,2 lead=3", "2 2 3 -" },
            { "on-call by another", "on-call=1 lead=3 ops-lead=6", "3 3 6 -" },
            { "on-call", "on-call=1 lead=1,3", "1 1 3 -" },
            { "on-call", "on-call=1 lead=3 ops-lead=6", "1 1 3 6" },
            { "on-call", "on-call=1,2,7 lead=3", "1 1 2 3" },
            { "on-call", "on-call=1", "1 1 - -" },
            { "on-call", "ops-lead=6", "6 6 - -" },
            { "lead", "on-call=1 ops-lead=6", "6 6 - -" },
            { "2 on-call", "on-call=1,2,7 lead=3", "1,2 1,2 7,3 -" },
            { "on-call and security", "on-call=5,1 security=5", "5,1 5,1 -,- -,-" },
            { "security", "security=4 lead=3", "4 4 - 3" },
        };

    [Theory]
    [MemberData(nameof(Callings))]
    public void Asked_is_who_may_sign_and_nobody_for_two_steps(string rule, string roster, string called)
    {
        var rehearsal = Offering(
                rule switch
                {
                    "on-call by another" => new("on-call", true),
                    "2 on-call" => new("on-call", false, 2),
                    "on-call and security" => new("on-call", false, CoSign: ["security"]),
                    _ => new(rule, false),
                }
            )
            .Tell(at => new RosterChanged(
                at,
                Roster([
                    .. roster
                        .Split(' ')
                        .Select(held => held.Split('='))
                        .Select(held => (held[0], held[1].Split(',').Select(IdOf).ToArray())),
                ])
            ))
            .Command(CommandVerb.Ask, First);
        var asked = rehearsal.Incident.Request!;

        rehearsal.Pass(Deadline.Reminder).Pass(Deadline.Reminder).Pass(Deadline.Reminder);

        var steps = rehearsal
            .Incident.Pages.Where(page => page.Question == asked.Question)
            .GroupBy(page => (page.At - asked.AskedAt) / 60_000_000);
        Assert.Equal(called, string.Join(' ', steps.Select(step => string.Join(',', step.Select(page => NumberOf(page.To))))));
        Assert.All(
            rehearsal.Incident.Pages.Where(page => page.To is not null),
            page => Assert.Contains(page.To!, rehearsal.Incident.Roster!.Of(page.Role))
        );
    }

    [Fact]
    public void A_role_without_holders_is_called_as_its_stand_in_from_the_start()
    {
        var opened = IncidentMachine.Open(Some.Opened() with { Roster = Roster(("lead", []), ("ops-lead", [Lead.Id])) }, Some.Runbook);

        Assert.Equal("ops-lead", Assert.Single(opened.Effects.OfType<Page>()).Role);
        Assert.Contains(
            opened.Effects.OfType<Say>(),
            say => say.Text.Value == "Nobody is on call by the roster now: 'ops-lead' is called instead. Put somebody on the roster."
        );
    }

    [Fact]
    public void A_shift_change_calls_only_who_may_sign_and_was_not_called()
    {
        var rehearsal = Offering(new("on-call", true))
            .Tell(at => new RosterChanged(at, Roster(("on-call", [Second.Id]), ("lead", [Lead.Id]))))
            .Command(CommandVerb.Ask, First);
        var before = rehearsal.Incident.Pages.Count;

        rehearsal.Tell(at => new RosterChanged(at, Roster(("on-call", [First.Id]), ("lead", [Lead.Id]))));
        Assert.Equal(("lead", Lead.Id), (rehearsal.Incident.Pages[^1].Role, rehearsal.Incident.Pages[^1].To));

        rehearsal.Tell(at => new RosterChanged(at, Roster(("on-call", [Second.Id]), ("lead", [Lead.Id]))));
        Assert.Equal(before + 1, rehearsal.Incident.Pages.Count);
    }

    [Fact]
    public void An_expiry_or_a_reminder_before_its_time_changes_nothing()
    {
        var rehearsal = Asking(new("on-call", false));
        var (question, effects) = (rehearsal.Incident.Request!.Question, rehearsal.Effects.Count);

        rehearsal
            .Tell(at => new DeadlinePassed(at, Deadline.RequestExpires, question))
            .Tell(at => new DeadlinePassed(at, Deadline.Reminder, question));

        Assert.Equal(Phase.AwaitingApproval, rehearsal.Incident.Phase);
        Assert.Equal(effects, rehearsal.Effects.Count);
    }

    [Theory]
    [InlineData(false, "nobody answered in 30 minutes")]
    [InlineData(true, "nobody answered in 45 minutes")]
    public void An_expiry_says_how_long_was_waited(bool isSeen, string summary)
    {
        var rehearsal = Asking(new("on-call", false));
        var request = rehearsal.Incident.Request!;
        if (isSeen)
        {
            rehearsal.Command(CommandVerb.OnIt, First);
            Assert.Equal(request.CalledFrom + (15 * Micros.Minute), rehearsal.Incident.Request!.CalledFrom);
        }

        rehearsal.Pass(Deadline.RequestExpires);

        Assert.Equal(summary, rehearsal.Incident.FindRequest(request.Question)!.Summary);
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
        var rehearsal = Offering(new("on-call", false))
            .Tell(at => new RosterChanged(at, Roster(("on-call", [First.Id]))))
            .Command(CommandVerb.Ask);

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
        Assert.Equal(ChangeState.Withdrawn, rehearsal.Incident.Requests.Last().State);

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

    private static string IdOf(string number) => number == "1" ? First.Id : $"11111111-0000-0000-0000-00000000001{number}";

    private static string NumberOf(string? id) =>
        id is null ? "-"
        : id == First.Id ? "1"
        : id[^1..];

    private static Voted Glass(long at, Person by, string why) => new(at, new QuestionId(7, 2), by, Answer.BreakGlass, why);

    private static DutyRoster Roster(params (string Role, string[] People)[] holders) =>
        new(holders.ToDictionary(entry => entry.Role, entry => (IReadOnlyList<string>)entry.People, StringComparer.Ordinal));

    /// <summary>An incident that offers raising the threads under this rule.</summary>
    private static Rehearsal Offering(ApprovalRule rule) => new Rehearsal("threads") { Rule = rule }.Relay();

    private static Rehearsal Asking(ApprovalRule rule) => Offering(rule).Command(CommandVerb.Ask);
}
