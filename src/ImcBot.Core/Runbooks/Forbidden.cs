using System.Text.RegularExpressions;
using ImcBot.Contracts;

namespace ImcBot.Core.Runbooks;

/// <summary>
/// What no runbook may do, whoever approves: delete items to gain space, bundle what needs a decision of its own, say that something weighs
/// less than it does.
/// </summary>
internal static partial class Forbidden
{
    /// <summary>What is wrong with this call wherever it stands, as a sentence, or null.</summary>
    public static string? Refuse(Call call) =>
        call
            .With.Values.SelectMany(text => Name().Matches(text))
            .Select(match => match.Groups[1].Value)
            .FirstOrDefault(name => !ServerPaths.Names.Contains(name, StringComparer.Ordinal))
            is { } foreign
            ? $"'${{{foreign}}}' is not known; use one of {string.Join(", ", ServerPaths.Names.Select(known => $"${{{known}}}"))}."
        : Catalog.Say(call, Trait.Deletes) && call.With.TryGetValue("folder", out var folder) && ServerPaths.HoldsItems(folder)
            ? $"'{folder}' holds items of the queue, which are never deleted to gain space; of what lies beside them only logs may "
                + $"be named here. Hold items with {Holding}."
        : Catalog.PurposeOf(call.Use) is Purpose.Search && int.TryParse(call.With[CallArguments.Starts], out var starts) && starts < 3
            ? $"'{call.Use}' needs at least 3 starts: one on the empty queue, one with items, one to safe rest."
        : null;

    /// <summary>Why this rung may not share its approval with others, as a sentence, or null.</summary>
    public static string? RefuseRung(Call call) =>
        Catalog.Say(call, Trait.Items)
            ? $"'{call.Use}' is never bundled: what happens to the items of a queue is a decision of its own; make it a remedy."
        : Catalog.Say(call, Trait.StopsService)
            ? $"'{call.Use}' is never bundled: stopping a service that runs is a decision of its own; make it a remedy."
        : null;

    /// <summary>Why nothing may ride along on another card with this, or null.</summary>
    public static string? RefuseRider(Call call) =>
        Catalog.Find(call.Use) is { Impact: not Impact.Reversible } entry
            ? $"'{call.Use}' is {entry.Impact.ToString().ToLowerInvariant()} and may not ride on another step's card; only what is "
                + "reversible may. Remove 'rides'."
            : null;

    /// <summary>Why a ladder may not restart this service, or null.</summary>
    public static string? RefuseLadderRestart(string service) =>
        ServerPaths.UsersConnectTo(service)
            ? $"A ladder never stops {service}: people are connected to it; make what needs its restart a remedy of its own."
            : null;

    /// <summary>Why the runbook may not give this call this impact, or null.</summary>
    public static string? RefuseImpact(Call call, Impact impact) =>
        Catalog.Entries.GetValueOrDefault(call.Use)?.Impact is { } least && impact < least
            ? $"'{call.Use}' is {least.ToString().ToLowerInvariant()}; a runbook may raise an impact and never lower it."
            : null;

    private static string Holding { get; } =
        string.Join(
            " or ",
            Catalog
                .Entries.Values.Where(entry => entry.Traits.Say(Trait.Holds) && entry.Traits.Say(Trait.Items))
                .Select(entry => $"'{entry.Id}'")
        );

    [GeneratedRegex(@"\$\{([^}]*)\}")]
    private static partial Regex Name();
}
