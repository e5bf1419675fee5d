using System.Collections.Immutable;
using ImcBot.Contracts;
using ImcBot.Core.Isolation;
using ImcBot.Core.Runbooks;

namespace ImcBot.Core.Incidents;

/// <summary>The search for the bad message, from its hold to its end.</summary>
/// <param name="Question">The approved question its runs belong to.</param>
/// <param name="Plan">SHA-256 of the approved plan.</param>
/// <param name="StartedAt">Unix microseconds.</param>
/// <param name="Step">The round under way, or the last one.</param>
/// <param name="Order">What the run does.</param>
internal sealed record Search(
    QuestionId Question,
    string Plan,
    GrantTerms Grant,
    SearchLimits Limits,
    long StartedAt,
    SearchRound Step,
    RoundOrder Order
)
{
    /// <summary>Number of the run under way, or of the last one.</summary>
    public int Run { get; init; } = 1;

    /// <summary>One line per finished run, oldest first.</summary>
    public ImmutableList<RoundLine> Rounds { get; init; } = [];

    /// <summary>What has been learned; null until the hold has answered.</summary>
    public SearchState? State { get; init; }

    /// <summary>The held items; null until the hold has answered.</summary>
    public SearchManifest? Manifest { get; init; }

    /// <summary>Where every message was when the last run ended.</summary>
    public MessageCounts? Counts { get; init; }

    /// <summary>Indexes that are not in the queue: the suspects, and what has not been tried.</summary>
    public IndexSet Held { get; init; } = IndexSet.Empty;

    /// <summary>How many of those the relay saw nowhere in the end: whether they were taken is not known. None while it runs.</summary>
    public int Unseen => End is null ? 0 : Math.Min(Counts?.Unknown ?? 0, Held.Count);

    /// <summary>The end that the run under way brings about; null while rounds go on.</summary>
    public SearchEnd? Ending { get; init; }

    /// <summary>How it ended; null while it runs.</summary>
    public SearchEnd? End { get; init; }

    /// <summary>Somebody asked to end after the run under way.</summary>
    public bool EndAsked { get; init; }

    /// <summary>Relay clock, Unix microseconds, of the first message accepted; null before.</summary>
    public long? FirstGoodAt { get; init; }

    /// <summary>
    /// The question under which the relay holds the items: its own, or that of the search it goes on with under a new grant.
    /// </summary>
    public QuestionId HeldBy
    {
        get => field == default ? Question : field;
        init;
    }

    /// <summary>What people read about the items that are searched.</summary>
    public SubjectWords Words { get; init; } = SubjectWords.Plain;

    /// <summary>How many of the rounds belong to earlier grants.</summary>
    public int Before { get; init; }

    /// <summary>The search that stood before this one was approved; null when none did.</summary>
    public Search? Replaced { get; init; }

    /// <summary>A run has begun and told nothing: only safe rest can tell where each message is.</summary>
    public bool IsBroken { get; init; }

    /// <summary>What it has learned and what is left, as sentences for people; empty while it runs.</summary>
    public string Sentence =>
        End is not { } end
            ? ""
            : $"{end.Because(Words)} {Found(end.Bad)}"
                + $"{(Counts is { } counts ? $"; {counts.Accepted} {(counts.Accepted == 1 ? "was" : "were")} accepted" : "")}, "
                + $"{Held.Count - Unseen} {(Held.Count - Unseen == 1 ? "is" : "are")} held"
                + $"{(Unseen == 0 ? "" : $", {Unseen} {(Unseen == 1 ? "was" : "were")} seen nowhere")}.";

    private string Found(IndexSet bad) =>
        bad.Count switch
        {
            0 => $"No {Words.Item} is proved bad",
            1 => $"1 bad {Words.Item} was found: {Names(bad).Single()}",
            _ => $"{bad.Count} bad {Words.Items} were found: {string.Join(", ", Names(bad.Take(5)))}{(bad.Count > 5 ? " and more" : "")}",
        };

    public IndexSet PossibleDuplicates => State?.PossibleDuplicates ?? IndexSet.Empty;

    /// <summary>The names of these messages, as far as the manifest told them; others by their index.</summary>
    public IEnumerable<string> Names(IndexSet messages) =>
        messages.Select(index => Manifest?.Weighed.FirstOrDefault(weighed => weighed.Index == index)?.Name ?? $"{Words.Item} {index + 1}");
}

/// <summary>One row of the search card.</summary>
internal sealed record RoundLine(int Run, RoundKind Kind, int Returned, RoundVerdict Verdict, bool Crashed, double Seconds, string Note)
{
    /// <summary>How many messages could be the bad one when it had ended.</summary>
    public int Suspects { get; init; }

    /// <summary>How many had been taken when it had ended.</summary>
    public int Accepted { get; init; }
}
