using ImcBot.Core.Approvals;

namespace ImcBot.Core.Incidents;

/// <summary>Answers to what was asked: which count, and what they make of it.</summary>
internal static class Votes
{
    /// <summary>So long the owner without the role holds a request up, once.</summary>
    internal const long OwnersPause = 10 * Micros.Minute;

    public static string? Refuse(Incident incident, Voted voted) =>
        incident.RequestOf(voted.Question) is not { } request ? RefuseLate(incident, voted)
        : request.HasExpired(incident.Now)
            ? voted.Answer is Answer.Approve && Refuse(request, voted) is null ? null
                : Refuse(request, voted) ?? $"{request.Question.Short} ended before you answered; your answer changes nothing."
        : PausedFor(incident, request, voted) ?? Refuse(request, voted);

    public static Draft Learn(Draft draft, Voted voted)
    {
        if (draft.Incident.RequestOf(voted.Question) is not { } request)
        {
            return AskAgain(draft, draft.Incident.FindRequest(voted.Question)!, voted.By);
        }

        if (request.HasExpired(draft.Incident.Now))
        {
            return draft.Expire(request);
        }

        if (ApprovalRules.IsObjection(request, voted.By, voted.Answer))
        {
            return Object(draft, request, voted);
        }

        request = request with { Votes = request.Votes.Add(new(voted.By, voted.Answer, voted.Why, voted.At)) };
        return voted.Answer switch
        {
            Answer.Approve when ApprovalRules.Missing(request) is { Count: > 0 } missing => Count(draft, request, missing),
            Answer.Approve => LiveApproval.Give(draft, request),
            Answer.BreakGlass => LiveApproval.Give(BreakGlass(draft, request, voted), request),
            _ => Deny(draft, request),
        };
    }

    /// <summary>What comes after a refusal, and after a request whose time was over when its yes came.</summary>
    public static Next? Follows(Incident before, Incident after, Voted voted) =>
        before.RequestOf(voted.Question) is not { } request || after.Request is not null ? null
        : request.HasExpired(before.Now) || voted.Answer is Answer.DenyNext ? Walk.On(after)
        : voted.Answer is Answer.DenyStop ? new HandedOver("The request was refused; ImcBot stops asking.")
        : null;

    /// <summary>
    /// A yes after the request's time: it is planned anew and asked again, if it is what is offered now; else its sender is told how to.
    /// </summary>
    public static Draft AfterOverdue(Draft draft, Incident before, Voted voted) =>
        before.RequestOf(voted.Question) is not { } request || !request.HasExpired(before.Now) ? draft
        : IsOfferedAgain(draft.Incident, request) ? AskAgain(draft, request, voted.By)
        : draft.Say($"{request.Question.Short} had expired when {voted.By.Name} approved it.{HowAgain(request)}");

    /// <summary>How to ask for it again, as a sentence behind a blank; nothing where no words ask for exactly this.</summary>
    public static string HowAgain(Change expired) => expired.Typed is { } words ? $" '{words}' asks for it again." : "";

    private static bool IsOfferedAgain(Incident incident, Change expired) =>
        incident.Proposal is { Remedy: { } remedy } proposal
        && Choice.Of(proposal) == Choice.Of(expired)
        && (proposal.Kind is not ChangeKind.Items || remedy.IsSame(expired.Remedy!));

    private static string? Refuse(Change request, Voted voted) =>
        voted.Answer switch
        {
            Answer.Approve or Answer.BreakGlass when voted.Plan is { } plan && plan != request.Digest =>
                $"The plan of {request.Question.Short} is not the one you answered; read its newest card and answer that.",
            Answer.Approve => ApprovalRules.Refuse(request, voted.By),
            Answer.BreakGlass => ApprovalRules.RefuseGlass(request, voted.By, voted.ReasonLength ?? 0),
            Answer.DenyNext or Answer.DenyStop => null,
            _ => $"That is no answer to {request.Question.Short}; say approve or deny.",
        };

