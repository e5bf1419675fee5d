using System.Collections.Immutable;
using ImcBot.Contracts;
using ImcBot.Core.Isolation;
using ImcBot.Core.Runbooks;
using ImcBot.Testing.Isolation;
using Xunit;

namespace ImcBot.Core.Tests.Isolation;

/// <summary>Small seeded samples of the bounds that the <c>isolation</c> benchmark measures on 1,000 placements each.</summary>
public sealed class A_search_keeps_its_bounds
{
    private static readonly SearchLimits NoLimits = new(int.MaxValue, int.MaxValue, int.MaxValue / 2);

    public static TheoryData<int, int> Cases()
    {
        var cases = new TheoryData<int, int>();
        foreach (var count in new[] { 10, 100, 1_000, 100_000 })
        {
            for (var bad = 0; bad <= 5; bad++)
            {
                cases.Add(count, bad);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void By_verdict_only_rounds_stay_near_the_information_bound(int count, int bad)
    {
        var runs = Runs(count, bad, Seen.Verdict).ToList();

        Assert.All(runs, run => Assert.InRange(run.Rounds, 1, Floor(count, bad) + (3 * bad) + 2));
        Assert.InRange(runs.Average(run => run.Rounds), 1, Floor(count, bad) + (2 * bad) + 1);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Where_the_order_is_seen_two_rounds_find_each_bad_message(int count, int bad) =>
        Assert.All(Runs(count, bad, Seen.Order), run => Assert.InRange(run.Rounds, 1, (2 * bad) + 2));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Where_events_name_it_one_round_finds_each_bad_message(int count, int bad) =>
        Assert.All(Runs(count, bad, Seen.Names), run => Assert.InRange(run.Rounds, 1, bad + 2));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Culprits_among_the_suspects_never_crash_the_store_before_mail_flows(int count, int bad) =>
        Assert.All(Runs(count, bad, Seen.Verdict, suspects: true), run => Assert.Equal(0, run.CrashesUntilFlow));

    /// <summary>By verdicts one culprit takes a round more; <see cref="Five_suspects_take_their_number_of_tries"/> shows that it must.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Culprits_among_five_suspects_are_found_in_their_number_plus_four_rounds(int count, int bad)
    {
        Assert.All(Runs(count, bad, Seen.Order, suspects: true), run => Assert.InRange(run.Rounds, 1, bad + 4));
        Assert.All(Runs(count, bad, Seen.Verdict, suspects: true), run => Assert.InRange(run.Rounds, 1, Math.Max(6, bad + 4)));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Five_innocent_suspects_do_not_lead_the_search_beyond_its_bound(int count, int bad)
    {
        if (count >= 100 && bad > 0)
        {
            Assert.All(
                Runs(count, bad, Seen.Verdict, suspects: true, innocent: true),
                run => Assert.InRange(run.Rounds, 1, Floor(count, bad) + (3 * bad) + 2)
            );
        }
    }

    private const int Sample = 15;

    private static IEnumerable<SearchRun> Runs(int count, int bad, Seen seen, bool suspects = false, bool innocent = false)
    {
        for (var seed = 0; seed < Sample; seed++)
        {
            var random = new Random(seed);
            var culprits = IndexSet.Of(Enumerable.Range(0, bad).Select(i => (random.Next(count / 5) * 5) + i));
            var five = innocent
                ? IndexSet.UpTo(count).Except(culprits).Take(5)
                : IndexSet.UpTo(count).Except(culprits).Take(5 - bad).Union(culprits);
            var weights = suspects ? five.ToImmutableSortedDictionary(i => i, _ => 10_000.0) : ImmutableSortedDictionary<int, double>.Empty;
            var outline = new SearchOutline(
                count,
                weights,
                IndexSet.Empty,
                EarlierCrashes: Math.Min(bad, 1),
                PointsOut: seen != Seen.Verdict
            );
            var run = SearchRun.Of(
                SearchState.Begin(outline, NoLimits, seed).GoOn(SearchAim.Separate),
                new SimulatedSpool(culprits, seen, 0, seed)
            );
            Assert.Equal(culprits, run.End.Held);
            yield return run;
        }
    }

    private static int Floor(int count, int bad) =>
        (int)Math.Ceiling(Enumerable.Range(0, bad).Sum(i => Math.Log2((count - i) / (double)(i + 1))) - 1e-9);
}
