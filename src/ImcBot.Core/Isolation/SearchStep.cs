using ImcBot.Contracts;
using ImcBot.Core.Runbooks;

namespace ImcBot.Core.Isolation;

/// <summary>How far a search goes before it ends by itself.</summary>
internal enum SearchAim
{
    /// <summary>The service works and no more than a handful of suspects are held. The rest can wait for daylight.</summary>
    Flow,

    /// <summary>Every message was accepted, or failed alone, or was named.</summary>
    Separate,

    /// <summary>As <see cref="Separate"/>, and each bad message failed often enough that chance crashes do not explain it.</summary>
    Prove,
}

/// <summary>What the search does next: a <see cref="SearchRound"/> or a <see cref="SearchEnd"/>.</summary>
internal abstract record SearchStep;

/// <summary>One try.</summary>
/// <param name="Number">0 is the start on the empty queue, which does not count as a round.</param>
/// <param name="Return">Messages to put back into the queue.</param>
/// <param name="StillHeld">Messages that must not be in the queue.</param>
internal sealed record SearchRound(int Number, IndexSet Return, IndexSet StillHeld) : SearchStep
{
    /// <param name="manifest">Digest of the manifest the indexes belong to; null for the first round 0, which makes it.</param>
    public RoundOrder ToOrder(string? manifest) =>
        manifest is null
            ? new RoundOrder(RoundKind.Hold, IndexSet.Empty, IndexSet.Empty, null)
            : new RoundOrder(RoundKind.Return, Return, StillHeld, manifest);
}

/// <summary>Why a search ended.</summary>
internal enum SearchEndReason
{
    /// <summary>The service stopped on the empty queue too: the cause is not in it.</summary>
    QueueNotTheCause,

    /// <summary>Every message was accepted; none is bad.</summary>
    NoneBad,

    /// <summary>The service works; suspects are held.</summary>
    Flows,

    /// <summary>Every bad message is separated and all others were accepted.</summary>
    Separated,

    /// <summary>As separated, and proved.</summary>
    Proved,
    StartsSpent,
    CrashesSpent,
    MinutesSpent,

    /// <summary>Items that arrived after the hold made rounds fail: the inflow should be paused before the search goes on.</summary>
    ArrivalsFail,

    /// <summary>Rounds told nothing twice in a row: a person must look.</summary>
    NothingLearned,

    /// <summary>A person stopped it.</summary>
    Stopped,

    /// <summary>The service hangs while stopping; no item may be moved until its process is ended.</summary>
    Wedged,
}

/// <summary>The search is over; what was shown safe has been accepted, everything else is held.</summary>
/// <param name="Bad">Proved bad: failed alone or named, beyond what chance crashes explain, and everything else explained without
/// it.</param>
/// <param name="Suspects">Might be bad: accused but not proved, in a batch that failed, or held from the start.</param>
/// <param name="Held">
/// Everything that stays in the hold folder: these and what was never tried, but nothing that the service itself has archived.
/// </param>
/// <param name="NeedsRest">
/// The last round left the service down: one more start, on an empty queue, brings the service back. Not where the empty queue fails too or
/// new items
/// stops it again: that start would only be one more crash.
/// </param>
/// <param name="PauseInbound">A newly arrived item was among what failed: pausing the inflow is worth offering.</param>
/// <param name="AnyRan">Whether any try ran, the start on the empty queue included.</param>
internal sealed record SearchEnd(
    SearchEndReason Reason,
    IndexSet Bad,
    IndexSet Suspects,
    IndexSet Held,
    bool NeedsRest,
    bool PauseInbound,
    bool AnyRan
) : SearchStep
{
    public RoundOrder ToOrder(string? manifest) => new(RoundKind.Rest, IndexSet.Empty, Held, manifest);

    /// <summary>Whether it ended with the service working and nothing but suspects held, or with every message told apart.</summary>
    public bool Reached =>
        Reason is SearchEndReason.NoneBad or SearchEndReason.Flows or SearchEndReason.Separated or SearchEndReason.Proved;

    /// <summary>Why it ended, as a sentence for people.</summary>
    public string Because(SubjectWords words) =>
        Reason switch
        {
            SearchEndReason.QueueNotTheCause =>
                $"The service stopped on an empty queue too: no {words.Item} in {words.Queue} is the cause.",
            SearchEndReason.NoneBad => $"Every {words.Item} was accepted; none of them is bad.",
            SearchEndReason.Flows => $"{SubjectWords.Capital(words.Works)} without the suspects.",
            SearchEndReason.Separated => $"Every {words.Item} was accepted or has failed alone.",
            SearchEndReason.Proved => $"Every {words.Item} was accepted or is proved bad.",
            SearchEndReason.StartsSpent => "The approved starts are used up.",
            SearchEndReason.CrashesSpent => $"The approved {words.Crashes} are used up.",
            SearchEndReason.MinutesSpent => "The approved time is used up.",
            SearchEndReason.ArrivalsFail =>
                $"Newly arrived {words.Matter} stopped the service again and again; keep new {words.Matter} out before going on.",
            SearchEndReason.Stopped => "The search was stopped.",
            SearchEndReason.Wedged =>
                $"The service hangs while stopping, so no {words.Item} was moved; its process must be ended before the search can go on.",
            _ => "Two rounds in a row told nothing; someone must look at the server.",
        };
}
