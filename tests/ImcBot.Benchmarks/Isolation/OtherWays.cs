using ImcBot.Contracts;

namespace ImcBot.Benchmarks.Isolation;

/// <summary>What a way of searching cost.</summary>
internal readonly record struct Cost(int Rounds, int Crashes, int CrashesUntilFlow);

/// <summary>The two ways that the search is measured against. They know nothing of chance crashes and prove nothing.</summary>
internal static class OtherWays
{
    /// <summary>
    /// Plain binary splitting: return everything; if it fails, halve (the first half is tried, a clean first half convicts the second)
    /// until one message is left; set it aside and return everything else again. As in the search, one try must have failed on it.
    /// </summary>
    /// <param name="knownToFail">The whole spool is known to fail, so the first try of everything is skipped.</param>
    public static Cost PlainSplitting(int count, IndexSet bad, bool knownToFail)
    {
        int rounds = 0,
            crashes = 0,
            untilFlow = 0;
        var flows = false;
        var left = IndexSet.UpTo(count);
        var skip = knownToFail;
        while (!left.IsEmpty && (skip || Fails(left)))
        {
            var failed = !skip;
            skip = false;
            var suspects = left;
            while (suspects.Count > 1)
            {
                var half = suspects.Take((suspects.Count + 1) / 2);
                if (Fails(half))
                {
                    failed = true;
                    suspects = half;
                }
                else
                {
                    suspects = suspects.Except(half);
                    left = left.Except(half);
                }
            }

            _ = failed || Fails(suspects);
            left = left.Except(suspects);
        }

        return new Cost(rounds, crashes, untilFlow);

        bool Fails(IndexSet batch)
        {
            var fails = batch.Overlaps(bad);
            rounds++;
            crashes += fails ? 1 : 0;
            flows |= !fails;
            untilFlow += fails && !flows ? 1 : 0;
            return fails;
        }
    }

    /// <summary>The article's way (Q317653 resolution 4 c): one message at a time.</summary>
    public static int OneByOne(int count) => count;

    /// <summary>One at a time, oldest first: the bad ones that come before the first good one.</summary>
    public static int OneByOneCrashesUntilFlow(IndexSet bad) => bad.IsEmpty || bad.Ranges[0].First > 0 ? 0 : bad.Ranges[0].Last + 1;
}
