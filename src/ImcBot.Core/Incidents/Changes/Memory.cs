using ImcBot.Contracts;

namespace ImcBot.Core.Incidents;

/// <summary>What was offered and what became of it, as the incident remembers it.</summary>
internal static class Memory
{
    /// <summary>Offers it, in the place of what was offered before; what was approved and is planned again keeps its own.</summary>
    public static Draft Offer(this Draft draft, Change change) =>
        change.WasAsked
            ? draft.Update(change)
            : draft.DropOffer().Set(incident => incident with { Changes = incident.Changes.Add(change) });

    /// <summary>Nothing is offered any more. What nobody was asked for leaves no trace.</summary>
    public static Draft DropOffer(this Draft draft) =>
        draft.Incident.Proposal switch
        {
            null => draft,
            { WasAsked: true } asked => draft.End(asked with { State = ChangeState.Withdrawn }),
            var offered => draft.Set(incident => incident with { Changes = incident.Changes.RemoveAt(IndexOf(incident, offered)) }),
        };

    /// <summary>The change as it stands now.</summary>
    public static Draft Update(this Draft draft, Change change) =>
        draft.Set(incident => incident with { Changes = incident.Changes.SetItem(IndexOf(incident, change), change) });

    /// <summary>It has ended. What was never offered (a rider, work by hand) is told when it has.</summary>
    public static Draft End(this Draft draft, Change change) =>
        draft.Set(incident =>
            incident with
            {
                Changes = (IndexOf(incident, change) is >= 0 and var at ? incident.Changes.RemoveAt(at) : incident.Changes).Add(
                    change with
                    {
                        At = incident.Now,
                        Outage = incident.Outage,
                    }
                ),
            }
        );

    /// <summary>Its run has ended, and with it what rode along.</summary>
    public static Draft EndRun(this Draft draft, Change request, ChangeState outcome, Report report)
    {
        var remedy = Plan.FromBytes(request.Plan).Remedy;
        return draft
            .End(
                request with
                {
                    State = outcome,
                    Told = request.Search is null ? OwnOf(report, remedy, outcome) : request.Told ?? Cleared(report, remedy),
                    Started = outcome is not ChangeState.Voided && (remedy.Starts.Count > 0 || request.Search is not null),
                    Summary = report.Summary,
                    Effects = report.Effects ?? [],
                    By = request.Votes[^1].By,
                }
            )
            .EndRiders(request, outcome, report);
    }

    /// <summary>What the first run of a search told of that which was cleared out of its way; what follows does not change it.</summary>
    public static Draft KeepCleared(this Draft draft, Change request, Report report) =>
        Cleared(report, Plan.FromBytes(request.Plan).Remedy) is { } came ? draft.Update(request with { Told = came }) : draft;

    /// <summary>The riders that were reached, each with what it came to itself; one that was not stays to be offered.</summary>
    public static Draft EndRiders(this Draft draft, Change request, ChangeState outcome, Report report)
    {
        if (draft.Incident.Changes.Exists(change => change.Rode && change.Question == request.Question))
        {
            return draft;
        }

        var remedy = Plan.FromBytes(request.Plan).Remedy;
        foreach (var (step, offer) in Walk.Riding(draft.Incident, remedy))
        {
            var calls = offer.Remedy!.Rungs.Where(remedy.Riders.Contains).ToList();
            if (Came(report, calls, outcome) is { } came)
            {
                var effects = report.Effects?.Where(effect => calls.Exists(call => call.Use == effect.Use)).ToList();
                var said = effects is { Count: > 0 } ? string.Join(' ', effects.Select(effect => effect.Summary)) : report.Summary;
                draft = draft.End(
                    new(request.Question, ChangeKind.Remedy, step.Id, offer.Name)
                    {
                        State = came,
                        Does = offer.Does,
                        Summary = $"{said} (with {request.Question.Short})",
                        Effects = effects ?? [],
                        By = request.Votes[^1].By,
                        Rode = true,
                    }
                );
            }
        }

        return draft;
    }

    /// <summary>Where it stands; below zero for what was never offered by itself.</summary>
    private static int IndexOf(Incident incident, Change change) =>
        change.Rode ? -1 : incident.Changes.FindLastIndex(known => !known.Rode && known.Question == change.Question);

    /// <summary>
    /// What the remedy itself came to, apart from the start that follows; a ladder is followed by one only where it reached its goal.
    /// </summary>
    private static ChangeState OwnOf(Report report, Remedy remedy, ChangeState outcome) =>
        remedy.Goal is null ? Came(report, remedy.Rungs, outcome) ?? outcome
        : report.Effects?.Any(effect => remedy.Starts.Any(start => start.Use == effect.Use)) is true ? ChangeState.Done
        : outcome;

    /// <summary>What became of that which was to be cleared out of a search's way; null where nothing was, or it was not reached.</summary>
    private static ChangeState? Cleared(Report report, Remedy remedy) =>
        report.Effects is { Count: > 0 }
        && remedy.Rungs.Where(call => Catalog.PurposeOf(call.Use) is not Purpose.Search).ToList() is { Count: > 0 } others
            ? Came(report, others, ChangeState.Failed)
            : null;

    /// <summary>What these calls of a run came to, whatever became of the rest; null when none was reached.</summary>
    private static ChangeState? Came(Report report, IReadOnlyList<Call> calls, ChangeState outcome)
    {
        if (outcome is ChangeState.Voided || report.Effects is null or [])
        {
            return outcome;
        }

        var verdicts = report.Effects.Where(effect => calls.Any(call => call.Use == effect.Use)).Select(effect => effect.Verdict).ToList();
        return verdicts.Count == 0
            ? outcome is ChangeState.Lost
                ? outcome
                : null
            : verdicts.Contains(Verdict.Unknown)
                ? ChangeState.Lost
                : verdicts.TrueForAll(verdict => verdict is Verdict.Clear)
                    ? ChangeState.Done
                    : ChangeState.Failed;
    }
}
