using System.Collections.Immutable;
using ImcBot.Contracts;

namespace ImcBot.Core.Isolation;

/// <summary>What the failures so far say about each message. Derived from a <see cref="SearchState"/>; holds nothing of its own.</summary>
internal sealed class Evidence
{
    /// <summary>Odds against chance beyond which an accused message is called bad, and beyond which nobody need ask again.</summary>
    private const double Proof = 1_000,
        Certainty = 100_000;

    private readonly ImmutableArray<(Failure Failure, IndexSet Causes, IndexSet Alone)> _failures;
    private readonly double _total;
    private readonly int _known;

    public Evidence(SearchState state)
    {
        var known = IndexSet.UpTo(state.Known);
        _known = state.Known;
        var astray = PointsAstray(state);
        var failures = astray ? state.Failures.ConvertAll(f => f.ByName ? f : f with { Pointed = IndexSet.Empty }) : state.Failures;
        _failures = [.. failures.Select(f => (f, f.Causes(state.Good), f.Batch.Except(state.Good))).Where(f => !f.Item2.IsEmpty)];
        Accused = _failures
            .Where(f => f.Causes.Count == 1 || IsNamed(f.Failure, f.Causes))
            .Aggregate(IndexSet.Empty, (all, f) => all.Union(f.Causes));
        Weights = new Weights(state.Outline, state.Seed, Accused);
        _total = Weights.Of(known);
        Open = known.Except(state.Good).Except(state.Archived).Except(Accused);
        Rings = [.. FindRings()];
        PointsOut = failures.LastOrDefault(f => f.Seen) is { } last ? !last.Pointed.IsEmpty : state.Outline.PointsOut;
        var alone = IndexSet.Of(Accused.Where(FailedAlone));
        Separated = alone.Union(IndexSet.Of(Accused.Where(IsSuspectInFlight)));
        Bad = IndexSet.Of(alone.Where(index => LogOdds(index) >= Math.Log(Proof)));
        Certain = IndexSet.Of(Bad.Where(index => LogOdds(index) >= Math.Log(Certainty)));
        OnlyPointedAt = _failures
            .Where(f => IsPointedAt(f.Failure, f.Causes))
            .Aggregate(IndexSet.Empty, (all, f) => all.Union(f.Causes))
            .Except(Separated);
        (Belief, IsSuspicionTrusted) = Believe(state.Good);
        Planning = IsSuspicionTrusted ? Weights : Weights.Even();
    }

    /// <summary>How suspicious each message looks; what is held, listed and judged by.</summary>
    public Weights Weights { get; }

    /// <summary>Whether what was seen is explained at least as well with the suspicion as without it.</summary>
    public bool IsSuspicionTrusted { get; }

    /// <summary>What batches are chosen by: the weights, or all messages alike once the suspicion is not trusted any more.</summary>
    public Weights Planning { get; }

    /// <summary>Whether a failing round is expected to tell which message it failed on.</summary>
    public bool PointsOut { get; }

    public Belief Belief { get; }

    /// <summary>The only ones left that explain some failure, or named in one. They are set aside until the rest is settled.</summary>
    public IndexSet Accused { get; }

    /// <summary>The accused whose failures chance does not explain.</summary>
    public IndexSet Bad { get; }

    /// <summary>The bad ones of which even several chance failures in one search are no explanation.</summary>
    public IndexSet Certain { get; }

    /// <summary>The accused that failed alone, were named, or look suspicious and were in flight.</summary>
    public IndexSet Separated { get; }

    /// <summary>
    /// The accused that were in flight and have not yet failed alone; with several messages in flight the wrong one may be pointed at.
    /// </summary>
    public IndexSet OnlyPointedAt { get; }

    /// <summary>Neither accepted, nor archived, nor accused.</summary>
    public IndexSet Open { get; }

    /// <summary>
    /// Failures that no accused message explains, each inside the next, with how often that set failed. Empty when all is explained.
    /// </summary>
    public ImmutableArray<(IndexSet Causes, int Failures)> Rings { get; }

