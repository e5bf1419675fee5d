using System.Collections.Immutable;
using ImcBot.Contracts;

namespace ImcBot.Core.Incidents;

/// <summary>Something left open when mail flows again.</summary>
/// <param name="Owner">Who looks after it; null when nobody owns the incident.</param>
/// <param name="Due">Unix microseconds.</param>
internal sealed record FollowUp(string Text, string? Step, Person? Owner, long Due)
{
    private const long Day = 86_400_000_000;

    /// <summary>Every cause of the article that still stands, the mail that is held, and what was changed for the night only.</summary>
    public static ImmutableList<FollowUp> Of(Incident incident)
    {
        var due = incident.Now + Day;
        var causes = Walk.OpenFindings(incident).Where(step => !IsDone(incident, step.Id))
            .Select(step => new FollowUp($"{step.Name}: {incident.Findings[step.Id].Summary} ({step.Kb})", step.Id, incident.Owner, due));
        var changed = incident.Attempts.Where(attempt => attempt.Outcome is AttemptOutcome.Done && IsReversible(incident, attempt))
            .Select(attempt => new FollowUp($"Decide whether '{attempt.Offer}' stays; 'undo {attempt.Question.Number}' takes it back", attempt.Step, incident.Owner, due));
        return [.. Held(incident).Select(text => new FollowUp(text, incident.FindRequest(incident.Search!.Question)?.Step, incident.Owner, due)), .. causes, .. changed];
    }

    private static IEnumerable<string> Held(Incident incident) => incident.Search switch
    {
        { End: null } search => [$"The search of {search.Question.Short} broke off and mail may still be held: 'undo {search.Question.Number}' puts it back, proved by hash"],
        { Held.IsEmpty: false } search => [$"{Count(search.Held)} in {search.Manifest?.Folder}: separate, return or give to the mail owner"],
        _ => [],
    };

    private static bool IsDone(Incident incident, string step) =>
        incident.Attempts.Exists(attempt => attempt.Step == step && attempt.Outcome is AttemptOutcome.Done);

    private static bool IsReversible(Incident incident, Attempt attempt) =>
        incident.Runbook.Find(attempt.Step)?.Offers.FirstOrDefault(offer => offer.Name == attempt.Offer)?.Remedy is { } remedy
        && remedy.Rungs.Any(call => Catalog.Entries[call.Use].Impact is Impact.Reversible);

    private static string Count(IndexSet held) => held.Count == 1 ? "1 message held" : $"{held.Count} messages held";
}
