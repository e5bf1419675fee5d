using System.Collections.Immutable;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Isolation;
using ImcBot.Core.Runbooks;

namespace ImcBot.Core.Incidents;

/// <summary>One run of one runbook against one host: everything that is known, folded from its facts. Immutable.</summary>
internal sealed record Incident
{
    public required int Number { get; init; }

    public required string Host { get; init; }

    public required string Relay { get; init; }

    public required Runbook Runbook { get; init; }

    public required HostProfile Profile { get; init; }

    public required ulong Seed { get; init; }

    public Phase Phase { get; init; } = Phase.Opened;

    /// <summary>Unix microseconds, as are all times here.</summary>
    public long OpenedAt { get; init; }

    /// <summary>Since when mail has been stopped; null while it flows.</summary>
    public long? DownSince { get; init; }

    public long Now { get; init; }

    public bool Quiet { get; init; }

    public Person? Owner { get; init; }

    public long? RelayHeardAt { get; init; }

    public bool RelaySilent { get; init; }

    public int LastQuestion { get; init; }

    /// <summary>The questions that may still be answered, with what each waits for.</summary>
    public ImmutableSortedDictionary<int, OpenQuestion> Questions { get; init; } = ImmutableSortedDictionary<int, OpenQuestion>.Empty;

    /// <summary>The newest answer of each step's check, by step id.</summary>
    public ImmutableDictionary<string, StepFinding> Findings { get; init; } = ImmutableDictionary<string, StepFinding>.Empty;

    /// <summary>Whether the runbook's service ran and its port answered when last asked; null when not known.</summary>
    public bool? ServiceUp { get; init; }

    /// <summary>Mail flows, but somebody asked to walk the article anyway.</summary>
    public bool WalkAnyway { get; init; }

    /// <summary>What every remedy that was offered came to, oldest first.</summary>
    public ImmutableList<Attempt> Attempts { get; init; } = [];

    /// <summary>What the incident card offers now, or null.</summary>
    public Proposal? Proposal { get; init; }

    /// <summary>The request that waits for an answer, or null. Nothing else starts while there is one.</summary>
    public Request? Request { get; init; }

    /// <summary>The approved question whose run should have ended by now: somebody may give it up with <c>stop</c>.</summary>
    public QuestionId Overdue { get; init; }

    /// <summary>The search, from its hold to its end.</summary>
    public Search? Search { get; init; }

    /// <summary>Earlier searches that mail may still be held from.</summary>
    public ImmutableList<Search> EarlierSearches { get; init; } = [];

    /// <summary>What a person is asked to do or decide, or null.</summary>
    public PersonTask? Task { get; init; }

    public ImmutableList<HostEvent> Events { get; init; } = [];

    public ImmutableList<FollowUp> FollowUps { get; init; } = [];

    /// <summary>Posts that stand in the channel, with their activity ids.</summary>
    public ImmutableDictionary<PostKey, string> Posts { get; init; } = ImmutableDictionary<PostKey, string>.Empty;

    public string? Thread { get; init; }

    /// <summary>Names the watch under way, so that the end of an earlier one is not taken for it.</summary>
    public QuestionId WatchQuestion { get; init; }

    /// <summary>Requests that have had their answer, oldest first.</summary>
    public ImmutableList<Request> Decided { get; init; } = [];

    public int DenialsInARow { get; init; }

    /// <summary>What the runbook's own verification last answered.</summary>
    public ImmutableList<Verified> Verification { get; init; } = [];

    /// <summary>Requests that were put to people so far.</summary>
    public int Requests { get; init; }

    public int Starts { get; init; }

    public int StoreCrashes { get; init; }

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
    public ImmutableList<BrokenGlass> BrokenGlass { get; init; } = [];

    /// <summary>Who reviews what was done by break-glass; without one the incident does not close.</summary>
    public Person? Reviewer { get; init; }

    /// <summary>Attempts from outside that were turned away.</summary>
    public int Refusals { get; init; }

    /// <summary>What last happened, as one line for the card.</summary>
    public string Headline { get; init; } = "";

    /// <summary>Index of the event log when the last run began: verification looks only at later events.</summary>
    public long EventsAfter { get; init; }

    /// <summary>Number and hash of the newest entry, for the footer of what stands in the channel; decides nothing.</summary>
    public string? ChainHead { get; init; }

    public string Name => $"INC-{Number}";

    /// <summary>Whether ImcBot has changed anything on the server.</summary>
    public bool Changed => Attempts.Any(attempt => attempt.Outcome is AttemptOutcome.Done or AttemptOutcome.Failed or AttemptOutcome.Lost);

