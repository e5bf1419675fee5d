using System.Text.Json.Serialization;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;

namespace ImcBot.Core.Incidents;

/// <summary>Something that happened. Carries its time and every random choice, so that a journal can be replayed.</summary>
/// <param name="At">Unix microseconds.</param>
[JsonDerivedType(typeof(Opened), "opened")]
[JsonDerivedType(typeof(Alerted), "alerted")]
[JsonDerivedType(typeof(Checked), "checked")]
[JsonDerivedType(typeof(Planned), "planned")]
[JsonDerivedType(typeof(Acted), "acted")]
[JsonDerivedType(typeof(Granted), "granted")]
[JsonDerivedType(typeof(Queued), "queued")]
[JsonDerivedType(typeof(Unposted), "unposted")]
[JsonDerivedType(typeof(Voted), "voted")]
[JsonDerivedType(typeof(Commanded), "commanded")]
[JsonDerivedType(typeof(Noted), "noted")]
[JsonDerivedType(typeof(DeadlinePassed), "deadlinePassed")]
[JsonDerivedType(typeof(RelayHeard), "relayHeard")]
[JsonDerivedType(typeof(RelaySilent), "relaySilent")]
[JsonDerivedType(typeof(Posted), "posted")]
[JsonDerivedType(typeof(RosterChanged), "rosterChanged")]
[JsonDerivedType(typeof(Paged), "paged")]
[JsonDerivedType(typeof(Acknowledged), "acknowledged")]
[JsonDerivedType(typeof(Refused), "refused")]
[JsonDerivedType(typeof(Gathered), "gathered")]
[JsonDerivedType(typeof(Introduced), "introduced")]
[JsonDerivedType(typeof(ClockSet), "clockSet")]
[JsonDerivedType(typeof(Unsaid), "unsaid")]
[JsonDerivedType(typeof(ChannelChanged), "channelChanged")]
[JsonPolymorphic(TypeDiscriminatorPropertyName = "$type")]
internal abstract record Fact(long At)
{
    /// <summary>What a relay reports with it; null where it is not from a relay's work.</summary>
    internal virtual Report? Reported => null;
}

/// <summary>The incident began. The runbook's bytes are kept with it.</summary>
/// <param name="Seed">The one random number of the incident.</param>
/// <param name="Quiet">True for a lone 4116 or 4117 with the service up: nobody is paged.</param>
/// <param name="Runbook">SHA-256 of the runbook's bytes.</param>
/// <param name="Roster">Who holds which role; null when that was not known.</param>
/// <param name="Gathering">What it has in common with other hosts' incidents; null when it stands alone.</param>
/// <param name="ProfileAssumed">The relay has not said hello yet, so the profile is the most patient one.</param>
/// <param name="Builds">What program decides and acts; null in journals older than this.</param>
/// <param name="Subject">What the runbook is about there; null in journals older than this, for the service that the runbook names.</param>
/// <param name="IsOneOfSeveral">The host has other subjects.</param>
internal sealed record Opened(
    long At,
    int Number,
    string Host,
    string Relay,
    string Runbook,
    HostProfile Profile,
    ulong Seed,
    bool Quiet,
    HostAlert? Alert,
    Person? By,
    DutyRoster? Roster = null,
    Gathering? Gathering = null,
    bool ProfileAssumed = false,
    Builds? Builds = null,
    Subject? Subject = null,
    bool IsOneOfSeveral = false
) : Fact(At);

/// <summary>Digests of what took part when the incident opened, see <see cref="ProgramDigest"/>; null where it was not told.</summary>
/// <param name="Policy">SHA-256 of the relay's policy file.</param>
internal sealed record Builds(string Bot, string? Relay, string? Policy, string? RelayVersion);
