using ImcBot.Contracts;

namespace ImcBot.Core.Isolation;

/// <summary>How far a search goes before it ends by itself.</summary>
internal enum SearchAim
{
    /// <summary>Mail flows and no more than a handful of suspects are held. The rest can wait for daylight.</summary>
    Flow,

    /// <summary>Every message was accepted, or failed alone, or was named.</summary>
    Separate,

    /// <summary>As <see cref="Separate"/>, and each bad message failed often enough that chance crashes do not explain it.</summary>
    Prove,
}

/// <summary>What the search does next: a <see cref="SearchRound"/> or a <see cref="SearchEnd"/>.</summary>
internal abstract record SearchStep;

/// <summary>One try.</summary>
/// <param name="Number">0 is the start on the empty spool, which does not count as a round.</param>
/// <param name="Return">Messages to put back into the spool.</param>
/// <param name="StillHeld">Messages that must not be in the spool.</param>
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
    /// <summary>The service stopped on the empty spool too: the spool's In folder is not the cause.</summary>
    SpoolNotTheCause,

    /// <summary>Every message was accepted; none is bad.</summary>
    NoneBad,

    /// <summary>Mail flows; suspects are held.</summary>
    MailFlows,

    /// <summary>Every bad message is separated and all others were accepted.</summary>
    Separated,

    /// <summary>As separated, and proved.</summary>
    Proved,
    StartsSpent,
    StoreCrashesSpent,
    MinutesSpent,

    /// <summary>Mail that arrived after the hold made rounds fail: inbound mail should be paused before the search goes on.</summary>
    ArrivalsFail,

    /// <summary>Rounds told nothing twice in a row: a person must look.</summary>
    NothingLearned,

    /// <summary>A person stopped it.</summary>
    Stopped,

    /// <summary>The mail service hangs while stopping; no mail may be moved until its process is ended.</summary>
    Wedged,
}

/// <summary>The search is over; mail that was shown safe has been accepted, everything else is held.</summary>
/// <param name="Bad">Proved bad: failed alone or named, beyond what chance crashes explain, and everything else explained without it.</param>
/// <param name="Suspects">Might be bad: accused but not proved, in a batch that failed, or held from the start.</param>
/// <param name="Untested">Never tried, or nothing speaks against them.</param>
/// <param name="Held">Everything that stays in the hold folder: all of these but what the mail service itself has archived.</param>
/// <param name="NeedsRest">
/// The last round left the service down: one more start, on an empty spool, brings mail back. Not where the empty spool fails too or new mail
/// stops it again: that start would only be one more crash.
/// </param>
/// <param name="PauseInbound">Newly arrived mail was among what failed: pausing inbound mail is worth offering.</param>
/// <param name="AnyRan">Whether any try ran, the start on the empty spool included.</param>
internal sealed record SearchEnd(
    SearchEndReason Reason, IndexSet Bad, IndexSet Suspects, IndexSet Untested, IndexSet Held, bool NeedsRest,
    bool PauseInbound, bool AnyRan) : SearchStep
{
    public RoundOrder ToOrder(string? manifest) => new(RoundKind.Rest, IndexSet.Empty, Held, manifest);

    /// <summary>Whether it ended with mail flowing and nothing but suspects held, or with every message told apart.</summary>
    public bool Reached => Reason is SearchEndReason.NoneBad or SearchEndReason.MailFlows or SearchEndReason.Separated or SearchEndReason.Proved;

    /// <summary>Why it ended, as a sentence for people.</summary>
    public string Because => Reason switch
    {
        SearchEndReason.SpoolNotTheCause => "The service stopped on an empty In folder too: no message in it is the cause.",
        SearchEndReason.NoneBad => "Every message was accepted; none of them is bad.",
        SearchEndReason.MailFlows => "Mail flows without the suspects.",
        SearchEndReason.Separated => "Every message was accepted or has failed alone.",
        SearchEndReason.Proved => "Every message was accepted or is proved bad.",
        SearchEndReason.StartsSpent => "The approved starts are used up.",
        SearchEndReason.StoreCrashesSpent => "The approved store crashes are used up.",
        SearchEndReason.MinutesSpent => "The approved time is used up.",
        SearchEndReason.ArrivalsFail => "Newly arrived mail stops the service again and again; pause inbound mail before going on.",
        SearchEndReason.Stopped => "The search was stopped.",
        SearchEndReason.Wedged => "The mail service hangs while stopping, so no mail was moved; its process must be ended before the search can go on.",
        _ => "Two rounds in a row told nothing; someone must look at the server.",
    };
}