    /// <summary>An answer that comes too late changes nothing; a late yes has the same remedy planned and asked again.</summary>
    private static string? RefuseLate(Incident incident, Voted voted) =>
        incident.FindRequest(voted.Question) is not { } decided ? $"{voted.Question.Short} is no request of {incident.Name}."
        : decided.State is ChangeState.Expired
        && voted.Answer is Answer.Approve
        && (Refuse(decided, voted) is not null || IsOfferedAgain(incident, decided))
            ? Refuse(decided, voted)
        : $"{voted.Question.Short} was {decided.Answered!.ToLowerInvariant()} already; your answer changes nothing.";

    private static string? PausedFor(Incident incident, Change request, Voted voted) =>
        voted.Answer is Answer.Approve or Answer.BreakGlass && request.IsHeldUp(incident.Now)
            ? $"The owner has paused {request.Question.Short} for another "
                + $"{Math.Max(1, (request.PausedUntil!.Value - incident.Now) / Micros.Minute)} min; approve it then."
            : null;

    private static Draft AskAgain(Draft draft, Change expired, Person by) =>
        Commands.Ask(
            draft.Say(
                $"{expired.Question.Short} had expired when {by.Name} approved it. It is planned anew as "
                    + $"{draft.Incident.Proposal!.Question.Short} and asked again.",
                expired.Approval.Role
            ),
            draft.Incident.Proposal.AskedBy ?? expired.AskedBy!
        );

    /// <summary>The no of somebody who could not have approved: it stands on the card. The owner's holds the request up, once.</summary>
    private static Draft Object(Draft draft, Change request, Voted voted)
    {
        request = request with
        {
            Objections = request
                .Objections.RemoveAll(objection => objection.By == voted.By)
                .Add(new(voted.By, voted.Answer, voted.Why, voted.At)),
        };
        if (ApprovalRules.MayHoldUp(draft.Incident, request, voted.By))
        {
            var until = draft.Incident.Now + OwnersPause;
            request = request with
            {
                PausedUntil = until,
                PausedBy = voted.By,
                RemindAt = request.RemindAt < until ? until : request.RemindAt,
                ExpiresAt = request.ExpiresAt + OwnersPause,
            };
            draft = draft
                .Say(
                    $"{voted.By.Name} owns {draft.Incident.Name} and holds {request.Question.Short} up for "
                        + $"{OwnersPause / Micros.Minute} minutes. "
                        + "Whoever may approve it may refuse it meanwhile."
                )
                .When(request.RemindAt == until, held => held.Wake(Deadline.Reminder, request.Question, until))
                .Wake(Deadline.PauseEnds, request.Question, until)
                .Wake(Deadline.RequestExpires, request.Question, request.ExpiresAt);
        }

        return draft.Update(request).Show(CardKind.Approval, request.Question).Show(CardKind.Incident);
    }

    /// <summary>One signature more; others are still wanted.</summary>
    private static Draft Count(Draft draft, Change request, IReadOnlyList<string> missing)
    {
        var next = CallOrder.First(request, draft.Incident.Roster)[0];
        return draft
            .Update(request)
            .Show(CardKind.Approval, request.Question)
            .Say(
                $"{request.Votes[^1].By.Name} approved {request.Question.Short}; it still needs {ApprovalRule.InWords(missing)}.",
                next.Person ?? next.Role
            );
    }

    private static Draft BreakGlass(Draft draft, Change request, Voted voted) =>
        draft
            .Set(incident => incident with { Reviewer = null })
            .Say(
                $"BREAK-GLASS: {voted.By.Name} approved {request.Question.Short} alone. Somebody else must review it: 'review @name'. "
                    + "Until then the incident cannot be closed.",
                Role.Lead
            )
            .Alarm(Role.Lead, $"{draft.Incident.Label}: break-glass for {request.Question.Short}", request.Question);

    private static Draft Deny(Draft draft, Change request) =>
        draft
            .End(request with { State = ChangeState.Refused, Summary = "refused", By = request.Votes[^1].By })
            .Set(incident => incident with { DenialsInARow = incident.DenialsInARow + 1 })
            .Show(CardKind.Approval, request.Question);
}
