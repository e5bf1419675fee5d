using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Isolation;
using ImcBot.Core.Runbooks;

namespace ImcBot.Core.Incidents;

/// <summary>What can be offered, each as the change it would be.</summary>
internal static class Offering
{
    /// <summary>The service works.</summary>
    public static Change Flowing { get; } =
        New(
            ChangeKind.Flowing,
            null,
            "flowing",
            "The service runs and answers: watch, walk the article anyway, or close",
            null,
            ApprovalRule.OnCall,
            null,
            null
        );

    /// <summary>A remedy of a step with everything that rides along, or the work of a person.</summary>
    /// <param name="recommended">Step that the evidence says must come first, or null.</param>
    public static Next Of(Incident incident, Step step, Offer offer, string? recommended, Person? askedBy)
    {
        if (offer.Remedy is null)
        {
            return new Wanted(PersonTaskKind.Manual, offer.Does, step.Id, offer.Name, offer.Evidence);
        }

        if (offer.Search is not null && MayExtend(incident))
        {
            return new Offered(Extension(incident, askedBy));
        }

        var ridden = Walk.WithRiders(incident, step, offer.Remedy);
        var rule = ApprovalRules.Of(incident, offer, ridden);
        var (remedy, search, approval) =
            offer.Search is null && Clears(incident, offer.Remedy) ? Clearing(incident, ridden, rule) : (ridden, offer.Search, rule);
        return new Offered(New(ChangeKind.Remedy, step.Id, offer.Name, offer.Does, remedy, approval, search, askedBy, recommended));
    }

    public static Change Start(Incident incident, Person? askedBy) =>
        New(
            ChangeKind.StartOnce,
            null,
            Walk.PlainStart,
            $"Start {incident.Runbook.Service} once and change nothing else",
            incident.Runbook.StartOnce,
            ApprovalRule.OnCall,
            null,
            askedBy
        );

    /// <summary>
    /// One approval for the end of the process and for what it was in the way of: the search that hung, at its hold or later, or else a
    /// start.
    /// </summary>
    public static Change Kill(Incident incident, Person? askedBy)
    {
        var runbook = incident.Runbook;
        var kill = runbook.StartOnce with { Rungs = [Catalog.CallOf(Purpose.End, (CallArguments.Service, runbook.Service))] };
        var (remedy, search, rule) = Clears(incident, kill)
            ? Clearing(incident, kill, ApprovalRule.OnCall)
            : (kill, null, ApprovalRule.OnCall);
        if (
            incident.Tried.LastOrDefault(change => change.WasAsked) is { State: ChangeState.Lost, Search: not null } request
            && incident.SearchOf(request.Question) is null
        )
        {
            var held = Plan.FromBytes(request.Plan).Remedy;
            (remedy, search, rule) = (held with { Rungs = [.. kill.Rungs, .. held.Rungs] }, request.Search, request.Approval);
        }

        var after = search is null ? "start it" : "go on with the search";
        return New(
            ChangeKind.Wedged,
            null,
            Walk.EndWedged,
            $"End the process of {runbook.Service}, which hangs while stopping (Q168883), and {after}; its {incident.Words.Items} "
                + "are on disk",
            remedy,
            rule,
            search,
            askedBy
        );
    }

    /// <summary>Whether an ended search has something left to try.</summary>
    public static bool MayExtend(Incident incident) =>
        incident.Search is { } spent && SearchRounds.MayExtend(incident, spent) && incident.Holding.Contains(spent);

    /// <summary>The same budget once more: a plan and a grant of its own, and the search goes on from what it has learned.</summary>
    public static Change Extension(Incident incident, Person? askedBy)
    {
        var search = incident.Search!;
        var first = incident.FindRequest(search.HeldBy)!;
        var limits = first.Search!;
        return New(
            ChangeKind.Remedy,
            first.Step,
            first.Offer,
            $"Go on with the search of {search.HeldBy.Short}: {search.Held.Count} {incident.Words.Items} are held, at most "
                + $"{limits.InWords(incident.Words)} more",
            new Remedy([SearchRounds.More(search, limits)], null, [], []),
            first.Approval,
            limits,
            askedBy
        );
    }