    public bool IsOpen => Phase is not Phase.Closed;

    /// <summary>Searches that mail is, or may be, held from and that were not taken back.</summary>
    public IEnumerable<Search> Holding => EarlierSearches.Concat(Search is null ? [] : [Search])
        .Where(search => IsHolding(search) && !Attempts.Exists(attempt => attempt.Offer == UndoOf(search.Question) && attempt.Outcome is AttemptOutcome.Done));

    public QuestionId Id(int question) => new(Number, question);

    /// <summary>The name under which taking back this question is offered.</summary>
    public static string UndoOf(QuestionId question) => $"undo-{question.Number}";

    private bool IsHolding(Search search) => search.End is null
        ? !Questions.ContainsKey(search.Question.Number) || search.Question != Search?.Question
        : !search.Held.IsEmpty;

    /// <summary>The request this question put to people, open or decided.</summary>
    public Request? FindRequest(QuestionId question) =>
        Request?.Question == question ? Request : Decided.FindLast(request => request.Question == question);
}

/// <summary>One answer of the runbook's verification.</summary>
internal sealed record Verified(Call Check, Verdict Verdict, string Summary);

/// <summary>What an open question waits for.</summary>
internal enum QuestionKind
{
    Survey,
    Plan,
    Approval,
    Act,
    Verify,

    /// <summary>The verification at the end of a watch.</summary>
    Watch,

    /// <summary>A check whose answer helps a person.</summary>
    Evidence,
}

/// <summary>A question that may still be answered.</summary>
/// <param name="Checks">For a survey or verification: what each run asked, by run number from 1; an answered run is removed.</param>
internal sealed record OpenQuestion(QuestionKind Kind, ImmutableSortedDictionary<int, CheckOf> Checks)
{
    public static OpenQuestion For(QuestionKind kind) => new(kind, ImmutableSortedDictionary<int, CheckOf>.Empty);
}

/// <summary>A check that was asked, and for which step; <see cref="Step"/> is null for the runbook's verification.</summary>
internal sealed record CheckOf(string? Step, Call Check);

/// <summary>What a step's check answered.</summary>
internal sealed record StepFinding(Verdict Verdict, string Summary, IReadOnlyDictionary<string, string> Data, long At)
{
    public string? this[string name] => Data.GetValueOrDefault(name);
}

/// <summary>How an offered remedy ended.</summary>
internal enum AttemptOutcome
{
    Done,
    Failed,

    /// <summary>Begun and lost: nobody knows how far it came.</summary>
    Lost,
    Refused,
    Skipped,
    Expired,

    /// <summary>The relay could not plan it.</summary>
    Impossible,

    /// <summary>Something changed between approval and execution; nothing was done.</summary>
    Voided,
}

/// <summary>A remedy that was offered, and what came of it.</summary>
/// <param name="Step">Step id; null for a plain start or an undo.</param>
/// <param name="Started">Whether it ended with a start of the service.</param>
/// <param name="ByHand">Whether a person did it.</param>
/// <param name="Effects">What the relay did, each a line.</param>
internal sealed record Attempt(
    QuestionId Question, string? Step, string Offer, AttemptOutcome Outcome, bool Started, bool ByHand, string Summary,
    IReadOnlyList<EffectOutcome> Effects, Person? By, long At);

/// <summary>What the incident card offers next.</summary>
/// <param name="Step">Step id; null for a plain start, an undo, or <see cref="ProposalKind.Flowing"/>.</param>
/// <param name="Recommended">Step that the evidence says must come first, or null.</param>
/// <param name="Plan">The relay's plan bytes, once it has answered.</param>
/// <param name="AskedBy">Who asked before the plan was there; then it is put to the approvers as soon as it is.</param>
internal sealed record Proposal(
    QuestionId Question, ProposalKind Kind, string? Step, string Offer, string Does, Remedy? Remedy, ApprovalRule Approval, SearchLimits? Search,
    string? Recommended, byte[]? Plan, Person? AskedBy);

/// <summary>What kind of thing is offered.</summary>
internal enum ProposalKind
{
    Remedy,

    /// <summary>Start once, change nothing: confirms "cannot be restarted".</summary>
    StartOnce,
    Undo,

    /// <summary>Mail flows: watch, walk anyway, or close.</summary>
    Flowing,

    /// <summary>Held or archived mail is to be returned or deleted, because somebody asked for it.</summary>
    Mail,
}

