using ImcBot.Contracts;

namespace ImcBot.Core.Incidents;

/// <summary>Items that were proved bad, or that events name, and that the next start would meet.</summary>
internal static class BadItems
{
    /// <summary>Names of items proved bad that are held, and that a plan puts back into the queue.</summary>
    public static IReadOnlyList<string> ComingBack(Incident incident, Plan plan) => Names(incident, plan, search => search.Held);

    /// <summary>
    /// Names of items that lie in the queue, as far as the journal knows, and were named by events or proved bad; none where the plan takes
    /// the queue aside first.
    /// </summary>
    public static IReadOnlyList<string> StillIn(Incident incident, Plan plan)
    {
        if (TakesAside(plan))
        {
            return [];
        }

        var done = incident
            .Changes.Where(change => change.WasAsked && change.State is ChangeState.Done or ChangeState.Failed)
            .Select(carried => (Plan: Plan.FromBytes(carried.Plan), carried.At))
            .ToList();
        var aside = done.Where(carried => TakesAside(carried.Plan)).Select(carried => carried.At).DefaultIfEmpty(0).Max();
        var named = incident
            .Findings.Values.Where(finding => finding.At > aside)
            .SelectMany(finding => (finding["named"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries));
        var back = done.Where(carried => carried.At > aside).SelectMany(carried => Names(incident, carried.Plan, Proved));
        return [.. named.Concat(back).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    private static IReadOnlyList<string> Names(Incident incident, Plan plan, Func<Search, IndexSet> held) =>
        [
            .. incident
                .EarlierSearches.Append(incident.Search)
                .OfType<Search>()
                .SelectMany(search => search.Names(Proved(search).Intersect(Returned(search, plan, held(search)))))
                .Distinct(StringComparer.Ordinal),
        ];

    private static IndexSet Proved(Search search) => (search.End ?? search.State?.Stop())?.Bad ?? IndexSet.Empty;

    /// <summary>What a plan puts back of what a search held: by its undo all, else the messages of the calls that name it.</summary>
    private static IndexSet Returned(Search search, Plan plan, IndexSet held) =>
        plan.Remedy.UndoOf is { } undone
            ? undone == search.HeldBy
                ? held
                : IndexSet.Empty
            : plan
                .Remedy.Calls.Where(call =>
                    call.With.GetValueOrDefault(CallArguments.Question) == search.HeldBy.ToString()
                    && Catalog.Say(call, Trait.Items)
                    && !Catalog.Say(call, Trait.Deletes)
                )
                .Select(call =>
                    call.With.TryGetValue(CallArguments.Items, out var numbers)
                        ? IndexSet.Of(numbers.Split(',').Select(int.Parse)).Intersect(held)
                        : held
                )
                .Aggregate(IndexSet.Empty, (all, some) => all.Union(some));

    private static bool TakesAside(Plan plan) =>
        plan.Remedy.UndoOf is null && plan.Remedy.Calls.Any(call => Catalog.Say(call, Trait.Items) && Catalog.Say(call, Trait.Holds));
}
