using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Core.Tests.Incidents;

/// <summary>
/// An approval that has not begun: it ages, it can be taken back, and it counts only while those who gave it may give it.
/// </summary>
public sealed class An_approval_ages
{
    private const long Life = 10 * 60_000_000L;

    private static readonly Person Second = Some.Person("11111111-0000-0000-0000-000000000012", "Oda Berg", "on-call");

    [Fact]
    public void What_the_relay_fetches_within_the_life_of_a_grant_is_granted()
    {
        var rehearsal = Approved("threads").Wait(9 * 60);

        Fetch(rehearsal, Some.OnCall);

        Assert.NotNull(rehearsal.Incident.Requests.Last().GrantedAt);
        Assert.Equal(Phase.Acting, rehearsal.Incident.Phase);
    }

    [Theory]
    [InlineData("threads")]
    [InlineData("message")]
    public void What_it_fetches_later_is_planned_again_and_the_approval_stands_for_the_same_plan(string step)
    {
        var rehearsal = Approved(step);
        var approved = rehearsal.Incident.Requests.Last();
        var runs = rehearsal.Effects.OfType<RunAction>().Count();

        Fetch(rehearsal.Wait(11 * 60), Some.OnCall);
        Assert.Equal(
            (Phase.Planning, new RunId(approved.Question, 2)),
            (rehearsal.Incident.Phase, rehearsal.Effects.OfType<MakePlan>().Last().Run)
        );
        Assert.Equal(runs, rehearsal.Effects.OfType<RunAction>().Count());
        Plan(rehearsal, rehearsal.BytesOf);

        var stands = rehearsal.Incident.FindRequest(approved.Question)!;
        Assert.Equal((ChangeState.Approved, approved.Digest), (stands.State, stands.Digest));
        Assert.NotNull(stands.StandsSince);
        Assert.Contains(rehearsal.Said, text => text.Contains("Olu Adeyemi may still sign: the approval stands", StringComparison.Ordinal));
        Assert.True(rehearsal.Incident.Phase is Phase.Acting or Phase.Searching);
        Assert.NotNull(Fetch(rehearsal, Some.OnCall).Incident.FindRequest(approved.Question)!.GrantedAt);
    }

    [Theory]
    [InlineData("the plan is another")]
    [InlineData("the vote is older than half an hour")]
    [InlineData("the voter is off duty")]
    [InlineData("nobody knows who is on duty")]
    public void It_is_asked_anew_when(string reason)
    {
        var rehearsal = Approved("threads");
        var approved = rehearsal.Incident.Requests.Last().Question;
        Fetch(rehearsal.Wait(reason.Contains("half an hour", StringComparison.Ordinal) ? 31 * 60 : 11 * 60), Some.OnCall);
        if (reason.Contains("duty", StringComparison.Ordinal))
        {
            var on = reason.Contains("nobody", StringComparison.Ordinal) ? null : Roster(Second);
            rehearsal.Set(incident => incident with { Roster = on });
        }

        Plan(
            rehearsal,
            (question, remedy) =>
                reason.Contains("another", StringComparison.Ordinal)
                    ? Other(rehearsal, question, remedy)
                    : rehearsal.BytesOf(question, remedy)
        );
        rehearsal.Relay();

        Assert.Equal(Phase.AwaitingApproval, rehearsal.Incident.Phase);
        Assert.NotEqual(approved, rehearsal.Incident.Request!.Question);
        Assert.Empty(rehearsal.Incident.Request.Votes);
        Assert.Equal(ChangeState.Withdrawn, rehearsal.Incident.FindRequest(approved)!.State);
    }

    [Fact]
    public void What_cannot_be_undone_is_never_done_on_an_approval_that_has_aged()
    {
        var rehearsal = new Rehearsal("disk-space")
            .Tell(at => new RosterChanged(at, Roster(Some.OnCall)))
            .Relay()
            .Command(CommandVerb.Ask)
            .Vote(Answer.Approve);

        Plan(Fetch(rehearsal.Wait(11 * 60), Some.OnCall), rehearsal.BytesOf).Relay();

        Assert.Equal(Phase.AwaitingApproval, rehearsal.Incident.Phase);
    }

    [Fact]
    public void A_grant_is_not_made_for_an_approver_who_has_lost_the_role()
    {
        var rehearsal = Approved("threads");

        Fetch(rehearsal, Some.OnCall with { Roles = [] }).Relay();

        Assert.Equal(Phase.AwaitingApproval, rehearsal.Incident.Phase);
        Assert.Contains(rehearsal.Said, text => text.Contains("no longer holds the role", StringComparison.Ordinal));
        Assert.Empty(rehearsal.Incident.Request!.Votes);
    }

