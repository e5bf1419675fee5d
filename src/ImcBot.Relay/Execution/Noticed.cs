using ImcBot.Contracts;
using ImcBot.Relay.Actions;

namespace ImcBot.Relay.Execution;

/// <summary>
/// What users of the server notice of a plan, and what it risks: in the words of the product whose services it is about, else of those
/// services themselves.
/// </summary>
internal static class Noticed
{
    public static async Task<(string Users, IReadOnlyList<string> Risks)> ByUsersAsync(
        List<PlannedEffect> effects,
        Site site,
        CancellationToken cancellationToken
    )
    {
        var crashes = effects
            .Select(effect => effect.Call.With.GetValueOrDefault(CallArguments.Crashes))
            .OfType<string>()
            .FirstOrDefault(most => most != "0");
        var plan = new ServicesOfPlan(
            effects,
            await site.Host.Services.ListAsync(cancellationToken),
            await Foreseen.After(effects, site).Host.Services.ListAsync(cancellationToken),
            crashes is null ? null : $"(at most {(crashes == "1" ? "once" : $"{crashes} times")})"
        );
        var touched = effects
            .SelectMany(effect => (effect.Stops ?? []).Concat(effect.Starts ?? []))
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .ToList();
        var product = site.Products.FirstOrDefault(product =>
            (touched.Count == 0 || touched.Exists(product.Has)) && product.Users(plan) is not null
        );
        string[] untold = [.. effects.Where(effect => effect.Stops is null && effect.Touches.Allow(Trait.StopsService)).Select(Untold)];
        var users =
            untold.Length > 0 ? untold
            : product is not null ? [product.Users(plan)!]
            : touched.Select(service => Course(plan, service)).DefaultIfEmpty("No service is stopped or started.");
        return (string.Join(' ', users), Risks(effects, product?.Risks ?? RiskWords.OfAnyService));
    }

    private static string Course(ServicesOfPlan plan, string service) =>
        plan.Course(service) switch
        {
            (true, true, true) => $"{service} is away while it restarts.",
            (true, true, false) => $"{service} stops and stays stopped.",
            (_, false, true) => $"{service} is down now; this starts it.",
            (_, false, false) => $"{service} is down now and stays so.",
            _ => $"{service} goes on.",
        };

    /// <summary>Of a command: as much as its policy says.</summary>
    private static string Untold(PlannedEffect effect) =>
        effect.Touches.Say(Trait.DisconnectsUsers) ? $"{effect.Call.Use} disconnects users, as its policy says."
        : effect.Touches.Say(Trait.StopsService)
            ? $"{effect.Call.Use} stops a service, as its policy says; what users notice is not known to ImcBot."
        : $"Whether {effect.Call.Use} stops a service is not known to ImcBot, nor what users notice.";

    private static List<string> Risks(List<PlannedEffect> effects, RiskWords words)
    {
        (bool Runs, string? Says)[] risks =
        [
            (effects.Exists(effect => Says(effect, Trait.Items, Trait.Holds, Trait.StartsService)), words.InWork),
            (effects.Exists(effect => Says(effect, Trait.Deletes)), "What is deleted does not come back."),
            (
                effects.Exists(effect =>
                    Says(effect, Trait.Items) && !effect.Touches.Any(trait => trait is Trait.Holds or Trait.Deletes or Trait.Configuration)
                ),
                words.Returned
            ),
            (
                effects.Exists(effect =>
                    Says(effect, Trait.Items, Trait.Holds)
                    && string.Equals(effect.Call.With.GetValueOrDefault("folder"), "Out", StringComparison.OrdinalIgnoreCase)
                ),
                words.Leaving
            ),
            (effects.Exists(effect => Says(effect, Trait.Holds) && !Says(effect, Trait.Items)), words.KeptOut),
            (effects.Exists(effect => Says(effect, Trait.StartsService) && !Says(effect, Trait.Items)), words.Started),
        ];
        return [.. risks.Where(risk => risk.Runs).Select(risk => risk.Says).OfType<string>()];
    }

    private static bool Says(PlannedEffect effect, params ReadOnlySpan<Trait> traits)
    {
        foreach (var trait in traits)
        {
            if (!effect.Touches.Say(trait))
            {
                return false;
            }
        }

        return true;
    }
}