    public static Change Undo(Incident incident, Change attempt, Person askedBy)
    {
        var of =
            incident.Search is { } search
            && search.Question == attempt.Question
            && Plan.FromBytes(incident.FindRequest(attempt.Question)!.Plan).Remedy.Rungs.Count == 1
                ? search.HeldBy
                : attempt.Question;
        return New(
            ChangeKind.Undo,
            null,
            Incident.UndoOf(of),
            $"Undo {of.Short}: {attempt.Offer}",
            Remedy.Undo(of),
            ApprovalRule.OnCall,
            null,
            askedBy
        );
    }

    public static Change Items(string offer, string does, Remedy remedy, ApprovalRule rule, Person askedBy) =>
        New(ChangeKind.Items, null, offer, does, remedy, rule, null, askedBy);

    /// <summary>What was asked before, under a question of its own.</summary>
    public static Change Again(Change request) =>
        New(
            request.Kind,
            request.Step,
            request.Offer,
            request.Does,
            Plan.FromBytes(request.Plan).Remedy,
            request.Approval,
            request.Search,
            request.AskedBy
        );

    /// <summary>An approval that has aged: planned again under the same question.</summary>
    public static Change Renewal(Change request) =>
        request with
        {
            State = ChangeState.Offered,
            Remedy = Plan.FromBytes(request.Plan).Remedy,
            Recommended = null,
            Plannings = request.Plannings + 1,
        };

    /// <summary>Offers it: a relay plans it first, and the card shows it.</summary>
    public static Draft Put(Draft draft, Change proposal)
    {
        draft = draft.DropQuestions().Set(incident => incident with { Task = null });
        if (proposal.Remedy is not { } remedy)
        {
            return draft.Offer(proposal).Show(CardKind.Incident);
        }

        if (!proposal.WasAsked)
        {
            draft = draft.NextQuestion();
            proposal = proposal with { Question = draft.Incident.Id(draft.Incident.LastQuestion) };
        }

        var question = proposal.Question;
        var due = draft.Incident.Now + (draft.Incident.Profile.CheckSeconds * Micros.Second);
        return draft
            .Offer(proposal with { DueAt = due })
            .Add(new MakePlan(new RunId(question, proposal.Plannings), remedy))
            .Wake(Deadline.PlanOverdue, question, due)
            .Show(CardKind.Incident);
    }

    /// <summary>Whether it takes away what kept a search from going on: items that keep arriving, or a service that did not stop.</summary>
    private static bool Clears(Incident incident, Remedy remedy) =>
        incident.Search is { End: { } end, State: { } state }
        && remedy.Rungs.Any(call =>
            KeepsOut(call) || (Catalog.PurposeOf(call.Use) is Purpose.End && (state.Down || end.Reason is SearchEndReason.Wedged))
        );

    private static bool KeepsOut(Call call) => Catalog.Say(call, Trait.Holds) && !Catalog.Say(call, Trait.Items);

    /// <summary>
    /// What clears the way carries what brings the service back: the rest of the search, with limits of its own, or a new one where nothing
    /// is held from it any more and something came into the queue since; without either, a start.
    /// </summary>
    private static (Remedy Remedy, SearchLimits? Search, ApprovalRule Approval) Clearing(
        Incident incident,
        Remedy remedy,
        ApprovalRule rule
    )
    {
        var search = incident.Search!;
        var first = incident.FindRequest(search.HeldBy)!;
        var rest = SearchRounds.Rest(incident, search);
        var isHolding = incident.Holding.Contains(search);
        var (more, limits) =
            isHolding && SearchRounds.MayResume(incident, search, rest) ? ([SearchRounds.More(search, rest)], rest)
            : !isHolding && SearchRounds.HasFallen(incident, search) && Begun(first) is { Count: > 0 } again ? (again, first.Search)
            : ([], null);
        return limits is null
            ? (remedy, null, rule)
            : (remedy with { Rungs = [.. remedy.Rungs, .. more], Starts = [] }, limits, rule.With(first.Approval));
    }

    /// <summary>The search alone that this request has begun, without what was cleared away or rode along.</summary>
    private static List<Call> Begun(Change request) =>
        [.. Plan.FromBytes(request.Plan).Remedy.Rungs.Where(call => Catalog.PurposeOf(call.Use) is Purpose.Search)];

    private static Change New(
        ChangeKind kind,
        string? step,
        string offer,
        string does,
        Remedy? remedy,
        ApprovalRule approval,
        SearchLimits? search,
        Person? askedBy,
        string? recommended = null
    ) =>
        new(default, kind, step, offer)
        {
            Does = does,
            Remedy = remedy,
            Approval = approval,
            Search = search,
            AskedBy = askedBy,
            Recommended = recommended,
        };
}
