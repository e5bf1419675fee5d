using System.Collections.Immutable;
using ImcBot.Contracts;

namespace ImcBot.Core.Isolation;

/// <summary>Suspicion of whole sets of messages; a message without an entry weighs 1.</summary>
internal sealed class Weights(ImmutableSortedDictionary<int, double> above, int seed)
{
    private readonly ImmutableArray<KeyValuePair<int, double>> _lightestFirst = [.. above.OrderBy(w => w.Value).ThenBy(w => w.Key)];
    private readonly IndexSet _above = IndexSet.Of(above.Keys);

    public double Of(int index) => above.GetValueOrDefault(index, 1);

    public double Of(IndexSet set)
    {
        double weight = set.Count;
        foreach (var (index, above) in _lightestFirst)
        {
            weight += set.Contains(index) ? above - 1 : 0;
        }

        return weight;
    }

    public bool AreEqualIn(IndexSet set) => !set.Overlaps(_above);

    /// <summary>
    /// At least one message of the set, and as many as fit into the weight, the least suspicious and oldest first: for the same risk of
    /// a crash this returns the most mail.
    /// </summary>
    public IndexSet Lightest(IndexSet set, double weight)
    {
        var ordinary = set.Except(_above);
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
        IndexSet.Of(_lightestFirst.Where(w => w.Value >= Suspicion.Suspect && set.Contains(w.Key))
            .OrderByDescending(w => w.Value).ThenBy(w => Mix(w.Key)).ThenBy(w => w.Key)
            .Take(count).Select(w => w.Key));

    private uint Mix(int index) => unchecked(((uint)index ^ (uint)seed) * 2654435761u);
}
