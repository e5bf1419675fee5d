using System.Collections.Immutable;
using ImcBot.Contracts;
using ImcBot.Core.Isolation;
using ImcBot.Core.Runbooks;

namespace ImcBot.Core.Incidents;

/// <summary>The search for the bad message, from its hold to its end.</summary>
/// <param name="Question">The approved question its runs belong to.</param>
/// <param name="Run">Number of the run under way, or of the last one.</param>
/// <param name="Step">The round under way, or the last one.</param>
/// <param name="Order">What the run does.</param>
/// <param name="Rounds">One line per finished run, oldest first.</param>
/// <param name="State">What has been learned; null until the hold has answered.</param>
/// <param name="Manifest">The held items; null until the hold has answered.</param>
/// <param name="Counts">Where every message was when the last run ended.</param>
/// <param name="Held">Indexes that are not in the queue: the suspects, and what has not been tried.</param>
/// <param name="Ending">The end that the run under way brings about; null while rounds go on.</param>
/// <param name="End">How it ended; null while it runs.</param>
/// <param name="EndAsked">Somebody asked to end after the run under way.</param>
/// <param name="FirstGoodAt">Relay clock, Unix microseconds, of the first message accepted.</param>
internal sealed record Search(
    QuestionId Question,
    string Plan,
    GrantTerms Grant,
    SearchLimits Limits,
    long StartedAt,
    int Run,
    SearchRound Step,
    RoundOrder Order,
    ImmutableList<RoundLine> Rounds,
    SearchState? State,
    SearchManifest? Manifest,
    MessageCounts? Counts,
    IndexSet Held,
    SearchEnd? Ending,
    SearchEnd? End,
    bool EndAsked,
    long? FirstGoodAt
)
{
    /// <summary>
    /// The question under which the relay holds the items: its own, or that of the search it goes on with under a new grant.
    /// </summary>
    public QuestionId HeldBy
    {
        get => field == default ? Question : field;
        init;
    }

    /// <summary>What people read about the items that are searched.</summary>
    public SubjectWords Words { get; init; } = new();

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
                + $"{Held.Count} "
                + $"{(Held.Count == 1 ? "is" : "are")} held.";

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
/// <param name="Suspects">How many messages could be the bad one when it had ended.</param>
/// <param name="Accepted">How many had been taken when it had ended.</param>
internal sealed record RoundLine(
    int Run,
    RoundKind Kind,
    int Returned,
    RoundVerdict Verdict,
    bool Crashed,
    double Seconds,
    string Note,
    int Suspects = 0,
    int Accepted = 0
);
