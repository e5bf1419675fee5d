using System.Collections.Immutable;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Runbooks;

namespace ImcBot.Core.Incidents;

/// <summary>One run of one runbook against one subject of a host: everything that is known, folded from its facts. Immutable.</summary>
internal sealed record Incident
{
    public required int Number { get; init; }

    public required string Host { get; init; }

    /// <summary>What its relay's settings call the subject; null where they list none.</summary>
    public string? SubjectName { get; init; }

    /// <summary>What the runbook is about on the host: at most one incident of each is open.</summary>
    public string Subject => SubjectName ?? Runbook.Service;

    /// <summary>The host has other subjects.</summary>
    public bool IsOneOfSeveral { get; init; }

    /// <summary>The host, and its subject where the host alone does not say which.</summary>
    public string Label => Host + Beside;

    /// <summary>The subject after a blank, where the host alone does not say which; else nothing.</summary>
    public string Beside => IsOneOfSeveral || Subject != Runbook.Service ? $" {Subject}" : "";

    public required string Relay { get; init; }

    /// <summary>With its subject in it.</summary>
    public required Runbook Runbook { get; init; }

    /// <summary>What people read about its subject.</summary>
    public SubjectWords Words => Runbook.Words;

    public required HostProfile Profile { get; init; }

    /// <summary>
    /// The relay had not said hello when the incident opened: <see cref="Profile"/> is the most patient one until it does.
    /// </summary>
    public bool ProfileAssumed { get; init; }

    public required ulong Seed { get; init; }

    public Phase Phase { get; init; } = Phase.Opened;

    /// <summary>Unix microseconds, as are all times here.</summary>
    public long OpenedAt { get; init; }

    /// <summary>Since when the service has been down this time; null while it is up, or when that is not known.</summary>
    public long? DownSince { get; init; }

    /// <summary>How often it has gone down so far: the number of the outage that lasts, or else of the last one.</summary>
    public int Outage { get; init; }

    /// <summary>The first failure of the outage: a service that came up and went down again does not move it. Null before one.</summary>
    public long? FirstDown { get; init; }

    /// <summary>Whether the service works, by the relay's last word.</summary>
    public Standing Standing =>
        this switch
        {
            { DownSince: not null } or { ServiceUp: false } => Standing.Down,
            { ServiceUp: true, Phase: Phase.Watching or Phase.Resolved } => Standing.Flows,
            { ServiceUp: true } => Verification.Count == Runbook.Verify.Count
            && Verification.TrueForAll(verified => verified.Verdict is Verdict.Clear)
                ? Standing.Flows
                : Standing.Up,
            _ => Standing.Unknown,
        };

    /// <summary>Whether nothing is done until somebody has looked at an entry that does not stand as it was taken.</summary>
    public bool IsParked => Task is { Kind: PersonTaskKind.Diverged };

    /// <summary>Whether its address was silent when it opened, and nobody had looked whether the service runs.</summary>
    public bool OpenedSilent { get; init; }

    /// <summary>Whether it is down although, as far as is known since it went down, it runs: nothing answers.</summary>
    public bool IsSilent =>
        Standing is Standing.Down
        && (
            Services.TryGetValue(Runbook.Service, out var service) && service.At >= (DownSince ?? OpenedAt)
                ? service.IsRunning
                : OpenedSilent
        );

    /// <summary>That it is down, as a clause: it stopped, or it runs and does not answer.</summary>
    public string DownClause => IsSilent ? Words.Silent : Words.Stopped;

    /// <summary>What its users notice of that.</summary>
    public string DownSentence => IsSilent ? Words.WhenSilent : Words.WhenStopped;

    /// <summary>What the relay last said of each service that the runbook's verification asks for, by its name.</summary>
    public ImmutableSortedDictionary<string, ServiceWord> Services { get; init; } =
        ImmutableSortedDictionary.Create<string, ServiceWord>(StringComparer.OrdinalIgnoreCase);

    public long Now { get; init; }

    public bool Quiet { get; init; }

