using System.Globalization;
using ImcBot.Contracts;

namespace ImcBot.Core.Incidents;

/// <summary>Where each item of a search is, by what the relay has told of the rounds and of what people asked for afterwards.</summary>
internal static class Whereabouts
{
    /// <summary>A few words for this item of the incident's search, such as "held".</summary>
    public static string Of(Incident incident, Search search, int item)
    {
        var asked = incident.Changes.FindLast(change => change.Own is ChangeState.Done or ChangeState.Lost && Names(change, search, item));
        return asked switch
        {
            { Own: ChangeState.Lost } => $"NOT KNOWN since {asked.Question.Short}",
            not null when Deletes(asked) => "deleted",
            _ when incident.IsUndone(search.HeldBy) && search.Held.Contains(item) => "returned",
            _ when search.Held.Contains(item) => "held",
            not null => "returned",
            _ when search.State?.Archived.Contains(item) == true => incident.HasReturnedArchived(search.StartedAt)
                ? "returned"
                : "archived undelivered",
            _ when search.State?.Good.Contains(item) == true => "accepted",
            _ => "returned",
        };
    }

    private static bool Names(Change request, Search search, int item) =>
        request.Kind is ChangeKind.Items
        && Plan.FromBytes(request.Plan)
            .Remedy.Rungs.Any(call =>
                call.With.GetValueOrDefault(CallArguments.Question) == search.HeldBy.ToString()
                && call.With.GetValueOrDefault(CallArguments.Items)
                    ?.Split(',')
                    .Contains(item.ToString(CultureInfo.InvariantCulture), StringComparer.Ordinal) == true
            );

    private static bool Deletes(Change request) => Plan.FromBytes(request.Plan).Remedy.Rungs.Any(call => Catalog.Say(call, Trait.Deletes));
}
