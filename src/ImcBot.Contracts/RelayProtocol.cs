using System.Text.Json.Serialization;

namespace ImcBot.Contracts;

/// <summary>What kind of work a job is.</summary>
public enum JobKind
{
    Unknown,

    /// <summary>Read only; may be repeated.</summary>
    Check,

    /// <summary>Dry-runs a remedy; read only; may be repeated.</summary>
    Plan,

    /// <summary>Executes an approved plan; begun at most once per run.</summary>
    Act,

    /// <summary>
    /// Says whether a check or a remedy is possible there, see <see cref="Tried"/>; read only, nothing is kept that could be approved.
    /// </summary>
    Try,
}

/// <summary>One piece of work for a relay. Delivered at least once; keyed by its run.</summary>
/// <param name="Check">For <see cref="JobKind.Check"/> and <see cref="JobKind.Try"/>.</param>
/// <param name="Remedy">For <see cref="JobKind.Plan"/> and <see cref="JobKind.Try"/>.</param>
/// <param name="Plan">For <see cref="JobKind.Act"/>: digest of the plan to execute.</param>
/// <param name="Grant">For <see cref="JobKind.Act"/>: the grant as a compact JWT, minted at delivery.</param>
/// <param name="Order">For a run of <c>mail.search</c>: what to do in this round.</param>
/// <param name="HandedTo">For an act without a grant: which other process of this relay was handed the run, in words. It is not to be
/// begun, only told how it ended.</param>
public sealed record Job(
    RunId Run,
    JobKind Kind,
    Call? Check = null,
    Remedy? Remedy = null,
    string? Plan = null,
    string? Grant = null,
    RoundOrder? Order = null,
    string? HandedTo = null
);

/// <summary>What one run of a mail search does.</summary>
public enum RoundKind
{
    Unknown,

    /// <summary>Stop, hold In, set Queue.dat aside, make the manifest, start on the empty spool, watch.</summary>
    Hold,

    /// <summary>Stop if needed, put these messages back, set Queue.dat aside, start, watch.</summary>
    Return,

    /// <summary>Go to safe rest: service up on mail shown safe, the rest held.</summary>
    Rest,
}

/// <summary>The order for one round.</summary>
/// <param name="Messages">Indexes into the manifest to put back into In.</param>
/// <param name="Manifest">Digest of the manifest the indexes belong to; null for <see cref="RoundKind.Hold"/>.</param>
/// <param name="Withdraw">Indexes that must be held again first, if they are still in In.</param>
public sealed record RoundOrder(RoundKind Kind, IndexSet Messages, IndexSet Withdraw, string? Manifest);

/// <summary>What a relay tells of one run. Kept on the relay's disk until the bot has taken it.</summary>
/// <param name="Summary">One line for people; no message body, no recipient.</param>
/// <param name="Data">Small named facts for decisions and cards (see each check in the relay).</param>
/// <param name="At">Relay clock, Unix microseconds.</param>
/// <param name="Plan">For <see cref="JobKind.Plan"/>: the plan's bytes.</param>
/// <param name="Effects">For <see cref="JobKind.Act"/>: one line for each effect, in order.</param>
/// <param name="Round">For a run of <c>mail.search</c>.</param>
/// <param name="ServerAt">Server clock, Unix microseconds, read when the report was made; null when it did not answer, or from a relay that
/// is older than this.</param>
/// <param name="Statement">For <see cref="JobKind.Act"/>: what the relay's ledger has of it, signed, see <see cref="LedgerStatement"/>;
/// null from a relay that is older than this.</param>
public sealed record Report(
    RunId Run,
    JobKind Kind,
    Verdict Verdict,
    string Summary,
    IReadOnlyDictionary<string, string> Data,
    long At,
    byte[]? Plan = null,
    IReadOnlyList<EffectOutcome>? Effects = null,
    RoundReport? Round = null,
    string? Statement = null,
    long? ServerAt = null
);

/// <summary>How one effect of an executed plan ended.</summary>
public sealed record EffectOutcome(string Use, Verdict Verdict, string Summary);

/// <summary>How a search round ended.</summary>
public enum RoundVerdict
{
    /// <summary>The window ran out without evidence: tells nothing beyond what was accepted.</summary>
    Unknown,
    Ran,
    Crashed,
    Hung,
}

