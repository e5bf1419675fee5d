using ImcBot.Contracts;

namespace ImcBot.Core.Isolation;

/// <summary>
/// Chooses what to return next: the batch whose outcome is most uncertain, so that each round tells about one bit. Until the service works
/// a likelier clean batch is worth more than the last fraction of that bit, because a crash disconnects users.
/// </summary>
internal static class Batch
{
    /// <summary>
    /// Wanted likelihood that a batch is clean: once the service works; and before, after each failed narrowing a higher one.
    /// </summary>
    private const double Even = 0.51,
        LikelyClean = 0.565,
        LikelierClean = 0.69,
        LikeliestClean = 0.8;

    /// <summary>
    /// Wanted once the suspects have turned out innocent at the price of a crash: a few messages first, so that the service works without a
    /// second one. It costs a round.
    /// </summary>
    private const double NearlySurelyClean = 0.99;

    /// <summary>Everything not suspected goes back at once from this likelihood on that it is clean; below, a part of it.</summary>
    private const double WorthAll = 0.35;

    private const int FewSuspects = 5;

    /// <summary>Likelihood that the others are clean from which it pays to close with them.</summary>
    private const double CloseFrom = 0.635;

    /// <param name="restoreFailed">Everything but the suspects went back and failed, and no the service works yet.</param>
    public static IndexSet Choose(Evidence evidence, bool flows, bool restoreFailed)
    {
        if (OneByOne(evidence) is { } next)
        {
            return next;
        }

        var clean =
            flows ? Even
            : restoreFailed ? NearlySurelyClean
            : evidence.Rings.Length switch
            {
                <= 1 => LikelyClean,
                2 => LikelierClean,
                _ => LikeliestClean,
            };
        var inside = evidence.Narrowest.Intersect(evidence.Open);
        var outside = evidence.Open.Except(inside);
        if (inside.IsEmpty)
        {
            return ChooseFresh(evidence, outside, flows);
        }

        return (flows ? Closing(evidence, inside, outside) : null) ?? Part(evidence.Planning, inside, evidence.Belief.CleanInside, clean);
    }

    /// <summary>
    /// With only suspects left and something bad among them, each is tried alone, the most suspicious first: one crash for each
    /// culprit, which is the least there can be, and never more rounds than suspects.
    /// </summary>
    private static IndexSet? OneByOne(Evidence evidence)
    {
        var open = evidence.Open;
        var suspected =
            evidence.IsSuspicionTrusted
            && open == evidence.Weights.Suspects(open, FewSuspects)
            && !(evidence.Rings.IsEmpty && evidence.Accused.IsEmpty);
        return open.IsEmpty || !suspected ? null : evidence.Weights.Suspects(open, 1);
    }

    private static IndexSet ChooseFresh(Evidence evidence, IndexSet open, bool flows) =>
        evidence.Belief.CleanOutside(evidence.Planning.Of(open)) >= (flows ? WorthAll : Even)
            ? open
            : Part(evidence.Planning, open, evidence.Belief.CleanOutside, flows ? Even : LikelyClean);

    /// <summary>
    /// With two left and the others probably good, one of the two goes back together with all the others: if that runs, everything is
    /// settled, and no round is needed for the others alone. If it fails, the other one is tried the same way.
    /// </summary>
    private static IndexSet? Closing(Evidence evidence, IndexSet inside, IndexSet outside)
    {
        if (inside.Count != 2 || outside.IsEmpty || evidence.Belief.CleanOutside(evidence.Planning.Of(outside)) < CloseFrom)
        {
            return null;
        }

        var left = evidence.Common(inside, outside);
        return left.Count switch
        {
            2 => outside.Union(evidence.Planning.Lightest(inside, 0)),
            1 => outside.Union(inside.Except(left)),
            _ => null,
        };
    }

    /// <summary>The part of the set, least suspicious first, whose likelihood of being clean is nearest to the wanted one.</summary>
    private static IndexSet Part(Weights weights, IndexSet set, Func<double, double> clean, double wanted)
    {
        var smaller = weights.Lightest(set, Largest(weights.Of(set), clean, wanted));
        var larger = smaller.Union(weights.Lightest(set.Except(smaller), 0));
        return Miss(larger) < Miss(smaller) ? larger : smaller;

        double Miss(IndexSet part) => Math.Abs(clean(weights.Of(part)) - wanted);
    }

    /// <summary>The largest weight, up to <paramref name="whole"/>, that is clean at least as likely as wanted.</summary>
    private static double Largest(double whole, Func<double, double> clean, double wanted)
    {
        double low = 0,
            high = whole;
        if (clean(whole) >= wanted)
        {
            return whole;
        }

        while (high - low > whole * 1e-6)
        {
            var middle = (low + high) / 2;
            (low, high) = clean(middle) >= wanted ? (middle, high) : (low, middle);
        }

        return low;
    }
}
