using ImcBot.Bot.Channel;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Core.Runbooks;

namespace ImcBot.Bot.Cards;

/// <summary>What a plan touches and what it does not, in words: from the traits of its effects and from nothing else.</summary>
internal static class Touched
{
    private static Kind[] Kinds(SubjectWords words) =>
        [
            new(
                $"deleting {words.Matter}",
                effect => Says(effect, Trait.Items) && Says(effect, Trait.Deletes),
                effects => $"deletes {words.Matter} for good{Measure(effects, words)}"
            ),
            new(
                "deleting files",
                effect => Says(effect, Trait.Files) && Says(effect, Trait.Deletes),
                effects => $"deletes files for good{Measure(effects, words)}"
            ),
            new(
                $"moving {words.Matter}",
                effect => Says(effect, Trait.Items) && !Says(effect, Trait.Deletes),
                effects =>
                    $"{(effects.Exists(effect => Says(effect, Trait.Holds)) ? $"holds {words.Matter} aside"
                            : $"moves {words.Matter}")}{Measure(effects, words)}"
            ),
            new("other files", effect => Says(effect, Trait.Files) && !Says(effect, Trait.Deletes), _ => "moves other files"),
            new(
                $"keeping new {words.Matter} out",
                effect => Says(effect, Trait.Holds) && !Says(effect, Trait.Items),
                _ => $"keeps new {words.Matter} out"
            ),
            new("settings", effect => Says(effect, Trait.Configuration), _ => "changes settings"),
            new(
                "stopping a service",
                effect => Says(effect, Trait.StopsService),
                effects => $"stops {Services(effects, effect => effect.Stops)}"
            ),
            new(
                "starting a service",
                effect => Says(effect, Trait.StartsService),
                effects => $"starts {Services(effects, effect => effect.Starts)}"
            ),
            // What is started may take down what users are connected to; the line about them says so.
            new(
                $"disconnecting {words.Users ?? "users"}",
                effect => Says(effect, Trait.DisconnectsUsers) || Says(effect, Trait.StartsService),
                _ => null
            ),
        ];

    /// <summary>What is in it, as one sentence without its end.</summary>
    public static string In(Plan plan, SubjectWords words)
    {
        var said = Kinds(words)
            .Select(kind => (kind, Effects: plan.Effects.Where(kind.Has).ToList()))
            .Where(kind => kind.Effects.Count > 0)
            .Select(kind => kind.kind.Says(kind.Effects))
            .OfType<string>()
            .ToList();
        var unknown = Unknown(plan);
        return said.Count + unknown.Count == 0
            ? "changes nothing as things stand, and watches"
            : string.Join(", ", [.. said, .. unknown.Select(use => $"runs {use}: what it touches is not known to ImcBot")]);
    }

    /// <summary>What is not in it; where an effect does not say what it touches nothing can be ruled out.</summary>
    public static string NotIn(Plan plan, SubjectWords words) =>
        Unknown(plan) is { Count: > 0 } unknown
            ? $"not known to ImcBot: {string.Join(", ", unknown)} {(unknown.Count == 1 ? "does" : "do")} not say what is touched, "
                + "so nothing can be ruled out"
        : string.Join(", ", Kinds(words).Where(kind => !plan.Effects.Any(kind.Has)).Select(kind => kind.NotIn)) is { Length: > 0 } denied
            ? denied
        : "nothing can be ruled out";

    /// <summary>What users notice: by the relay's word of its services, and by what is known of bad items.</summary>
    public static string Users(Plan plan) => plan.Users ?? "Not known to ImcBot: the relay does not say what users notice of it.";

    /// <summary>A bad item that a start meets, as a sentence; null when none is known.</summary>
    public static string? Danger(Incident incident, Plan plan)
    {
        var back = BadItems.ComingBack(incident, plan);
        var lies = BadItems.StillIn(incident, plan);
        var starts = plan.Touches.Allow(Trait.StartsService);
        string?[] said =
        [
            back.Count > 0 ? $"{Names(back)}, proved bad, {(back.Count == 1 ? "comes" : "come")} back" : null,
            lies.Count > 0 && starts ? $"{Names(lies)}, named as bad, {(lies.Count == 1 ? "is" : "are")} still in the queue" : null,
        ];
        var next = starts ? "the start" : "the next start";
        return said.All(one => one is null)
            ? null
            : $"{string.Join("; ", said.OfType<string>())}: {next} may end in a {incident.Words.Crash}.";
    }

    private static List<string> Unknown(Plan plan) =>
        [
            .. plan
                .Effects.Where(effect => Says(effect, Trait.Unknown))
                .Select(effect => Words.Clean(effect.Call.Use, 60))
                .Distinct(StringComparer.Ordinal),
        ];

    private static string Names(IReadOnlyList<string> names) => SubjectWords.List(names, names.Count, 3);

    /// <summary>So many of what an effect moves or deletes.</summary>
    public static string Count(PlannedEffect effect, long count, SubjectWords words) =>
        Says(effect, Trait.Items) ? words.CountItems(count) : Words.Count(count, "file");

    /// <summary>How much at most: the items of a list, or the ceiling of a rule.</summary>
    private static string Measure(List<PlannedEffect> effects, SubjectWords words)
    {
        var (count, bytes) = (
            effects.Sum(effect => effect.Ceiling?.Count ?? effect.Items.Count),
            effects.Sum(effect => effect.Ceiling?.Bytes ?? effect.Items.Sum(item => item.Size))
        );
        return count == 0
            ? ""
            : $" ({(effects.Exists(effect => effect.Scope is Scope.Bounded) ? "at most " : "")}"
                + $"{Count(effects[0], count, words)}, {Size.Of(bytes)})";
    }

    private static string Services(List<PlannedEffect> effects, Func<PlannedEffect, IReadOnlyList<string>?> which)
    {
        var names = effects
            .SelectMany(effect => which(effect) ?? [])
            .Select(name => Words.Clean(name, 60))
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .ToList();
        return names.Count == 0 ? "a service" : string.Join(" and ", names);
    }

    private static bool Says(PlannedEffect effect, Trait trait) => effect.Touches.Say(trait);

    /// <summary>One kind of thing that an approver wants to know about.</summary>
    /// <param name="NotIn">Its name where it is not in a plan.</param>
    /// <param name="Says">What the effects that have it do; null where another line of the card says it.</param>
    private sealed record Kind(string NotIn, Func<PlannedEffect, bool> Has, Func<List<PlannedEffect>, string?> Says);
}
