using ImcBot.Contracts;

namespace ImcBot.Core.Isolation;

/// <summary>
/// Chooses what to return next: the batch whose outcome is most uncertain, so that each round tells about one bit. Until mail flows a
/// likelier clean batch is worth more than the last fraction of that bit, because a crash disconnects every mailbox user.
/// </summary>
internal static class Batch
{
    private const double Even = 0.5, LikelyClean = 0.72;

    public static IndexSet Choose(Evidence evidence, bool mailFlows)
    {
        var clean = mailFlows ? Even : LikelyClean;
        var inside = evidence.Narrowest.Intersect(evidence.Open);
        var outside = evidence.Open.Except(inside);
        if (inside.IsEmpty)
        {
            return ChooseFresh(evidence, outside, mailFlows);
        }

        return Closing(evidence, inside, outside) ?? Part(evidence, inside, clean);
    }

    private static IndexSet ChooseFresh(Evidence evidence, IndexSet open, bool mailFlows)
    {
        var weight = evidence.Weights.Of(open);
        return evidence.Belief.CleanOutside(weight) >= (mailFlows ? 0.35 : Even)
            ? open
            : evidence.Weights.Lightest(open, Largest(weight, evidence.Belief.CleanOutside, mailFlows ? Even : LikelyClean));
    }

    /// <summary>
    /// With two left and the others probably good, one of the two goes back together with all the others: if that runs, everything is
    /// settled one round sooner, and if not, the other one is tried the same way.
    /// </summary>
    private static IndexSet? Closing(Evidence evidence, IndexSet inside, IndexSet outside)
    {
        if (inside.Count != 2 || outside.IsEmpty || evidence.Belief.CleanOutside(evidence.Weights.Of(outside)) < 0.6)
        {
            return null;
        }

        foreach (var one in inside)
        {
            var batch = outside.Union(IndexSet.Of(one));
            if (!evidence.HasFailed(batch))
            {
                return batch;
            }
        }

        return null;
    }

    private static IndexSet Part(Evidence evidence, IndexSet inside, double clean)
    {
        var weight = evidence.Weights.Of(inside);
        return evidence.Weights.Lightest(inside, Largest(weight, evidence.Belief.CleanInside, clean));
    }

    /// <summary>The largest weight, up to <paramref name="whole"/>, that is clean at least as likely as wanted.</summary>
    private static double Largest(double whole, Func<double, double> clean, double wanted)
    {
        if (clean(whole) >= wanted)
        {
            return whole;
        }

        double low = 0, high = whole;
        for (var step = 0; step < 40; step++)
        {
            var middle = (low + high) / 2;
            if (clean(middle) >= wanted)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return low + 0.5;
    }
}