    public Person? Owner { get; init; }

    /// <summary>When the relay last said anything about this incident, or, while it is silent, was last heard at all.</summary>
    public long? RelayHeardAt { get; init; }

    public bool RelaySilent { get; init; }

    public int LastQuestion { get; init; }

    /// <summary>The checks that may still be answered, by the number of the question under which they are asked.</summary>
    public ImmutableSortedDictionary<int, OpenQuestion> Questions { get; init; } = ImmutableSortedDictionary<int, OpenQuestion>.Empty;

    /// <summary>The newest answer of each step's check, by step id.</summary>
    public ImmutableDictionary<string, StepFinding> Findings { get; init; } = ImmutableDictionary<string, StepFinding>.Empty;

    /// <summary>Whether the runbook's service ran and its port answered when last asked; null when not known.</summary>
    public bool? ServiceUp { get; init; }

    /// <summary>The service works, but somebody asked to walk the article anyway.</summary>
    public bool WalkAnyway { get; init; }

    /// <summary>
    /// Every change, one for each remedy: what has ended in the order in which it ended, what has not where it was offered.
    /// </summary>
    public ImmutableList<Change> Changes { get; init; } = [];

    /// <summary>What the incident card offers now, or null.</summary>
    public Change? Proposal => Changes.FindLast(change => change.State is ChangeState.Offered or ChangeState.Planned);

    /// <summary>The request that waits for an answer, or null. Nothing else starts while there is one.</summary>
    public Change? Request => Changes.FindLast(change => change.State is ChangeState.Asked);

    /// <summary>The request that waits for an answer, if it is that of this question; else null.</summary>
    public Change? RequestOf(QuestionId question) => Request is { } request && request.Question == question ? request : null;

    /// <summary>What was approved and has not ended. More than one only where the incident was parked and people went on.</summary>
    public IEnumerable<Change> Running => IsOpen ? Changes.Where(change => change.IsRunning) : [];

    /// <summary>What was put to people, as it was asked.</summary>
    public IEnumerable<Change> Requests => Changes.Where(change => change.WasAsked).OrderBy(change => change.Question.Number);

    /// <summary>What came to something, though it be a refusal; oldest first.</summary>
    public IEnumerable<Change> Tried => Changes.Where(change => change.WasTried);

    /// <summary>The search, from its hold to its end.</summary>
    public Search? Search { get; init; }

    /// <summary>
    /// The service that hung while it was to stop in the last run (Q168883); null when none did, or when people have decided about it.
    /// </summary>
    public string? Wedged { get; init; }

    /// <summary>Earlier searches that items may still be held from.</summary>
    public ImmutableList<Search> EarlierSearches { get; init; } = [];

    /// <summary>What a person is asked to do or decide, or null.</summary>
    public PersonTask? Task { get; init; }

    public ImmutableList<HostEvent> Events { get; init; } = [];

    public ImmutableList<FollowUp> FollowUps { get; init; } = [];

    /// <summary>Posts that stand in the channel, with their activity ids.</summary>
    public ImmutableDictionary<PostKey, string> Posts { get; init; } = ImmutableDictionary<PostKey, string>.Empty;

    public string? Thread { get; init; }

    /// <summary>Number of the incident that shows every host of this outage; null when this host stopped alone.</summary>
    public int? Founder { get; init; }

    /// <summary>For a founder: the numbers of all that it shows, its own among them.</summary>
    public ImmutableSortedSet<int> Members { get; init; } = [];

    /// <summary>For a founder: conversation id under which the card of all hosts stands.</summary>
    public string? GatheringThread { get; init; }

    /// <summary>When the last all-clear was given; null before one.</summary>
    public long? ResolvedAt { get; init; }

    /// <summary>Since when the service was last seen to run; null while it is down or not known.</summary>
    public long? UpSince { get; init; }

    /// <summary>Names the watch under way, so that the end of an earlier one is not taken for it.</summary>
    public QuestionId WatchQuestion { get; init; }

    public int DenialsInARow { get; init; }