/// <summary>A plan that was put to the approvers.</summary>
internal sealed record Request(
    QuestionId Question, ProposalKind Kind, string? Step, string Offer, string Does, byte[] Plan, string Digest, Impact Impact, ApprovalRule Approval,
    SearchLimits? Search, Person AskedBy, long AskedAt, long ExpiresAt, ImmutableList<Vote> Votes, RequestOutcome? Outcome)
{
    public IEnumerable<string> Approvers => Votes.Where(vote => vote.Answer is Answer.Approve or Answer.BreakGlass).Select(vote => vote.By.Id);
}

/// <summary>One counted answer.</summary>
internal sealed record Vote(Person By, Answer Answer, Sealed Why, long At);

/// <summary>A request that one on call approved alone, for a reason that a reviewer judges.</summary>
internal sealed record BrokenGlass(QuestionId Question, Person By, Sealed Why, long At);

/// <summary>A page and what became of it.</summary>
/// <param name="To">Object id of the one who was meant, or null.</param>
/// <param name="IsSent">Whether the paging service took it; null when it has not been told, or no service is set up for the role.</param>
/// <param name="SeenBy">Who acknowledged it, as the paging service names them.</param>
internal sealed record PageLine(int Number, string Role, string? To, QuestionId Question, long At, bool? IsSent = null, Sealed SeenBy = default, long? SeenAt = null);

/// <summary>How a request ended.</summary>
internal enum RequestOutcome
{
    Approved,
    Denied,
    Expired,

    /// <summary>No longer needed, or its plan no longer holds.</summary>
    Withdrawn,
}

/// <summary>Work or a decision for a person.</summary>
/// <param name="Kind">Why a person is needed.</param>
/// <param name="Text">What to do, in sentences.</param>
/// <param name="Step">The runbook step it belongs to, or null.</param>
/// <param name="Evidence">What a check told to help the person, or null.</param>
internal sealed record PersonTask(QuestionId Question, PersonTaskKind Kind, string Text, string? Step = null, string? Offer = null, string? Evidence = null);

/// <summary>Why a person is needed.</summary>
internal enum PersonTaskKind
{
    /// <summary>A manual step of the article: done, or skip.</summary>
    Manual,

    /// <summary>Something is not known: retry, skip or escalate.</summary>
    Unknown,

    /// <summary>Paused or taken over: resume.</summary>
    Paused,

    /// <summary>Today's code decides a recorded fact differently; nothing is done until a person says resume.</summary>
    Diverged,
}

/// <summary>The search for the bad message, from its hold to its end.</summary>
/// <param name="Question">The approved question its runs belong to.</param>
/// <param name="Run">Number of the run under way, or of the last one.</param>
/// <param name="Step">The round under way, or the last one.</param>
/// <param name="Order">What the run does.</param>
/// <param name="Rounds">One line per finished run, oldest first.</param>
/// <param name="State">What has been learned; null until the hold has answered.</param>
/// <param name="Manifest">The held mail; null until the hold has answered.</param>
/// <param name="Counts">Where every message was when the last run ended.</param>
/// <param name="Held">Indexes that are not in the spool: the suspects, and what has not been tried.</param>
/// <param name="Ending">The end that the run under way brings about; null while rounds go on.</param>
/// <param name="End">How it ended; null while it runs.</param>
/// <param name="EndAsked">Somebody asked to end after the run under way.</param>
/// <param name="FirstGoodMailAt">Relay clock, Unix microseconds, of the first message accepted.</param>
internal sealed record Search(
    QuestionId Question, string Plan, GrantTerms Grant, SearchLimits Limits, long StartedAt, int Run, SearchRound Step, RoundOrder Order,
    ImmutableList<RoundLine> Rounds, SearchState? State, SearchManifest? Manifest, MessageCounts? Counts, IndexSet Held, SearchEnd? Ending,
    SearchEnd? End, bool EndAsked, long? FirstGoodMailAt)
{
    public IndexSet PossibleDuplicates => State?.PossibleDuplicates ?? IndexSet.Empty;

    /// <summary>The names of these messages, as far as the manifest told them; others by their index.</summary>
    public IEnumerable<string> Names(IndexSet messages) =>
        messages.Select(index => Manifest?.Weighed.FirstOrDefault(weighed => weighed.Index == index)?.Name ?? $"message {index}");
}

/// <summary>One row of the search card.</summary>
/// <param name="Suspects">How many messages could be the bad one when it had ended.</param>
/// <param name="Accepted">How many the store had taken when it had ended.</param>
internal sealed record RoundLine(
    int Run, RoundKind Kind, int Returned, RoundVerdict Verdict, bool StoreCrashed, double Seconds, string Note, int Suspects = 0, int Accepted = 0);