    /// <summary>The smallest set that holds a bad message and is not explained; empty when there is none.</summary>
    public IndexSet Narrowest => Rings.IsEmpty ? IndexSet.Empty : Rings[0].Causes;

    /// <summary>Those inside that were part of every failure together with all of the outside.</summary>
    public IndexSet Common(IndexSet inside, IndexSet outside) =>
        _failures.Where(f => outside.IsSubsetOf(f.Causes)).Aggregate(inside, (common, f) => common.Intersect(f.Causes));

    /// <summary>Whether a message in flight was pointed at and later accepted: then pointing is not to be relied on.</summary>
    private static bool PointsAstray(SearchState state) =>
        state.Failures.Any(f => f is { Seen: true, ByName: false, Pointed.IsEmpty: false } && f.Pointed.IsSubsetOf(state.Good));

    private static bool IsNamed(Failure failure, IndexSet causes) => failure.ByName && causes.IsSubsetOf(failure.Pointed);

    private static bool IsPointedAt(Failure failure, IndexSet causes) =>
        failure is { Seen: true, ByName: false } && causes == failure.Pointed && causes.Count == 1;

    private IEnumerable<(IndexSet Causes, int Failures)> FindRings()
    {
        var inner = IndexSet.Empty;
        foreach (
            var ring in _failures
                .Where(f => !f.Causes.Overlaps(Accused) && f.Causes.Overlaps(Open))
                .GroupBy(f => f.Causes)
                .OrderBy(g => Weights.Of(g.Key))
                .ThenBy(g => g.Key.Count)
        )
        {
            if (inner.IsSubsetOf(ring.Key))
            {
                inner = ring.Key;
                yield return (ring.Key, ring.Count());
            }
        }
    }

    /// <summary>
    /// Two beliefs, equally likely before anything was seen: the suspicion says which messages are likelier bad, or it says nothing. The
    /// one that
    /// explains better what was seen is planned by. So suspects that prove innocent do not make all others look cleaner than they are.
    /// </summary>
    private (Belief Belief, bool Trusts) Believe(IndexSet good)
    {
        var told = new Belief(_total, Weights.Of(good), Accused.Count, [.. Widths(Weights)]);
        if (!Weights.HasSuspects)
        {
            return (told, true);
        }

        var untold = new Belief(_known, good.Count, Accused.Count, [.. Widths(Weights.Even())]);
        var factor = Accused.Aggregate(told.Likelihood / untold.Likelihood, (odds, index) => odds * Weights.Of(index) / _total * _known);
        return factor >= 1 ? (told, true) : (untold, false);
    }

    private IEnumerable<(double Weight, int Failures)> Widths(Weights weights)
    {
        double inside = 0;
        foreach (var ring in Rings)
        {
            var weight = weights.Of(ring.Causes);
            yield return (weight - inside, ring.Failures);
            inside = weight;
        }
    }

    /// <summary>
    /// Whether it failed in this search with nothing beside it but messages known to be good, or was named. A crash from before the search
    /// is not enough: what caused it may be gone.
    /// </summary>
    private bool FailedAlone(int index) =>
        _failures.Any(f => f.Causes.Contains(index) && ((f.Failure.Seen && f.Alone.Count == 1) || IsNamed(f.Failure, f.Causes)));

    /// <summary>
    /// Two different signs at once set it apart, but call it bad only once it has failed alone: what is in flight beside it may be the
    /// culprit.
    /// </summary>
    private bool IsSuspectInFlight(int index) =>
        Weights.IsSuspect(index) && _failures.Any(f => f.Causes.Contains(index) && IsPointedAt(f.Failure, f.Causes));

    /// <summary>Suspicion counts for a message, but never against one: an innocent look does not excuse what failed.</summary>
    private double LogOdds(int index)
    {
        var prior = Math.Min(0.5, Accused.Count * Math.Max(Weights.Of(index) / _total, 1.0 / _known));
        var odds = Math.Log(prior / (1 - prior));
        foreach (var (failure, causes, _) in _failures)
        {
            odds += causes.Contains(index) && (causes.Count == 1 || IsNamed(failure, causes)) ? failure.Weight : 0;
        }

        return odds;
    }
}
