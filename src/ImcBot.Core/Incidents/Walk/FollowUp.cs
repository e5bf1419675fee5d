using System.Collections.Immutable;
using ImcBot.Contracts;
using ImcBot.Core.Runbooks;

namespace ImcBot.Core.Incidents;

/// <summary>Something left open when the service works again.</summary>
/// <param name="Owner">Who looks after it; null when nobody owns the incident.</param>
/// <param name="Due">Unix microseconds.</param>
/// <param name="Holds">The search that items are held from; none for anything else. What is held without an owner keeps the incident
/// open.</param>
/// <param name="DoneAt">Unix microseconds; null while it is open.</param>
/// <param name="Change">The question under which something was changed that may have to be put back; none for anything else.</param>
internal sealed record FollowUp(
    string Text,
    string? Step,
    Person? Owner,
    long Due,
    QuestionId Holds = default,
    long? DoneAt = null,
    QuestionId Change = default
)
{
    public const long Day = 86_400_000_000;

    /// <summary>What people say to have undelivered items back.</summary>
    public const string ReturnArchived = "messages return archived";

    /// <summary>
    /// Every cause of the article that still stands, what is held, and what was changed for the night only. What was there before
    /// keeps its number, owner and date.
    /// </summary>
    public static ImmutableList<FollowUp> Of(Incident incident)
    {
        var known = incident.FollowUps.Select(item => item.Text).ToHashSet(StringComparer.Ordinal);
        return [.. incident.FollowUps, .. Found(incident).Where(item => !known.Contains(item.Text))];
    }

    private static IEnumerable<FollowUp> Found(Incident incident)
    {
        var due = incident.Now + Day;
        var known = incident.FollowUps.Select(item => (item.Step, item.Change, item.Holds)).ToHashSet();
        var causes = Walk.OpenFindings(incident)
            .Where(step => !IsDone(incident, step.Id) && !known.Contains((step.Id, default, default)))
            .Select(step => new FollowUp($"{step.Name}: {Cause(incident, step)} ({step.Kb})", step.Id, incident.Owner, due));
        var changed = incident
            .Attempts.Where(attempt => IsForTheNight(incident, attempt))
            .Select(attempt => new FollowUp(
                $"{Does(incident, attempt)}: decide whether that stays; 'undo {attempt.Question.Number}' takes it back",
                attempt.Step,
                incident.Owner,
                due,
                Change: attempt.Question
            ));
        var held = incident.Holding.Select(search => new FollowUp(
            Held(search),
            incident.FindRequest(search.Question)?.Step,
            incident.Owner,
            due,
            search.HeldBy
        ));
        var archived = incident.Findings.Values.Select(finding => finding["archived"]).FirstOrDefault(count => count is not (null or "0"))
            is { } count
            ?
            [
                new FollowUp(
                    $"{count} undelivered in {incident.Words.Archive}: '{ReturnArchived}' puts them back",
                    null,
                    incident.Owner,
                    due
                ),
            ]
            : Array.Empty<FollowUp>();
        return [.. held, .. archived, .. causes, .. changed];
    }

    private static string Held(Search search) =>
        search.End is null
            ? $"The search of {search.Question.Short} broke off and {search.Words.Matter} may still be held: 'undo "
                + $"{search.HeldBy.Number}' puts it back, proved by hash"
            : $"{search.Words.CountItems(search.Held.Count)} held in {search.Manifest?.Folder}: separate, return or give to the "
                + $"owner of the {search.Words.Matter}";

    private static bool IsDone(Incident incident, string step) =>
        incident.Attempts.Exists(attempt =>
            attempt.Step == step && attempt.Own is ChangeState.Done && !incident.IsUndone(attempt.Question)
        );

    /// <summary>
    /// What a check found before ImcBot last changed the server may not be so any more; what the article asks for still is.
    /// </summary>
    private static string Cause(Incident incident, Step step)
    {
        var finding = incident.Findings[step.Id];
        var changed = incident.Attempts.Exists(attempt =>
            !attempt.ByHand && attempt.Own is ChangeState.Done or ChangeState.Lost && attempt.At >= finding.At
        );
        var left = Walk.OffersLeft(incident, step).FirstOrDefault() is { } offer ? $" Left to do: {offer.Does.TrimEnd('.')}" : "";
        return changed ? $"found before the last change, and nothing was done about it.{left}" : finding.Summary;
    }

    private static Offer? OfferOf(Incident incident, Change attempt) =>
        incident.Runbook.Find(attempt.Step)?.Offers.FirstOrDefault(offer => offer.Name == attempt.Offer);

    private static string Does(Incident incident, Change attempt) => OfferOf(incident, attempt)?.Does.TrimEnd('.') ?? attempt.Offer;

    /// <summary>Settings that were changed, and items held or kept out, whatever the start that followed came to.</summary>
    private static bool IsForTheNight(Incident incident, Change attempt) =>
        attempt.Own is ChangeState.Done or ChangeState.Lost
        && !incident.IsUndone(attempt.Question)
        && OfferOf(incident, attempt) is { Search: null, Remedy: { } remedy }
        && remedy.Rungs.Any(call =>
            StandsAside(call) || (attempt.Own is ChangeState.Done && Catalog.Find(call.Use)?.Impact is Impact.Reversible)
        );

    private static bool StandsAside(Call call) => Catalog.Find(call.Use)?.Traits.Say(Trait.Holds) == true;
}