    [Fact]
    public void A_search_that_is_taken_back_before_it_began_leaves_the_one_before_it_as_it_was()
    {
        var spool = new FakeSpool(200, new HashSet<int> { 17, 60 }, IndexSet.Empty, 17, 40, 60, 80);
        var rehearsal = new Rehearsal("message").Relay();
        rehearsal.Round = run =>
        {
            var report = spool.Take(run);
            rehearsal.ServiceUp = spool.Up;
            return report;
        };
        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();
        var ended = rehearsal.Incident.Search!;

        var question = rehearsal.Command(CommandVerb.GoOn).Relay().Incident.Request!.Question;
        rehearsal.Vote(Answer.Approve).Command(CommandVerb.Retract, Some.OnCall, question: question);

        Assert.Equal(
            (ended.Question, ended.Held, ended.End),
            (rehearsal.Incident.Search!.Question, rehearsal.Incident.Search.Held, rehearsal.Incident.Search.End)
        );
        Assert.Equal(Phase.Surveying, rehearsal.Incident.Phase);
    }

    [Fact]
    public void An_answer_is_taken_back_by_whoever_gave_it_alone()
    {
        var rehearsal = new Rehearsal("threads") { Rule = new("on-call", false, 2) }
            .Relay()
            .Command(CommandVerb.Ask)
            .Vote(Answer.Approve);
        var question = rehearsal.Incident.Request!.Question;

        Assert.NotNull(rehearsal.Command(CommandVerb.Retract, Second, question: question).Declined);
        rehearsal.Command(CommandVerb.Retract, Some.OnCall, question: question);

        Assert.Empty(rehearsal.Incident.Request!.Votes);
        Assert.Equal(Phase.AwaitingApproval, rehearsal.Vote(Answer.Approve, Second).Incident.Phase);
    }

    [Fact]
    public void An_approval_is_taken_back_until_it_has_begun()
    {
        var rehearsal = Approved("threads");
        var question = rehearsal.Incident.Requests.Last().Question;
        Assert.NotNull(rehearsal.Command(CommandVerb.Retract, Some.Responder, question: question).Declined);

        rehearsal.Command(CommandVerb.Retract, Some.OnCall, question: question);
        Assert.Equal((Phase.Surveying, ChangeState.Withdrawn), (rehearsal.Incident.Phase, rehearsal.Incident.FindRequest(question)!.State));

        var begun = Fetch(Approved("threads"), Some.OnCall);
        Assert.Contains(
            "once it has begun",
            begun.Command(CommandVerb.Retract, Some.OnCall, question: question).Declined,
            StringComparison.Ordinal
        );
        Assert.Equal(Phase.Acting, begun.Incident.Phase);
    }

    [Fact]
    public void A_vote_after_the_end_of_its_request_never_counts_whatever_became_of_the_deadline()
    {
        var rehearsal = new Rehearsal("threads").Relay().Command(CommandVerb.Ask).Wait(30 * 60);
        var question = rehearsal.Incident.Request!.Question;

        rehearsal.Vote(Answer.DenyStop);
        Assert.NotNull(rehearsal.Declined);
        rehearsal.Vote(Answer.Approve).Relay();

        Assert.Equal(ChangeState.Expired, rehearsal.Incident.FindRequest(question)!.State);
        Assert.Equal(Phase.AwaitingApproval, rehearsal.Incident.Phase);
        Assert.DoesNotContain(rehearsal.Effects, effect => effect is RunAction);
    }

    [Fact]
    public void Whoever_approves_an_undo_too_late_is_told_the_words_that_ask_for_it_again()
    {
        var rehearsal = new Rehearsal("threads").Relay().Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();
        var done = rehearsal.Incident.Requests.Last().Question.Number;
        rehearsal.Command(CommandVerb.Undo, argument: $"{done}").Relay().Wait(30 * 60);

        rehearsal.Vote(Answer.Approve);

        Assert.Contains($"'undo {done}' asks for it again.", rehearsal.Said.Last(), StringComparison.Ordinal);
        Assert.Null(rehearsal.Relay().Command(CommandVerb.Undo, argument: $"{done}").Declined);
    }

    [Theory]
    [InlineData("return 18", "'messages return 18' asks for it again.")]
    [InlineData("return archived", "'messages return archived' asks for it again.")]
    public void Whoever_approves_what_is_done_with_items_too_late_is_told_the_words_that_ask_for_it_again(string words, string told)
    {
        var rehearsal = new FakeSpool(60, new HashSet<int> { 17 }, IndexSet.Of(17)).Searched();
        rehearsal.Command(CommandVerb.Messages, argument: words).Relay().Wait(30 * 60);

        rehearsal.Vote(Answer.Approve);

        Assert.Contains(rehearsal.Said, text => text.EndsWith(told, StringComparison.Ordinal));
    }

