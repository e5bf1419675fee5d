using ImcBot.Contracts;
using ImcBot.Core;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Export;

/// <summary>The service was stopped.</summary>
/// <param name="Since">Server's or bot's clock, as the entry tells.</param>
internal sealed record Outage(long Since, int BegunBy, long? Until, int? EndedBy);

internal enum MarkKind
{
    Event,
    Vote,
    Run,
    Command,
    Note,
}

/// <summary>A point on the timeline.</summary>
internal sealed record TimelineMark(int Seq, long At, MarkKind Kind, Fact Fact);

/// <summary>A request and what was said to it, with the entries.</summary>
/// <param name="PostedBy">The entry of the channel's answer to the card, when there is one.</param>
/// <param name="Called">Who was mentioned.</param>
/// <param name="Roster">Who held which role when it was asked; null when that was not recorded.</param>
internal sealed record Asked(
    int Seq,
    int? PostedBy,
    Sealed Card,
    IReadOnlyList<Sealed> Called,
    List<(int Seq, Voted Vote, Sealed? Declined)> Votes,
    DutyRoster? Roster
);

/// <summary>Where the search stood after a run.</summary>
internal sealed record SearchPoint(
    int Seq,
    int Run,
    RoundKind Kind,
    RoundVerdict Verdict,
    bool Crashed,
    MessageCounts Counts,
    double Seconds
);