    /// <summary>What the runbook's own verification last answered.</summary>
    public ImmutableList<Verified> Verification { get; init; } = [];

    public int Starts { get; init; }

    /// <summary>Server clock, Unix microseconds, of every crash that a check or a run told of; one that both tell of is one.</summary>
    public ImmutableSortedSet<long> CrashedAt { get; init; } = [];

    public int Crashes => CrashedAt.Count;

    /// <summary>The longest stop of the services that was measured here, in seconds; null before one.</summary>
    public double? StopSeconds { get; init; }

    /// <summary>The longest start of the services that was measured here, in seconds; null before one.</summary>
    public double? StartSeconds { get; init; }

    /// <summary>Who holds which role, as last told; null when it is not known.</summary>
    public DutyRoster? Roster { get; init; }

    /// <summary>Every page that went out, by its number from 1.</summary>
    public ImmutableList<PageLine> Pages { get; init; } = [];

    /// <summary>Who has taken over: ImcBot only reads until it is handed back. Null when nobody has.</summary>
    public Person? TakenOverBy { get; init; }

    /// <summary>What was approved by one on call alone.</summary>
    public IReadOnlyList<Change> BrokenGlass => [.. Changes.Where(change => change is { IsApproved: true, Glass: not null })];

    /// <summary>Who reviews what was done by break-glass; without one the incident does not close.</summary>
    public Person? Reviewer { get; init; }

    /// <summary>Attempts from outside that were turned away.</summary>
    public int Refusals { get; init; }

    /// <summary>When somebody last wanted to close it while the service was down; null when nobody has.</summary>
    public long? CloseAskedAt { get; init; }

    /// <summary>What last happened, as one line for the card.</summary>
    public string Headline { get; init; } = "";

    /// <summary>Index of the event log when the last run began: verification looks only at later events.</summary>
    public long EventsAfter { get; init; }

    /// <summary>Number and hash of the newest entry, for the footer of what stands in the channel; decides nothing.</summary>
    public string? ChainHead { get; init; }

    public string Name => $"INC-{Number}";

    /// <summary>When the clock was last set, by the clock as it was then, and by how much.</summary>
    public ClockSet? LastClockSet { get; init; }

    public bool IsOpen => Phase is not Phase.Closed;

    /// <summary>Searches that items are, or may be, held from and that were not taken back.</summary>
    public IEnumerable<Search> Holding =>
        EarlierSearches.Concat(Search is null ? [] : [Search]).Where(search => IsHolding(search) && !IsUndone(search.HeldBy));

    public QuestionId Id(int question) => new(Number, question);

    /// <summary>The name under which taking back this question is offered.</summary>
    public static string UndoOf(QuestionId question) => $"undo-{question.Number}";

    /// <summary>The search that runs or ran under this question, or null.</summary>
    public Search? SearchOf(QuestionId question) =>
        EarlierSearches
            .Concat(Search is null ? [] : [Search])
            .SelectMany(search => new[] { search.Replaced, search })
            .LastOrDefault(search => search?.Question == question);

    /// <summary>Whether what was changed under this question has been taken back.</summary>
    public bool IsUndone(QuestionId question) => Changes.Exists(change => change.IsUndoOf(question) && change.State is ChangeState.Done);

    /// <summary>Whether undelivered items were put back from the archive since then.</summary>
    /// <param name="since">Unix microseconds.</param>
    public bool HasReturnedArchived(long since) =>
        Tried.Any(attempt => attempt.Offer == ItemRequests.ReturnArchived && attempt.Own is ChangeState.Done && attempt.At >= since);

    private bool IsHolding(Search search) =>
        search.End is null
            ? search.Question != Search?.Question
                || Phase is not Phase.Searching
                || !Running.Any(change => change.Question == search.Question)
            : !search.Held.IsEmpty;

    /// <summary>The request this question put to people, whatever became of it.</summary>
    public Change? FindRequest(QuestionId question) => Changes.FindLast(change => change.WasAsked && change.Question == question);
}
