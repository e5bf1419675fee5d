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
internal abstract record Fact(long At);

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
    long At, int Number, string Host, string Relay, string Runbook, HostProfile Profile, ulong Seed, bool Quiet, HostAlert? Alert, Person? By,
    DutyRoster? Roster = null, Gathering? Gathering = null, bool ProfileAssumed = false, Builds? Builds = null, Subject? Subject = null, bool IsOneOfSeveral = false)
    : Fact(At);

/// <summary>Several hosts stopped for one runbook at about the same time: one card shows them all and one page calls for them.</summary>
/// <param name="Founder">Number of the incident that shows them: the one with which it was noticed.</param>
/// <param name="Hosts">The other hosts, as far as they were known then.</param>
/// <param name="Earlier">Their incidents that had been opened before the founder's.</param>
internal sealed record Gathering(int Founder, IReadOnlyList<string> Hosts, IReadOnlyList<int> Earlier);

/// <summary>Digests of what took part when the incident opened, see <see cref="ProgramDigest"/>; null where it was not told.</summary>
/// <param name="Policy">SHA-256 of the relay's policy file.</param>
internal sealed record Builds(string Bot, string? Relay, string? Policy, string? RelayVersion);

/// <summary>The host's event log said something more.</summary>
internal sealed record Alerted(long At, HostAlert Alert) : Fact(At);

/// <summary>A check answered.</summary>
internal sealed record Checked(long At, Report Report) : Fact(At);

/// <summary>The relay planned a remedy (or said why it cannot). The plan is read from the report's bytes.</summary>
internal sealed record Planned(long At, Report Report) : Fact(At);

/// <summary>A run ended, or is lost and therefore unknown.</summary>
/// <param name="RelayKey">Fingerprint of the key, of those the relay was registered with, that signed the report's ledger row; null when none of them did.</param>
internal sealed record Acted(long At, Report Report, string? RelayKey = null) : Fact(At);

/// <summary>A relay has come for the first run of an approved plan, and its grant is about to be made.</summary>
/// <param name="Signers">Who approved it, with the roles that they hold now.</param>
/// <param name="Life">How long a grant lives, microseconds.</param>
internal sealed record Granted(long At, QuestionId Question, IReadOnlyList<Person> Signers, long Life) : Fact(At);

/// <summary>An approved run cannot begin yet: changes go one at a time on a host.</summary>
/// <param name="Behind">What has to end first.</param>
internal sealed record Queued(long At, QuestionId Question, Turn Behind) : Fact(At);

/// <summary>Whose turn it is on a host.</summary>
/// <param name="Incident">Number of the incident.</param>
/// <param name="Question">Its approved run; none where somebody has taken the incident over.</param>
internal readonly record struct Turn(int Incident, QuestionId Question = default);

/// <summary>Something for the channel was given up: it was refused again and again.</summary>
/// <param name="Post">Which card; null for a reply.</param>
/// <param name="Problem">What the channel answered last.</param>
internal sealed record Unposted(long At, PostKey? Post, Sealed Problem) : Fact(At);

/// <summary>What a vote says. A refusal is not a failure.</summary>
internal enum Answer
{
    Unknown,
    Approve,

    /// <summary>No: offer the next remedy.</summary>
    DenyNext,

    /// <summary>No: stop asking.</summary>
    DenyStop,

    /// <summary>Yes by one on call alone, with a typed reason, instead of the rule's signatures; reviewed afterwards.</summary>
    BreakGlass,
}

/// <summary>Somebody answered a request.</summary>
/// <param name="Why">The reason in words; it may be taken away, and decides nothing.</param>
/// <param name="Plan">Digest of the plan that the answer is for; null in journals older than this.</param>
internal sealed record Voted(long At, QuestionId Question, Person By, Answer Answer, Sealed Why, string? Plan = null) : Fact(At)
{
    /// <summary>How many letters the reason has; null where the journal is older than this and the words are gone.</summary>
    public int? ReasonLength { get => field ?? Why.Value?.Trim().Length; init; }
}

/// <summary>Somebody typed or clicked a command.</summary>
/// <param name="Verb">One of <see cref="CommandVerb"/>.</param>
/// <param name="Question">The question a click belongs to; null when typed.</param>
/// <param name="Argument">What stood behind the verb; it may be taken away, and decides nothing.</param>
/// <param name="Other">The person mentioned, for <c>hand</c>, <c>review</c> and <c>follow-up</c>; for <c>redact</c> who wrote the text, when it is the same who asks.</param>
/// <param name="Choice">What <c>ask</c> names; null when it means what is offered.</param>
internal sealed record Commanded(long At, CommandVerb Verb, Person By, QuestionId? Question, Sealed Argument, Person? Other = null, Choice? Choice = null) : Fact(At)
{
    /// <summary>What of the argument decides.</summary>
    public IReadOnlyList<string> Words { get => field ?? DecidingWords.Of(Verb, Argument.Value); init; }