    [Fact]
    public void Whoever_says_that_they_look_at_it_holds_up_the_calls_once_for_fifteen_minutes()
    {
        var rehearsal = new Rehearsal("threads").Relay().Command(CommandVerb.Ask);
        var (asked, expires) = (rehearsal.Incident.Request!.AskedAt, rehearsal.Incident.Request.ExpiresAt);
        var page = rehearsal.Incident.Pages[^1].Number;
        var pages = rehearsal.Effects.OfType<Page>().Count();

        rehearsal
            .Tell(at => new Acknowledged(at, page, "Olu"))
            .Tell(at => new DeadlinePassed(asked + (6 * 60_000_000L), Deadline.Reminder, rehearsal.Incident.Request!.Question));
        Assert.Equal(pages, rehearsal.Effects.OfType<Page>().Count());
        Assert.NotNull(rehearsal.Command(CommandVerb.OnIt, Some.OnCall).Declined);

        rehearsal.Pass(Deadline.Reminder);
        Assert.Equal(asked + (20 * 60_000_000L), rehearsal.Told[^1].Fact.At - 1, 1_000_000d);
        Assert.True(rehearsal.Effects.OfType<Page>().Count() > pages);
        Assert.Equal(expires + (15 * 60_000_000L), rehearsal.Incident.Request!.ExpiresAt);
        Assert.Equal(Phase.AwaitingApproval, rehearsal.Incident.Phase);
    }

    [Fact]
    public void An_incident_whose_service_is_down_is_closed_only_when_it_is_said_twice()
    {
        var rehearsal = new Rehearsal("threads").Relay().Command(CommandVerb.Close);
        Assert.Equal(Phase.Planning, rehearsal.Incident.Phase);
        Assert.Contains(rehearsal.Said, text => text.Contains("Say 'close' once more", StringComparison.Ordinal));

        rehearsal.Wait(11 * 60).Command(CommandVerb.Close);
        Assert.Equal(Phase.Planning, rehearsal.Incident.Phase);

        rehearsal.Wait(9 * 60).Command(CommandVerb.Close);
        Assert.Equal(Phase.Closed, rehearsal.Incident.Phase);
    }

    [Fact]
    public void A_card_that_the_channel_does_not_take_is_paged_and_told_and_a_reply_that_it_does_not_take_ends_there()
    {
        var rehearsal = new Rehearsal("threads").Relay().Command(CommandVerb.Ask);
        var pages = rehearsal.Effects.OfType<Page>().Count();

        rehearsal.Tell(at => new Unposted(
            at,
            new PostKey(CardKind.Approval, rehearsal.Incident.Request!.Question),
            "403: the bot is not in the roster"
        ));
        Assert.Contains("not in the roster", rehearsal.Effects.OfType<Page>().ElementAt(pages).Text.Value, StringComparison.Ordinal);
        Assert.Contains(rehearsal.Said, text => text.Contains("could not be shown", StringComparison.Ordinal));

        Assert.Empty(rehearsal.Tell(at => new Unposted(at, null, "403")).Told[^1].Decision.Effects);
    }

    [Fact]
    public void A_takeover_is_given_back_by_whoever_took_it_or_a_lead()
    {
        var rehearsal = new Rehearsal("threads").Relay().Command(CommandVerb.Takeover, Some.OnCall);

        Assert.NotNull(rehearsal.Command(CommandVerb.Resume, Some.Responder).Declined);
        Assert.NotNull(rehearsal.Command(CommandVerb.Hand, Some.Responder).Declined);

        Assert.Null(rehearsal.Command(CommandVerb.Resume, Some.Lead).Incident.TakenOverBy);
    }

    [Fact]
    public void One_that_is_planned_again_can_still_be_taken_back()
    {
        var rehearsal = Approved("threads");
        var question = rehearsal.Incident.Requests.Last().Question;
        Fetch(rehearsal.Wait(11 * 60), Some.OnCall);
        Assert.Equal(ChangeState.Offered, rehearsal.Incident.FindRequest(question)!.State);

        rehearsal.Command(CommandVerb.Retract, Some.OnCall, question: question);

        Assert.Null(rehearsal.Declined);
        Assert.Equal((Phase.Surveying, ChangeState.Withdrawn), (rehearsal.Incident.Phase, rehearsal.Incident.FindRequest(question)!.State));
    }

    private static Rehearsal Approved(string step) =>
        new Rehearsal(step).Tell(at => new RosterChanged(at, Roster(Some.OnCall))).Relay().Command(CommandVerb.Ask).Vote(Answer.Approve);

    private static DutyRoster Roster(params Person[] onCall) =>
        new(
            new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
            {
                [Role.OnCall] = [.. onCall.Select(person => person.Id)],
            }
        );

    private static Rehearsal Fetch(Rehearsal rehearsal, params Person[] signers) =>
        rehearsal.Tell(at => new Granted(at, rehearsal.Incident.Requests.Last().Question, signers, Life));

    private static Rehearsal Plan(Rehearsal rehearsal, Func<QuestionId, Remedy, byte[]> bytes)
    {
        var asked = rehearsal.Effects.OfType<MakePlan>().Last();
        return rehearsal.Tell(at => new Planned(
            at,
            new(asked.Run, JobKind.Plan, Verdict.Clear, "planned", new Dictionary<string, string>(StringComparer.Ordinal), at)
            {
                Plan = bytes(asked.Run.Question, asked.Remedy),
            }
        ));
    }

    private static byte[] Other(Rehearsal rehearsal, QuestionId question, Remedy remedy) =>
        Contracts.Plan.ToBytes(Contracts.Plan.FromBytes(rehearsal.BytesOf(question, remedy)) with { Users = "Now somebody notices." });
}
