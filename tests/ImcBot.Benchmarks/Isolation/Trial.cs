using System.Collections.Immutable;
using ImcBot.Contracts;
using ImcBot.Core.Isolation;
using ImcBot.Core.Runbooks;
using ImcBot.Testing.Isolation;

namespace ImcBot.Benchmarks.Isolation;

/// <summary>One kind of search, tried on many seeded placements.</summary>
/// <param name="Suspicion">Which five messages look suspicious, if any do.</param>
/// <param name="Told">Whether it is known that the store has died on this spool before, which it has whenever something bad is in
/// it.</param>
internal sealed record Trial(
    int Count,
    int Bad,
    Seen Seen,
    SearchAim Aim,
    FiveSuspects Suspicion = FiveSuspects.None,
    double ChanceRate = 0,
    bool Told = true
)
{
    private const double Suspicious = 10_000;

    /// <summary>
    /// The tables use placements that nothing was tuned on: tuning took seeds from 5,000,000 on, and earlier versions were measured on
    /// those below 81,000.
    /// </summary>
    public const int FirstSeed = 100_000;

    private static readonly SearchLimits NoLimits = new(int.MaxValue, int.MaxValue, int.MaxValue / 2);

    public TrialResult Run(int seeds, int from)
    {
        var ours = new (SearchRun Run, IndexSet Bad, Cost Plain)[seeds];
        Parallel.For(0, seeds, seed => ours[seed] = Run(from + seed, out var bad, out var plain) is var run ? (run, bad, plain) : default);
        var gains = ours.Select(o => (double)o.Plain.Rounds - o.Run.Rounds).ToArray();
        return new TrialResult(
            Rounds: ours.Average(o => o.Run.Rounds),
            MostRounds: ours.Max(o => o.Run.Rounds),
            Crashes: ours.Average(o => o.Run.Crashes),
            CrashesUntilFlow: ours.Average(o => o.Run.CrashesUntilFlow),
            Right: ours.Count(o => Found(o.Run) == o.Bad),
            InnocentsCalledBad: ours.Count(o => !o.Run.End.Bad.IsSubsetOf(o.Bad)),
            Gain: gains.Average(),
            GainError: Math.Sqrt(gains.Sum(gain => Math.Pow(gain - gains.Average(), 2)) / Math.Max(1, seeds - 1) / seeds),
            PlainRounds: ours.Average(o => o.Plain.Rounds),
            PlainCrashes: ours.Average(o => o.Plain.Crashes),
            PlainCrashesUntilFlow: ours.Average(o => o.Plain.CrashesUntilFlow),
            OneByOneCrashesUntilFlow: ours.Average(o => OtherWays.OneByOneCrashesUntilFlow(o.Bad))
        );
    }

    private SearchRun Run(int seed, out IndexSet bad, out Cost plain)
    {
        var died = Told && Bad > 0 ? 1 : 0;
        var pool = Suspicion == FiveSuspects.None ? IndexSet.Empty : Placement.Of(Count, 5, seed + 1_000_003);
        var bads = Suspicion switch
        {
            FiveSuspects.None => Placement.Of(Count, Bad, seed),
            FiveSuspects.Culprits => IndexSet.Of(Placement.Of(5, Bad, seed).Select(i => pool.ElementAt(i))),
            _ => Placement.Outside(pool, Count, Bad, seed),
        };
        var outline = new SearchOutline(
            Count,
            pool.ToImmutableSortedDictionary(i => i, _ => Suspicious),
            IndexSet.Empty,
            died,
            PointsOut: Seen != Seen.Verdict
        );
        var state = SearchState.Begin(outline, NoLimits, seed).GoOn(Aim);
        bad = bads;
        plain = OtherWays.PlainSplitting(Count, bads, knownToFail: died > 0);
        return SearchRun.Of(state, new SimulatedSpool(bads, Seen, ChanceRate, seed));
    }

    private IndexSet Found(SearchRun run) => Aim == SearchAim.Prove ? run.End.Bad : run.End.Bad.Union(run.End.Suspects);
}

/// <summary>Which messages look suspicious before the search.</summary>
internal enum FiveSuspects
{
    None,

    /// <summary>Five, and all bad ones are among them.</summary>
    Culprits,

    /// <summary>Five, all innocent.</summary>
    Innocents,
}

/// <summary>Means over all placements, unless said otherwise.</summary>
/// <param name="Gain">Rounds saved against plain binary splitting on the same placement.</param>
/// <param name="GainError">Standard error of that mean.</param>
internal sealed record TrialResult(
    double Rounds,
    int MostRounds,
    double Crashes,
    double CrashesUntilFlow,
    int Right,
    int InnocentsCalledBad,
    double Gain,
    double GainError,
    double PlainRounds,
    double PlainCrashes,
    double PlainCrashesUntilFlow,
    double OneByOneCrashesUntilFlow
);
