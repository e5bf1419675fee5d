using ImcBot.Contracts;

namespace ImcBot.Core.Incidents;

/// <summary>What was offered and what became of it, as the incident remembers it.</summary>
internal static class Memory
{
    public static Draft Remember(
        this Draft draft,
        QuestionId question,
        string? step,
        string offer,
        ChangeState outcome,
        string summary,
        bool started = false,
        bool byHand = false,
        Person? by = null,
        IReadOnlyList<EffectOutcome>? effects = null,
        ChangeState? change = null,
        bool rode = false
    ) =>
        draft.Set(incident =>
            incident with
            {
                Attempts = incident.Attempts.Add(
                    new(question, ChangeKind.Remedy, step, offer)
                    {
                        State = outcome,
                        Own = change ?? outcome,
                        Started = started,
                        ByHand = byHand,
                        Summary = summary,
                        Effects = effects ?? [],
                        By = by,
                        At = incident.Now,
                        Rode = rode,
                    }
                ),
            }
        );

    public static Draft RememberRun(this Draft draft, Change request, ChangeState outcome, Report report)
    {
        var remedy = Plan.FromBytes(request.Plan).Remedy;
        var started = outcome is not ChangeState.Voided && (remedy.Starts.Count > 0 || request.Search is not null);
        return draft
            .Remember(
                request.Question,
                request.Step,
                request.Offer,
                outcome,
                report.Summary,
                started,
                by: request.Votes[^1].By,
                effects: report.Effects,
                change: request.Search is null ? OwnOf(report, remedy, outcome) : outcome
            )
            .RememberRiders(request, outcome, report);
    }

    /// <summary>The riders that were reached, each with what it came to itself; one that was not stays to be offered.</summary>
    public static Draft RememberRiders(this Draft draft, Change request, ChangeState outcome, Report report)
    {
        if (draft.Incident.Attempts.Exists(attempt => attempt.Rode && attempt.Question == request.Question))
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
                draft = draft.Remember(
                    request.Question,
                    step.Id,
                    offer.Name,
                    came,
                    $"{said} (with {request.Question.Short})",
                    by: request.Votes[^1].By,
                    effects: effects,
                    rode: true
                );
            }
        }

        return draft;
    }

    /// <summary>
    /// What the remedy itself came to, apart from the start that follows; a ladder is followed by one only where it reached its goal.
    /// </summary>
    private static ChangeState OwnOf(Report report, Remedy remedy, ChangeState outcome) =>
        remedy.Goal is null ? Came(report, remedy.Rungs, outcome) ?? outcome
        : report.Effects?.Any(effect => remedy.Starts.Any(start => start.Use == effect.Use)) is true ? ChangeState.Done
        : outcome;

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