/// <summary>What a round of the search told. Indexes at or above the manifest's first count are arrivals.</summary>
/// <param name="Outline">The held mail; with the hold round only.</param>
/// <param name="Accepted">Messages the store has taken, in any round so far.</param>
/// <param name="InQueue">Messages in In now.</param>
/// <param name="Archived">Messages that went to In\Archive undelivered.</param>
/// <param name="Named">Messages that events of this round named (4182, 4117, 12xxx).</param>
/// <param name="PossibleDuplicates">Messages in flight at a crash of this round.</param>
/// <param name="Arrived">How many messages have arrived since the hold.</param>
/// <param name="FirstUnaccepted">When delivery order can be seen: the message in flight when the store stopped.</param>
/// <param name="Seconds">How long the round took.</param>
/// <param name="FirstAcceptedAt">Relay clock, Unix microseconds, of the first message the store took since the hold; null before.</param>
public sealed record RoundReport(
    RoundKind Kind,
    RoundVerdict Verdict,
    SearchManifest? Outline,
    IndexSet Accepted,
    [property: JsonPropertyName("inSpool")] IndexSet InQueue,
    IndexSet Archived,
    IndexSet Named,
    IndexSet PossibleDuplicates,
    int Arrived,
    int? FirstUnaccepted,
    [property: JsonPropertyName("storeCrashed")] bool Crashed,
    double Seconds,
    MessageCounts Counts,
    long? FirstAcceptedAt
);

/// <summary>The held mail as the relay counted it: indexes 0..Count-1 in arrival order.</summary>
/// <param name="Digest">SHA-256 of the manifest blob (names, sizes, hashes), lower-case hex.</param>
/// <param name="Weighed">At most 1,000 messages with something suspicious.</param>
/// <param name="Named">Messages that events named before the hold.</param>
/// <param name="Folder">The hold folder on the server.</param>
public sealed record SearchManifest(
    int Count,
    long Bytes,
    string Digest,
    string Folder,
    IReadOnlyList<WeighedMessage> Weighed,
    IndexSet Named
);

/// <summary>A message with something suspicious about it.</summary>
/// <param name="Name">Spool file name: eight characters.</param>
/// <param name="Features">Ids of the defects it shows.</param>
/// <param name="Arrived">Server clock, Unix microseconds.</param>
/// <param name="SenderDomain">Domain only; null when unreadable.</param>
public sealed record WeighedMessage(int Index, string Name, long Size, IReadOnlyList<string> Features, long Arrived, string? SenderDomain);

/// <summary>The relay's greeting.</summary>
/// <param name="Protocol">Newest protocol version the relay speaks.</param>
/// <param name="Oldest">Oldest it speaks.</param>
/// <param name="Catalog">Catalog ids it implements, with versions; the commands of its policy among them.</param>
/// <param name="Policy">What its own policy says; null from a relay that is older than policies.</param>
/// <param name="Program"><see cref="ProgramDigest"/> of its binaries; null from a relay that is older than this.</param>
/// <param name="Ledger">Where its ledger stands; null from a relay that is older than this.</param>
/// <param name="Subjects">What its settings say that runbooks are about there; null where they list none, or from a relay that is older
/// than this.</param>
public sealed record Hello(
    int Protocol,
    int Oldest,
    string Version,
    string Host,
    HostProfile Profile,
    IReadOnlyDictionary<string, int> Catalog,
    PolicyNotice? Policy = null,
    string? Program = null,
    LedgerStand? Ledger = null,
    IReadOnlyList<Subject>? Subjects = null
);

/// <summary>Where a relay's ledger stands.</summary>
/// <param name="Id">A number that no other ledger has.</param>
/// <param name="Rows">How many rows it has signed.</param>
/// <param name="Head">SHA-256 of the newest row; empty without one.</param>
public sealed record LedgerStand(long Id, int Rows, string Head)
{
    /// <summary>What became of the ledger since it stood elsewhere, as a sentence; null when it only went on.</summary>
    public string? Since(LedgerStand before) =>
        Id != before.Id
            ? "works with a new ledger: it has forgotten what it could undo and which mail it holds. Mail that it held lies in the "
                + "hold folder of its server still; somebody must look there."
        : Rows < before.Rows || (Rows == before.Rows && Head != before.Head)
            ? $"works with a ledger that was set back: it had {before.Rows} signed rows and has {Rows}. What it did meanwhile it "
                + "has forgotten; look whether a copy of it runs elsewhere, or a backup was put back."
        : null;
}

/// <summary>What people should know of a relay's policy: it wins over bot, runbook and grant.</summary>
/// <param name="Digest">SHA-256 of the policy file, lower-case hex; null when there is none and the relay only reads.</param>
/// <param name="Highest">The highest impact that is ever carried out there.</param>
/// <param name="Shadow">Plans are shown, nothing is carried out.</param>
/// <param name="Off">Catalog ids that are switched off.</param>
public sealed record PolicyNotice(string? Digest, Impact Highest, bool Shadow, IReadOnlyList<string> Off);

/// <summary>The bot's answer.</summary>
/// <param name="GrantKeys">The keys that sign grants from now on, see <see cref="GrantKeyNotice"/>; null when they are those of the
/// enrolment.</param>
/// <param name="Watches">What to look out for; null from a bot that is older than this.</param>
public sealed record Welcome(
    int Protocol,
    string Relay,
    long BotTime,
    string? GrantKeys = null,
    IReadOnlyList<WatchedService>? Watches = null
);

