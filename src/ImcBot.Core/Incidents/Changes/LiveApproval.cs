using ImcBot.Contracts;

namespace ImcBot.Core.Incidents;

/// <summary>A live approval: the one thing that lets a change begin, and a search go on.</summary>
internal static class LiveApproval
{
    /// <summary>So long a vote stands for a plan that is the same.</summary>
    public const long VoteStands = 30 * Micros.Minute;

    /// <summary>The request is approved: its run, or its search, may begin.</summary>
    public static Draft Give(Draft draft, Change request)
    {
        draft = draft.Update(request with { State = ChangeState.Approved }).Set(incident => incident with { DenialsInARow = 0 });
        return request.Search is { } limits
            ? SearchTurns.Begin(draft, request, new GrantTerms([.. request.Approvers], request.Impact, limits.Starts + 2, limits.Minutes))
            : draft;
    }

    /// <summary>Whether exactly this plan has just been approved by its rule, the votes are young, and nothing of it has begun.</summary>
    /// <param name="searches">Whether it is the budget of a search.</param>
    public static bool MayBegin(Incident incident, QuestionId question, bool searches) =>
        incident.FindRequest(question) is { State: ChangeState.Approved } request
        && request.Search is not null == searches
        && IsByRule(incident, request)
        && incident.Now - request.Votes[^1].At <= VoteStands
        && (!searches || (incident.Search is { } search && search.Question == question && search.Plan == request.Digest));

    /// <summary>Whether a begun search has runs left of its budget and has not ended.</summary>
    public static bool GoesOn(Incident incident) =>
        incident.Search is { End: null, IsBroken: false } search
        && search.Run <= search.Grant.Runs
        && incident.FindRequest(search.Question) is { IsRunning: true } request
        && request.Digest == search.Plan
        && IsByRule(incident, request);

    private static bool IsByRule(Incident incident, Change request) =>
        request.Digest == ContentDigest.Of(request.Plan)
        && (
            request.Glass is not null
                ? request.Impact is not (Impact.Destructive or Impact.Unknown)
                : ApprovalRules.Missing(request).Count == 0
                    && !(ApprovalRules.NeedsOtherPerson(request) && request.Approvers.Contains(request.AskedBy!.Id))
        );
}
