using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Runbooks;

namespace ImcBot.Core.Incidents;

/// <summary>Approvals age: what has not begun in time is planned anew. Until it begins it can be taken back.</summary>
internal static class Ageing
{
    /// <summary>An approved request no run of which has been reported.</summary>
    public static Change? Unbegun(Incident incident, QuestionId question) =>
        incident.Search?.Question != question || incident.Search.Run == 1
            ? incident.Running.FirstOrDefault(change => change.Question == question)
            : null;

    public static string? Refuse(Incident incident, Granted granted) =>
        Unbegun(incident, granted.Question) is null ? $"{granted.Question.Short} waits for no grant." : null;

    /// <summary>
    /// The relay has come for the first run: roles are looked at again, and an approval that is older than its grant would be is not used.
    /// </summary>
    public static Draft Learn(Draft draft, Granted granted)
    {
        var request = Unbegun(draft.Incident, granted.Question)!;
        if (IsUnsigned(request, granted))
        {
            return TakeBack(draft, request)
                .Say(
                    $"Whoever approved {request.Question.Short} no longer holds the role for it, and nothing had begun. It is "
                        + "planned and asked anew."
                );
        }

        if (HasAged(draft.Incident, request, granted))
        {
            var minutes = (draft.Incident.Now - request.Votes[^1].At) / Micros.Minute;
            return TakeBack(draft, request)
                .Say(
                    $"{request.Question.Short} was approved {SubjectWords.Count(minutes, "minute")} ago and has not begun. It is "
                        + "planned again first."
                );
        }

        draft = draft.Update(
            request with
            {
                State = ChangeState.Running,
                GrantedAt = request.GrantedAt ?? draft.Incident.Now,
                WaitsFor = null,
                IsOverdue = false,
            }
        );
        return draft.When(
            request.WaitsFor is not null,
            turn =>
                ShowTurn(turn.Say($"It is the turn of {request.Question.Short} now."), request.Question)
                    .Wake(Deadline.RunOverdue, request.Question, turn.Incident.Now + Runs.Patience(turn.Incident))
        );
    }

    /// <summary>The plan anew, where the approval is no longer signed or has aged.</summary>
    public static Next? Follows(Incident before, Granted granted) =>
        Unbegun(before, granted.Question) is not { } request ? null
        : IsUnsigned(request, granted) ? new Offered(Offering.Again(request))
        : HasAged(before, request, granted) ? new Offered(Offering.Renewal(request))
        : null;

    public static string? Refuse(Incident incident, Queued queued) =>
        Unbegun(incident, queued.Question) is { State: ChangeState.Approved } request && request.WaitsFor != queued.Behind
            ? null
            : $"{queued.Question.Short} does not wait for its turn.";

    /// <summary>Another incident of the host acts. Whoever waits says so, once in words and for as long as it waits on its cards.</summary>
    public static Draft Learn(Draft draft, Queued queued)
    {
        var request = Unbegun(draft.Incident, queued.Question)!;
        var waits = Summary.Waits(draft.Incident, queued.Behind);
        return ShowTurn(
            draft
                .Update(request with { WaitsFor = queued.Behind })
                .When(
                    request.WaitsFor is null,
                    told =>
                        told.Say($"{request.Question.Short} is approved and {waits}: changes go one at a time there. It goes on by itself.")
                ),
            queued.Question
        );
    }

    /// <summary>
    /// The new plan of an approval that has aged: the vote stands where nothing is different and nothing is lost for good, else it is asked
    /// anew.
    /// </summary>
    public static Draft Conclude(Draft draft, Change approved, byte[] plan)
    {
        if (!Stands(draft.Incident, approved, plan))
        {
            return draft.Say($"The approval of {approved.Question.Short} does not stand for its new plan; it is asked anew.");
        }

        var signers = string.Join(
            " and ",
            approved.Votes.Where(vote => vote.Answer is Answer.Approve or Answer.BreakGlass).Select(vote => vote.By.Name)
        );
        return LiveApproval.Give(
            draft.Say($"The new plan of {approved.Question.Short} is the same, and {signers} may still sign: the approval stands."),
            approved with
            {
                StandsSince = draft.Incident.Now,
                GrantedAt = null,
                WaitsFor = null,
            }
        );
    }

    public static bool Stands(Incident incident, Change approved, byte[] plan) =>
        ContentDigest.Of(plan) == approved.Digest
        && approved.Impact is Impact.Reversible or Impact.Disruptive
        && incident.Now - approved.Votes[0].At <= LiveApproval.VoteStands
        && incident.Roster is { } roster
        && IsSigned(approved, person => roster.RolesOf(person.Id));