/// <summary>How long things take on this host; never in code.</summary>
/// <param name="WatchSeconds">How long a start is watched: 120 on Exchange, 2 in practice.</param>
/// <param name="SettleSeconds">How long mail must flow before the incident is resolved.</param>
/// <param name="StopSeconds">How long a stop may take.</param>
/// <param name="StartSeconds">How long a start may take.</param>
/// <param name="CheckSeconds">How long a read-only check or a plan may take before it counts as unknown.</param>
/// <param name="OutageSeconds">How long the service must stay down after a lone 4116 before people are called: 60 on Exchange.</param>
public sealed record HostProfile(
    int WatchSeconds,
    int SettleSeconds,
    int StopSeconds,
    int StartSeconds,
    int OutageSeconds,
    int CheckSeconds = 30
)
{
    /// <summary>
    /// For a host that has told nothing yet: as Exchange 5.5 on its own hardware needs (no article gives restart times; Q246287 tells of
    /// more than 10 minutes for a full shutdown).
    /// </summary>
    public static HostProfile Patient { get; } = new(120, 600, 120, 180, 60);
}

/// <summary>A poll for work; held up to 25 seconds.</summary>
/// <param name="Known">Runs the relay has got: it is working on them, or their report has not been taken yet.</param>
/// <param name="Begun">The newest run that the relay's ledger has begun of each incident, newest incident first, at most 50: a bot whose
/// journal does not know
/// one of them has been set back. Null from relays older than this.</param>
/// <param name="Watching">Digest of the watches that the relay follows, see <see cref="WatchedService.DigestOf"/>; null from relays older
/// than this.</param>
public sealed record Poll(IReadOnlyList<RunId> Known, IReadOnlyList<RunId>? Begun = null, string? Watching = null);

/// <summary>Work to do. <see cref="BotTime"/> is Unix microseconds and feeds the relay's own clock for grants.</summary>
/// <param name="TakenOver">Why the relay only reads until the next word (somebody has taken over), or null.</param>
/// <param name="GrantKeys">As in <see cref="Welcome"/>, when there is work.</param>
/// <param name="Watches">What to look out for from now on, when the relay follows something else; otherwise null.</param>
public sealed record Work(
    long BotTime,
    IReadOnlyList<Job> Jobs,
    string? TakenOver = null,
    string? GrantKeys = null,
    IReadOnlyList<WatchedService>? Watches = null
);

/// <summary>Something the server's own event log said.</summary>
/// <param name="Events">Oldest first.</param>
/// <param name="ServiceUp">Whether the watched service ran when the relay looked after the newest event.</param>
/// <param name="Backlog">True when these were read back at the relay's start.</param>
/// <param name="Outage">What was seen of the service without any event; null where events are told, or that it runs again.</param>
public sealed record HostAlert(
    string Host,
    string Service,
    bool ServiceUp,
    bool Backlog,
    IReadOnlyList<HostEvent> Events,
    long At,
    HostOutage? Outage = null
)
{
    /// <summary>When what is told began, Unix microseconds.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public long Since => Events.Select(said => said.At).DefaultIfEmpty(Outage?.Since ?? At).Min();
}

/// <summary>What a relay sees of a service by looking at it.</summary>
public enum OutageKind
{
    Unknown,

    /// <summary>It is down, and nobody has stopped it in an orderly way.</summary>
    ServiceDown,

    /// <summary>Nothing answers at its address.</summary>
    UrlSilent,

    /// <summary>It was stopped in an orderly way.</summary>
    OrderlyStop,
}

/// <summary>Something seen by looking.</summary>
/// <param name="Since">Server clock, Unix microseconds, when it was first seen so.</param>
/// <param name="Url">For <see cref="OutageKind.UrlSilent"/>: the address.</param>
public sealed record HostOutage(OutageKind Kind, long Since, string? Url = null);

/// <summary>One event-log entry.</summary>
/// <param name="Index">The log's own record number.</param>
/// <param name="At">Server clock, Unix microseconds.</param>
/// <param name="Names">Spool file names it mentions.</param>
public sealed record HostEvent(long Index, long At, string Source, int Id, string Message, IReadOnlyList<string> Names);

/// <summary>Enrolment: the code's secret and the relay's own public key (JWK, ES256).</summary>
public sealed record Enrolment(string Secret, string Host, string PublicKey);

/// <summary>Answer to an enrolment; the relay waits until an administrator has confirmed its fingerprint in the channel.</summary>
/// <param name="Relay">The relay's id from now on.</param>
/// <param name="GrantKeys">Public keys (JWK set) that sign grants.</param>
public sealed record Enrolled(string Relay, string GrantKeys);
