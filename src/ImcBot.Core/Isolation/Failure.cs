using ImcBot.Contracts;

namespace ImcBot.Core.Isolation;

/// <summary>
/// One failed round, or one crash from before the search: at least one of these messages is bad, unless it was a chance crash.
/// </summary>
/// <param name="Batch">What was in the queue and not accepted.</param>
/// <param name="Pointed">The part of it that events named or that was in flight; empty when nothing points.</param>
/// <param name="ByName">Whether an event named it.</param>
/// <param name="Returned">How many messages were in the queue, accepted ones included.</param>
/// <param name="Seen">Whether it was a round of this search and not from before.</param>
internal sealed record Failure(IndexSet Batch, IndexSet Pointed, bool ByName, int Returned, bool Seen)
{
    /// <summary>The share of rounds that fail by chance, with nothing bad in them.</summary>
    public const double ChanceRate = 0.02;

    /// <summary>An event that names an innocent file in a chance crash is rarer still.</summary>
    private const double ChanceName = 0.02;

    /// <summary>Which messages may have caused it, now that <paramref name="good"/> are known to be good; empty: it was chance.</summary>
    public IndexSet Causes(IndexSet good)
    {
        var pointed = Pointed.Except(good);
        return pointed.IsEmpty ? Batch.Except(good) : pointed;
    }

    /// <summary>Log of how much likelier this failure is when the one message left in <see cref="Causes"/> is bad than by chance.</summary>
    public double Weight =>
        -Math.Log(ChanceRate) + (Pointed.IsEmpty ? 0 : Math.Log(Returned / (double)Pointed.Count)) - (ByName ? Math.Log(ChanceName) : 0);
}
