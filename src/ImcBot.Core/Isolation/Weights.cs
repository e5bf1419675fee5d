using System.Collections.Immutable;
using ImcBot.Contracts;

namespace ImcBot.Core.Isolation;

/// <summary>
/// Suspicion of whole sets of messages; a message without an entry weighs 1. Entries count for more in a large queue, because a known
/// defect explains a crash better than any number of ordinary messages.
/// </summary>
internal sealed class Weights
{
    /// <summary>Messages in a queue for which the entries are meant as they are.</summary>
    private const double Ordinary = 1_000;

    private readonly ImmutableSortedDictionary<int, double> _above;
    private readonly ImmutableArray<KeyValuePair<int, double>> _lightestFirst;
    private readonly IndexSet _weighed;
    private readonly int _seed;

    /// <param name="found">Messages already accused: others from the same sender domain are likelier bad too (Q293288).</param>
    public Weights(SearchOutline outline, int seed, IndexSet found)
    {
        var scale = Math.Max(1, outline.Count / Ordinary);
        var domains = found.Select(outline.Domains.GetValueOrDefault).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
        _above = outline.Weights.ToImmutableSortedDictionary(
            w => w.Key,
            w => (w.Value >= Suspicion.Suspect ? w.Value * scale : w.Value) * Shared(w.Key)
        );
        _lightestFirst = [.. _above.OrderBy(w => w.Value).ThenBy(w => w.Key)];
        _weighed = IndexSet.Of(_above.Keys);
        _seed = seed;

        double Shared(int index) =>
            outline.Domains.GetValueOrDefault(index) is { } domain && domains.Contains(domain) ? Suspicion.SharedDomain : 1;
    }

    private Weights(int seed) =>
        (_above, _lightestFirst, _weighed, _seed) = (ImmutableSortedDictionary<int, double>.Empty, [], IndexSet.Empty, seed);

    /// <summary>Whether any message is suspicious enough to be held back in the first round.</summary>
    public bool HasSuspects => !_lightestFirst.IsEmpty && _lightestFirst[^1].Value >= Suspicion.Suspect;

    /// <summary>All messages alike.</summary>
    public Weights Even() => new(_seed);

    public double Of(int index) => _above.GetValueOrDefault(index, 1);

    public double Of(IndexSet set)
    {
        double weight = set.Count;
        foreach (var (index, above) in _lightestFirst)
        {
            weight += set.Contains(index) ? above - 1 : 0;
        }

        return weight;
    }

    /// <summary>
    /// At least one message of the set, and as many as fit into the weight, the least suspicious and oldest first: for the same risk of
    /// a crash this returns the most items.
    /// </summary>
    public IndexSet Lightest(IndexSet set, double weight)
    {
        if (set.IsEmpty)
        {
            return set;
        }

        var ordinary = set.Except(_weighed);
        if (!ordinary.IsEmpty && (weight < ordinary.Count || ordinary.Count == set.Count))
        {
            return ordinary.Take(Math.Max(1, (int)Math.Min(weight, ordinary.Count)));
        }

        var taken = new List<int>();
        var left = weight - ordinary.Count;
        foreach (var (index, above) in _lightestFirst.Where(w => set.Contains(w.Key)))
        {
            if (above > left && (taken.Count > 0 || !ordinary.IsEmpty))
            {
                break;
            }

            taken.Add(index);
            left -= above;
        }

        return ordinary.Union(IndexSet.Of(taken));
    }

    /// <summary>The most suspicious of the set, at most <paramref name="count"/>; the seed decides between equals.</summary>
    public IndexSet Suspects(IndexSet set, int count) =>
        IndexSet.Of(
            _lightestFirst
                .Where(w => w.Value >= Suspicion.Suspect && set.Contains(w.Key))
                .OrderByDescending(w => w.Value)
                .ThenBy(w => Mix(w.Key))
                .ThenBy(w => w.Key)
                .Take(count)
                .Select(w => w.Key)
        );

    /// <summary>Whether it is suspicious enough to be held back in the first round.</summary>
    public bool IsSuspect(int index) => Of(index) >= Suspicion.Suspect;

    private uint Mix(int index) => unchecked(((uint)index ^ (uint)_seed) * 2654435761u);
}
