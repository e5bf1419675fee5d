using ImcBot.Contracts;

namespace ImcBot.Bot.Cards;

/// <summary>What people call a round of a search: a start, where each stops and starts the service whose queue it is.</summary>
internal static class RoundWord
{
    public static string Of(Plan? plan) => Starts(plan) ? "start" : "round";

    /// <summary>As the plan says; a relay that does not say may.</summary>
    public static bool Starts(Plan? plan) =>
        plan is null
        || plan.Effects.Where(effect => Catalog.PurposeOf(effect.Call.Use) is Purpose.Search)
            .Any(effect =>
                effect.Stops is not { } stops
                || (
                    effect.Call.With.GetValueOrDefault("service") is { } service
                        ? stops.Contains(service, StringComparer.OrdinalIgnoreCase)
                        : stops.Count > 0
                )
            );
}