    /// <summary>The argument from this word on, for people.</summary>
    public Sealed From(int word) =>
        Argument.Value is { } text ? string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Skip(word)) : default(Sealed);
}

/// <summary>Talk in the thread, or a note.</summary>
/// <param name="Done">When the noted work was done, as the person says (Unix microseconds): reported, not observed. Null for everything else.</param>
/// <param name="Message">Id of the message that said it, so that it can be taken back there; null where it was not said in a chat.</param>
internal sealed record Noted(long At, Person By, Sealed Text, bool IsNote, long? Done = null, string? Message = null) : Fact(At);

/// <summary>Somebody deleted or changed a message whose words are in the record: they go, and that they were there stays. Decisions keep their reasons.</summary>
/// <param name="Entry">Number of the entry that holds them.</param>
/// <param name="Changed">The message was changed, and what it says now follows.</param>
internal sealed record Unsaid(long At, int Entry, bool Changed) : Fact(At);

/// <summary>The app was taken out of the channel that incidents are posted to, or is there again.</summary>
/// <param name="By">Who did it, as Teams names them.</param>
internal sealed record ChannelChanged(long At, bool IsHere, Sealed By) : Fact(At);

/// <summary>A time that the incident asked to be reminded of has come.</summary>
internal sealed record DeadlinePassed(long At, Deadline Deadline, QuestionId Question) : Fact(At);

/// <summary>The clock of the bot's machine was set. Its deadlines were moved along with the entry; later times are by the clock as it is now.</summary>
/// <param name="By">By how many microseconds, forward or (negative) back.</param>
internal sealed record ClockSet(long At, long By) : Fact(At);

/// <summary>The relay is there again.</summary>
internal sealed record RelayHeard(long At) : Fact(At);

/// <summary>The relay has not polled for the time its profile allows.</summary>
/// <param name="HeardAt">When it last did, Unix microseconds; null in journals older than this.</param>
internal sealed record RelaySilent(long At, long? HeardAt = null) : Fact(At);

/// <summary>A post was accepted by the channel: later edits need its id.</summary>
/// <param name="Post">Which post.</param>
/// <param name="Thread">Conversation id of the incident's thread.</param>
/// <param name="Card">The card's JSON exactly as it was sent; null where an older version posted it.</param>
/// <param name="Called">Who was mentioned: the roster of the role as of then.</param>
internal sealed record Posted(
    long At, PostKey Post, string Thread, string ActivityId, bool PossibleDuplicate, Sealed Card = default, IReadOnlyList<Sealed>? Called = null) : Fact(At);

/// <summary>A shift began, or the roster was changed.</summary>
internal sealed record RosterChanged(long At, DutyRoster Roster) : Fact(At);

/// <summary>A page was taken by the role's paging service, or could not be delivered.</summary>
/// <param name="Page">Number of the page within its incident.</param>
/// <param name="Problem">Why it was not taken.</param>
/// <param name="Unsure">The service did not say that it took the page and may have heard it all the same.</param>
internal sealed record Paged(long At, int Page, bool Sent, Sealed Problem, bool Unsure = false) : Fact(At);

/// <summary>The paging service says that somebody has seen a page. That approves nothing.</summary>
/// <param name="By">Who, as the paging service names them.</param>
internal sealed record Acknowledged(long At, int Page, Sealed By) : Fact(At);

/// <summary>Something was tried from outside of the team, or with a forged answer, and was turned away before it could be a fact of its own.</summary>
/// <param name="Who">As the activity or call named itself.</param>
/// <param name="What">What was tried.</param>
/// <param name="Why">Why it was refused, as it was told.</param>
internal sealed record Refused(long At, Sealed Who, Sealed What, Sealed Why) : Fact(At);

/// <summary>An incident is one of several with the same runbook. Told to those that were open before, and to the founder for each that joins.</summary>
/// <param name="Founder">Number of the incident that shows them all.</param>
/// <param name="Incident">Which one it is.</param>
internal sealed record Gathered(long At, int Founder, int Incident) : Fact(At);

/// <summary>The relay said hello for the first time: the host's own times are known from now on.</summary>
internal sealed record Introduced(long At, HostProfile Profile, Builds? Builds = null) : Fact(At);
