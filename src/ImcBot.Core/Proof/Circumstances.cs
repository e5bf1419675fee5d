using ImcBot.Contracts;
using ImcBot.Core.Incidents;

namespace ImcBot.Core.Proof;

/// <summary>Where an incident stands in the control graph of its runbook: two incidents at one place wait for the same thing.</summary>
/// <param name="Asks">A bit for each kind of check asked, for what is offered, for what people are asked, and for what runs.</param>
/// <param name="Detail">What is offered or done here, as far as step and offer do not say it.</param>
internal readonly record struct Place(Phase Phase, string? Step, string? Offer, int Asks, string Detail)
{
    public static Place Of(Incident incident)
    {
        var asks = 0;
        foreach (var (_, open) in incident.Questions)
        {
            asks |= 1 << (int)open.Kind;
        }

        foreach (var change in incident.Changes)
        {
            asks |=
                change.IsRunning ? 1 << 8
                : change.State is ChangeState.Offered or ChangeState.Asked ? 1 << (9 + (int)change.State)
                : 0;
        }

        return incident switch
        {
            { Request: { } request } => new(incident.Phase, request.Step, NameOf(request.Kind, request.Offer), asks, ""),
            { Proposal: { } proposal } => new(
                incident.Phase,
                proposal.Step,
                NameOf(proposal.Kind, proposal.Offer),
                asks,
                proposal.Recommended ?? (proposal.State is ChangeState.Planned ? "planned" : "")
            ),
            { Task: { } task } => new(incident.Phase, task.Step, task.Offer, asks, task.Kind is PersonTaskKind.Manual ? "manual" : ""),
            { Phase: Phase.Acting } when incident.Running.LastOrDefault() is { } acting => new(
                incident.Phase,
                acting.Step,
                NameOf(acting.Kind, acting.Offer),
                asks,
                ""
            ),
            { Phase: Phase.Searching, Search: { } search } => new(
                incident.Phase,
                incident.FindRequest(search.Question)?.Step,
                null,
                asks,
                search.Order.Kind switch
                {
                    RoundKind.Hold => "hold",
                    RoundKind.Rest => "rest",
                    _ => "return",
                }
            ),
            _ => new(incident.Phase, null, null, asks, ""),
        };
    }

    private static string NameOf(ChangeKind kind, string offer) => kind is ChangeKind.Undo ? "undo" : offer;
}

/// <summary>
/// What else may matter at a place, each as one small number: per step what was found, what is left to offer and whether people passed
/// something over, whether the service is up, whether a start is worth a try, where a search stands. Times, names and question numbers
/// never decide anything and are left out; findings count only while the article is walked, because anything else is followed by a new
/// survey.
/// </summary>
internal sealed class Circumstances
{
    /// <summary>How many values one circumstance may have.</summary>
    public const int Values = 16;

    // Most facts try nothing new, so what is left to offer is as it was.
    private (object Changes, object? Ended, int Outage) _counted = (new object(), null, 0);
    private int[] _left = [];

    public int[] Of(Incident incident)
    {
        var steps = incident.Runbook.Steps;
        var left = Left(incident);
        var known = new int[(2 * steps.Count) + 11];
        if (incident.Phase is not Phase.Closed)
        {
            var walking = incident.Phase is Phase.Planning or Phase.AwaitingApproval || incident.Task?.Kind is PersonTaskKind.Manual;
            for (var at = 0; at < steps.Count; at++)
            {
                known[2 * at] = walking && Walk.IsFinding(incident, steps[at]) ? 1 : 0;
                known[(2 * at) + 1] = left[at];
            }

            Rest(incident, known.AsSpan(2 * steps.Count));
        }

        for (var at = 0; at < known.Length; at++)
        {
            known[at] = (at * Values) + Math.Min(known[at], Values - 1);
        }

        return known;
    }

    /// <summary>
    /// Whether two circumstances are tried together: what two steps found, what a step found with what it has left to offer, and each two
    /// of the rest. Which finding is at hand is part of the place.
    /// </summary>
    public static bool Meet(int one, int other, int steps) =>
        one / 2 == other / 2 || (one >= 2 * steps && other >= 2 * steps) || (IsFinding(one, steps) && IsFinding(other, steps));

    private int[] Left(Incident incident)
    {
        if (
            !ReferenceEquals(_counted.Changes, incident.Changes)
            || !ReferenceEquals(_counted.Ended, incident.Search?.End)
            || _counted.Outage != incident.Outage
        )
        {
            _counted = (incident.Changes, incident.Search?.End, incident.Outage);
            var passed = Laws.PassedOver(incident).Select(choice => choice.Step).ToHashSet(StringComparer.Ordinal);
            _left =
            [
                .. incident.Runbook.Steps.Select(step =>
                    Math.Min(Walk.OffersLeft(incident, step).Count(), (Values / 2) - 1) + (passed.Contains(step.Id) ? Values / 2 : 0)
                ),
            ];
        }

        return _left;
    }

    private static bool IsFinding(int circumstance, int steps) => circumstance < 2 * steps && circumstance % 2 == 0;

    private static void Rest(Incident incident, Span<int> known)
    {
        known[0] =
            incident.ServiceUp is null ? 0
            : incident.ServiceUp.Value ? 1
            : 2;
        known[1] = Walk.MayStart(incident) ? 1 : 0;
        known[2] = Math.Min(incident.DenialsInARow, 2);
        known[3] = incident.WalkAnyway ? 1 : 0;
        known[4] = incident.Changes.Exists(change => change.State is ChangeState.Done or ChangeState.Failed or ChangeState.Lost) ? 1 : 0;
        known[5] = incident.Search is { } search
            ? 1
                + (search.End is null ? 0 : 2)
                + (search.Held.IsEmpty ? 0 : 4)
                + (search.End is not null && SearchRounds.HasFallen(incident, search) ? 8 : 0)
            : 0;
        known[6] = incident.Phase is Phase.Searching ? incident.Search!.Run : 0;
        known[7] = incident.Search is { End: null } running ? 1 + (running.EndAsked ? 1 : 0) + (running.Ending is null ? 0 : 2) : 0;
        known[9] =
            (incident.TakenOverBy is null ? 0 : 1)
            + (incident.Wedged is null ? 0 : 2)
            + (Walk.IsPassedOver(incident, Walk.EndWedged) ? 4 : 0);
        known[10] =
            (incident.Request is { Votes.Count: > 0 } ? 1 : 0)
            + (incident.Request?.PausedUntil is null ? 0 : 2)
            + (incident.Phase is Phase.Acting or Phase.Searching && incident.Running.Any(change => change.GrantedAt is not null) ? 4 : 0);
        known[8] = (incident.Proposal?.AskedBy is null ? 0 : 1) + (incident.Proposal is { WasAsked: true } ? 2 : 0);
    }
}
