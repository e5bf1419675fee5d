using ImcBot.Contracts;

namespace ImcBot.Core.Isolation;

/// <summary>What one round told.</summary>
/// <param name="Returned">What was really put back; a round may return less than was ordered.</param>
/// <param name="Accepted">Taken without the service failing, in this or an earlier round: good.</param>
/// <param name="Archived">Moved to the archive undelivered, in this or an earlier round.</param>
/// <param name="Arrived">Messages that have arrived since the hold; they have the indexes from the outline's count on.</param>
/// <param name="Crashed">Whether what the service hands its items to went down.</param>
internal sealed record RoundResult(
    int Round,
    RoundVerdict Verdict,
    IndexSet Returned,
    IndexSet Accepted,
    IndexSet Archived,
    int Arrived,
    bool Crashed,
    TimeSpan Took
)
{
    /// <summary>No round takes longer; a report that says so is no reason to stop.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>Named by events of this round.</summary>
    public IndexSet Named { get; init; } = IndexSet.Empty;

    /// <summary>Begun and not finished when the service failed, where the order of delivery can be seen.</summary>
    public IndexSet InFlight { get; init; } = IndexSet.Empty;

    /// <summary>What the relay tells as perhaps delivered twice; it decides nothing.</summary>
    public IndexSet PossibleDuplicates { get; init; } = IndexSet.Empty;

    /// <summary>Whether the round failed; a hang counts like a crash.</summary>
    public bool Failed => Verdict is RoundVerdict.Crashed or RoundVerdict.Hung;

    /// <summary>A hold that left messages to the service is a round of its own: it told what they do.</summary>
    public static RoundResult From(SearchRound order, RoundReport report) =>
        new(
            report.Released.IsEmpty ? order.Number : Math.Max(1, order.Number),
            report.Verdict,
            order.Return.Union(report.Released),
            report.Accepted,
            report.Archived,
            report.Arrived,
            report.Crashed,
            TimeSpan.FromSeconds(double.IsNaN(report.Seconds) ? 0 : Math.Clamp(report.Seconds, 0, Longest.TotalSeconds))
        )
        {
            Named = report.Named,
            InFlight = report.FirstUnaccepted is >= 0 and var index ? IndexSet.Of(index) : IndexSet.Empty,
            PossibleDuplicates = report.PossibleDuplicates,
        };
}
