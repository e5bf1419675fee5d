using ImcBot.Contracts;

namespace ImcBot.Relay.Actions;

/// <summary>
/// Makes planned effects: impact, scope and traits come from the catalog, and of the traits only what things are like now.
/// </summary>
internal static class Effects
{
    /// <param name="entry">Null: that of the common catalog.</param>
    public static PlannedEffect Of(
        Call call,
        string does,
        IReadOnlyDictionary<string, string> observed,
        string? undo = null,
        IReadOnlyList<PlannedItem>? items = null,
        Ceiling? ceiling = null,
        ServiceChange? services = null,
        CatalogEntry? entry = null
    )
    {
        entry ??= Catalog.Entries[call.Use];
        return new(call, entry.Impact, entry.Scope, does, undo, items ?? [], ceiling, observed)
        {
            Traits = services is null ? entry.Traits : [.. entry.Traits.Except(ServiceChange.All), .. services.Traits],
            Stops = services?.Stops,
            Starts = services?.Starts,
        };
    }

    /// <summary>
    /// The taking back of an effect: it moves and sets what the effect did, deletes nothing, and starts and stops what it says.
    /// </summary>
    public static PlannedEffect Back(CatalogEntry entry, Call call, UndoPlan undo, IReadOnlyDictionary<string, string> observed) =>
        Of(call, undo.Does, observed, services: undo.Services, entry: entry with { Traits = [.. entry.Traits.Except(UndoPlan.Never)] })
            .Sparing(undo.Spares);

    /// <summary>The same effect where, as things stand, it does not touch what these say.</summary>
    public static PlannedEffect Sparing(this PlannedEffect effect, IReadOnlyList<Trait> traits) =>
        effect with
        {
            Traits = [.. effect.Touches.Except(traits)],
        };

    /// <summary>What was observed, by name; later sameness is compared word by word.</summary>
    public static IReadOnlyDictionary<string, string> Seen(params ReadOnlySpan<(string Name, string Value)> observed)
    {
        var seen = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in observed)
        {
            seen[name] = value;
        }

        return seen;
    }

    /// <summary>What a bounded plan may grow to before it is void: a quarter more, and at least 100 files and 100 MB.</summary>
    public static Ceiling WithMargin(long count, long bytes) =>
        new(count + Math.Max(100, count / 4), bytes + Math.Max(100L << 20, bytes / 4));

    /// <summary>How a measure exceeds what was approved, as a sentence, or null.</summary>
    public static string? Above(Ceiling ceiling, Ceiling now) =>
        now.Count <= ceiling.Count && now.Bytes <= ceiling.Bytes
            ? null
            : $"there are {Words.Count((int)now.Count, "file")}, {Words.Bytes(now.Bytes)} now; at most "
                + $"{Words.Count((int)ceiling.Count, "file")}, {Words.Bytes(ceiling.Bytes)} were approved.";

    /// <summary>What differs between planning and now, as a sentence, or null.</summary>
    public static string? Drift(IReadOnlyDictionary<string, string> planned, IReadOnlyDictionary<string, string> now)
    {
        var changed = planned
            .Where(pair => now.GetValueOrDefault(pair.Key) != pair.Value)
            .Select(pair => $"{pair.Key} was '{pair.Value}' and is '{now.GetValueOrDefault(pair.Key) ?? "gone"}'")
            .ToList();
        return changed.Count == 0 ? null : string.Join("; ", changed) + ".";
    }
}