    public static string? RefuseRetract(Incident incident, Commanded command) =>
        command.Question is not { } question || question == default ? "Say which: retract 7/3."
        : incident.RequestOf(question) is { } open
            ? HasAnswered(open, command.By) ? null
                : $"You have given no answer to {open.Question.Short} that could be taken back."
        : Approved(incident, question) is not { } request
            ? $"{question.Short} has no answer that can be taken back; once it has begun, 'undo' is offered when it has ended."
        : request.Votes.Exists(vote => vote.By == command.By) || ApprovalRules.MayRefuse(request, command.By) ? null
        : $"Only who approved {question.Short}, or could have refused it, takes the approval back.";

    /// <summary>People take back their own answer, or an approval nothing of which has begun.</summary>
    public static Draft Retract(Draft draft, Commanded command)
    {
        if (!TakesBack(draft.Incident, command))
        {
            return RetractAnswer(draft, draft.Incident.Request!, command.By);
        }

        var question = command.Question!.Value;
        return TakeBack(draft, Approved(draft.Incident, question)!)
            .Say($"{command.By.Name} took the approval of {question.Short} back; nothing had begun. Everything is checked again.");
    }

    /// <summary>Whether something is approved and nothing of it has begun.</summary>
    public static bool Waits(Incident incident) => Waiting(incident).Any();

    /// <summary>What was approved under this question, may be planned again since, and has not begun.</summary>
    private static Change? Approved(Incident incident, QuestionId question) =>
        Waiting(incident)
            .Append(incident.Proposal is { WasAsked: true } renewed ? renewed : null)
            .FirstOrDefault(change => change?.Question == question);

    private static IEnumerable<Change> Waiting(Incident incident) =>
        incident.Running.Where(change => change.State is ChangeState.Approved && Unbegun(incident, change.Question) is not null);

    /// <summary>Without any approval of which nothing has begun.</summary>
    public static Draft TakeBackAll(Draft draft) =>
        Waiting(draft.Incident)
            .Aggregate(
                draft,
                (taken, change) =>
                    TakeBack(taken, change).Say($"The approval of {change.Question.Short} is taken back; nothing of it had begun.")
            );

    /// <summary>Whether it takes back an approval, and not only an answer.</summary>
    public static bool TakesBack(Incident before, Commanded command) => before.Request?.Question != command.Question;

    private static bool IsUnsigned(Change request, Granted granted) =>
        !IsSigned(request, person => granted.Signers.FirstOrDefault(signer => signer.Id == person.Id)?.Roles ?? []);

    private static bool HasAged(Incident incident, Change request, Granted granted) =>
        incident.Now - (request.GrantedAt ?? request.StandsSince ?? request.Votes[^1].At) > granted.Life;

    /// <summary>Whether the votes fill every seat, or one on call broke the glass, with these roles.</summary>
    private static bool IsSigned(Change request, Func<Person, IReadOnlyList<string>> roles)
    {
        var today = request with { Votes = [.. request.Votes.Select(vote => vote with { By = vote.By with { Roles = roles(vote.By) } })] };
        return request.Glass is { } glass ? Role.Signs(roles(glass.By), Role.OnCall) : ApprovalRules.Missing(today).Count == 0;
    }

    /// <summary>As if it had not been approved: nothing of it has begun.</summary>
    private static Draft TakeBack(Draft draft, Change request)
    {
        draft = draft.End(request with { State = ChangeState.Withdrawn });
        return draft
            .When(draft.Incident.Search?.Question == request.Question, SearchTurns.TakeBack)
            .Show(CardKind.Approval, request.Question);
    }

    private static Draft ShowTurn(Draft draft, QuestionId question) => draft.Show(CardKind.Approval, question).Show(CardKind.Incident);

    private static bool HasAnswered(Change open, Person by) =>
        open.Votes.Exists(vote => vote.By == by) || open.Objections.Exists(objection => objection.By == by);

    private static Draft RetractAnswer(Draft draft, Change open, Person by)
    {
        var pauses = open.PausedBy == by && open.IsHeldUp(draft.Incident.Now) && open.Objections.Exists(objection => objection.By == by);
        return draft
            .Update(
                open with
                {
                    Votes = open.Votes.RemoveAll(vote => vote.By == by),
                    Objections = open.Objections.RemoveAll(objection => objection.By == by),
                    PausedUntil = pauses ? draft.Incident.Now : open.PausedUntil,
                    PausedBy = pauses ? null : open.PausedBy,
                    RemindAt = pauses && open.RemindAt is not null ? draft.Incident.Now : open.RemindAt,
                }
            )
            .When(pauses && open.RemindAt is not null, released => released.Wake(Deadline.Reminder, open.Question, released.Incident.Now))
            .Say($"{by.Name} took their answer to {open.Question.Short} back.")
            .Show(CardKind.Approval, open.Question);
    }
}
