using ImcBot.Contracts;
using ImcBot.Core.Isolation;

namespace ImcBot.Testing.Isolation;

/// <summary>What a simulated server lets one see of a failing round.</summary>
internal enum Seen
{
    Verdict,
    Order,

    /// <summary>As <see cref="Order"/>, but several messages are in flight and the one after the culprit is pointed at.</summary>
    Astray,
    Names,
}

/// <summary>A spool with known bad messages that answers rounds as a server would. Messages are delivered in index order.</summary>
/// <param name="chanceRate">Share of rounds that fail with nothing bad in them.</param>
internal sealed class SimulatedSpool(IndexSet bad, Seen seen, double chanceRate, int seed)
{
    private readonly Random _random = new(seed);
    private IndexSet _accepted;

    public RoundResult Try(SearchRound round)
    {
        var culprits = round.Return.Intersect(bad);
        var chance = round.Number > 0 && culprits.IsEmpty && _random.NextDouble() < chanceRate;
        if (culprits.IsEmpty && !chance)
        {
            _accepted = _accepted.Union(round.Return);
            return Result(round, RoundVerdict.Ran, IndexSet.Empty, IndexSet.Empty);
        }

        var stopped = chance ? round.Return.Take(1 + _random.Next(round.Return.Count)).Ranges[^1].Last : culprits.Ranges[0].First;
        if (seen is Seen.Order or Seen.Astray)
        {
            _accepted = _accepted.Union(round.Return.Intersect(IndexSet.UpTo(stopped)));
        }

        return Result(
            round,
            RoundVerdict.Crashed,
            seen == Seen.Names && !chance ? IndexSet.Of(stopped) : IndexSet.Empty,
            seen switch
            {
                Seen.Order => IndexSet.Of(stopped),
                Seen.Astray => round.Return.Except(IndexSet.UpTo(stopped + 1)).Take(1),
                _ => IndexSet.Empty,
            }
        );
    }

    private RoundResult Result(SearchRound round, RoundVerdict verdict, IndexSet named, IndexSet inFlight) =>
        new(
            round.Number,
            verdict,
            round.Return,
            _accepted,
            IndexSet.Empty,
            Arrived: 0,
            Crashed: verdict == RoundVerdict.Crashed,
            TimeSpan.FromMinutes(1)
        )
        {
            Named = named,
            InFlight = inFlight,
        };
}
