using System.Collections.Immutable;
using ImcBot.Contracts;

namespace ImcBot.Core.Isolation;

/// <summary>What the failures so far say about each message. Derived from a <see cref="SearchState"/>; holds nothing of its own.</summary>
internal sealed class Evidence
{
    /// <summary>Odds against chance beyond which an accused message is called bad.</summary>
    private const double Proof = 500;

    private readonly ImmutableArray<(Failure Failure, IndexSet Causes)> _failures;
    private readonly double _total;

    public Evidence(SearchState state)
    {
        Weights = new Weights(state.Outline.Weights, state.Seed);
        var known = IndexSet.UpTo(state.Known);
        _total = Weights.Of(known);
        _failures = [.. state.Failures.Select(f => (f, f.Causes(state.Good))).Where(f => !f.Item2.IsEmpty)];
        Accused = _failures.Where(f => f.Causes.Count == 1 || IsNamed(f.Failure, f.Causes))
            .Aggregate(IndexSet.Empty, (all, f) => all.Union(f.Causes));
        Open = known.Except(state.Good).Except(state.Archived).Except(Accused);
        Rings = [.. FindRings()];
        Bad = IndexSet.Of(Accused.Where(IsProved));
        Belief = new Belief(_total, Weights.Of(state.Good), Accused.Count, [.. Widths()]);
    }

    public Weights Weights { get; }

    public Belief Belief { get; }

    /// <summary>The only ones left that explain some failure, or named in one. They are set aside until the rest is settled.</summary>
    public IndexSet Accused { get; }

    /// <summary>The accused whose failures chance does not explain.</summary>
    public IndexSet Bad { get; }

    /// <summary>Neither accepted, nor archived, nor accused.</summary>
    public IndexSet Open { get; }

    /// <summary>Failures that no accused message explains, each inside the next, with how often that set failed. Empty when all is explained.</summary>
    public ImmutableArray<(IndexSet Causes, int Failures)> Rings { get; }

    /// <summary>The smallest set that holds a bad message and is not explained; empty when there is none.</summary>
    public IndexSet Narrowest => Rings.IsEmpty ? IndexSet.Empty : Rings[0].Causes;

    public bool HasFailed(IndexSet set) => _failures.Any(f => f.Causes == set);

    private static bool IsNamed(Failure failure, IndexSet causes) => failure.ByName && causes.IsSubsetOf(failure.Pointed);

    private IEnumerable<(IndexSet Causes, int Failures)> FindRings()
    {
        var inner = IndexSet.Empty;
        foreach (var ring in _failures.Where(f => !f.Causes.Overlaps(Accused) && f.Causes.Overlaps(Open))
            .GroupBy(f => f.Causes).OrderBy(g => Weights.Of(g.Key)).ThenBy(g => g.Key.Count))
        {
            if (inner.IsSubsetOf(ring.Key))
            {
                inner = ring.Key;
                yield return (ring.Key, ring.Count());
            }
        }
    }

    private IEnumerable<(double Weight, int Failures)> Widths()
    {
        double inside = 0;
        foreach (var ring in Rings)
        {
            var weight = Weights.Of(ring.Causes);
            yield return (weight - inside, ring.Failures);
            inside = weight;
        }
    }

    private bool IsProved(int index)
    {
        var prior = Math.Min(0.5, Weights.Of(index) * Accused.Count / _total);
        var odds = Math.Log(prior / (1 - prior));
        foreach (var (failure, causes) in _failures)
        {
            odds += causes.Contains(index) && (causes.Count == 1 || IsNamed(failure, causes)) ? failure.Weight : 0;
        }

        return odds >= Math.Log(Proof);
    }
}
