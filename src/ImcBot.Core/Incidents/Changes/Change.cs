using System.Collections.Immutable;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Runbooks;

namespace ImcBot.Core.Incidents;

/// <summary>One remedy, from its offer to its end. All times are Unix microseconds.</summary>
/// <param name="Question">
/// The question it is planned, asked and carried out under; that of the request it rode with, or of the work that a person was given.
/// </param>
/// <param name="Step">Step id; null for a plain start, an undo, and what else stands in no step.</param>
/// <param name="Offer">Name of the remedy within its step, or of what stands in no step.</param>
internal sealed record Change(QuestionId Question, ChangeKind Kind, string? Step, string Offer)
{
    public ChangeState State { get; init; }

    /// <summary>What it does, for people.</summary>
    public string Does { get; init; } = "";

    /// <summary>Null for what the relay does not do.</summary>
    public Remedy? Remedy { get; init; }

    public ApprovalRule Approval { get; init; } = ApprovalRule.OnCall;

    /// <summary>Budget, when it is a search.</summary>
    public SearchLimits? Search { get; init; }

    /// <summary>Step that the evidence says must come first, or null.</summary>
    public string? Recommended { get; init; }

    /// <summary>When its plan should be there.</summary>
    public long DueAt { get; init; }

    /// <summary>Which planning of the question it is, from 1: it is planned again when its approval has aged.</summary>
    public int Plannings { get; init; } = 1;

    /// <summary>The relay's plan; empty until it has answered.</summary>
    public byte[] Plan { get; init; } = [];

    /// <summary>SHA-256 of the plan that was put to the approvers; empty until it was.</summary>
    public string Digest { get; init; } = "";

    public Impact Impact { get; init; }

    /// <summary>Who asked; before the plan is there, it is put to the approvers as soon as it is. Null while nobody has.</summary>
    public Person? AskedBy { get; init; }

    public long AskedAt { get; init; }

    public long ExpiresAt { get; init; }

    public ImmutableList<Vote> Votes { get; init; } = [];

    /// <summary>Who said no without the role to refuse for all, the last word of each: nothing but a line on the card.</summary>
    public ImmutableList<Vote> Objections { get; init; } = [];

    /// <summary>Until when the owner has paused it; null when nobody has. Nobody may approve it before.</summary>
    public long? PausedUntil { get; init; }

    /// <summary>Who holds or held it up until its time was over; null when nobody has, or let it go before.</summary>
    public Person? PausedBy { get; init; }

    /// <summary>Whether the owner's pause is not over yet.</summary>
    /// <param name="now">Unix microseconds.</param>
    public bool IsHeldUp(long now) => PausedUntil > now;

    /// <summary>Whether the time to answer it is over.</summary>
    /// <param name="now">Unix microseconds.</param>
    public bool HasExpired(long now) => now >= ExpiresAt;

    /// <summary>When it is asked again; null once all have been called.</summary>
    public long? RemindAt { get; init; }

    /// <summary>Whether somebody has said that they look at it, which holds the calling of others up once.</summary>
    public bool IsSeen { get; init; }

    /// <summary>From when on it counts how long nobody answers: whoever looks at it has others called later.</summary>
    public long CalledFrom => AskedAt + (IsSeen ? Asking.SeenPause : 0);

    /// <summary>Whether it takes back what was changed under this question.</summary>
    public bool IsUndoOf(QuestionId question) => Kind is ChangeKind.Undo && Offer == Incident.UndoOf(question);

    /// <summary>When its grant was first made; null before. From then on it may have begun.</summary>
    public long? GrantedAt { get; init; }

    /// <summary>Its run should have ended by now: somebody may give it up with <c>stop</c>.</summary>
    public bool IsOverdue { get; init; }

    /// <summary>What has to end first on the host before it begins, see <see cref="Queued"/>; null when nothing does.</summary>
    public Turn? WaitsFor { get; init; }

    /// <summary>When it was planned again after its approval had aged, and the approval stood; null when that has not happened.</summary>
    public long? StandsSince { get; init; }

    /// <summary>Whether it ended with a start of the service.</summary>
    public bool Started { get; init; }

    /// <summary>Whether a person did it.</summary>
    public bool ByHand { get; init; }

    /// <summary>What it came to, in a line.</summary>
    public string Summary { get; init; } = "";

    /// <summary>What the relay did, each a line.</summary>
    public IReadOnlyList<EffectOutcome> Effects { get; init; } = [];

    /// <summary>Who approved, refused, skipped or did it; null when nobody did.</summary>
    public Person? By { get; init; }

    /// <summary>When it ended.</summary>
    public long At { get; init; }

    /// <summary>How often the service had gone down when it ended, see <see cref="Incident.Outage"/>.</summary>
    public int Outage { get; init; }

    /// <summary>
    /// What became of the change itself, whatever the start that followed came to; the same as <see cref="State"/> where it was not told
    /// apart.
    /// </summary>
    public ChangeState Own => Told ?? State;

    /// <summary>What was told of the change itself, apart from how its run ended; null where nothing was.</summary>
    public ChangeState? Told { get; init; }

    /// <summary>What the verification found wrong after its start, though its own watch had seen nothing; null when nothing was.</summary>
    public string? Doubt { get; init; }

    /// <summary>A small change of another step that was carried out under this request, as its rider.</summary>
    public bool Rode { get; init; }

    /// <summary>The vote of one on call alone, for a reason that a reviewer judges; null where nobody broke the glass.</summary>
    public Vote? Glass => Votes.Find(vote => vote.Answer is Answer.BreakGlass);

    public IEnumerable<string> Approvers =>
        Votes.Where(vote => vote.Answer is Answer.Approve or Answer.BreakGlass).Select(vote => vote.By.Id);

    /// <summary>Whether people were asked for it, whatever they said.</summary>
    public bool WasAsked => Digest.Length > 0;

    /// <summary>Whether people have approved it, whatever it came to.</summary>
    public bool IsApproved =>
        WasAsked && (IsRunning || State is ChangeState.Done or ChangeState.Failed or ChangeState.Lost or ChangeState.Voided);

    /// <summary>Whether it was approved and has not ended.</summary>
    public bool IsRunning => State is ChangeState.Approved or ChangeState.Running;

    public bool HasEnded => State >= ChangeState.Withdrawn;

    /// <summary>Whether it came to something, though it be a refusal.</summary>
    public bool WasTried => State > ChangeState.Withdrawn;

    /// <summary>How it was answered, as a word for people; null while it waits for an answer.</summary>
    public string? Answered =>
        State switch
        {
            ChangeState.Asked => null,
            ChangeState.Refused => "Denied",
            ChangeState.Expired => "Expired",
            _ => IsApproved ? "Approved" : "Withdrawn",
        };

    /// <summary>What people type to ask for exactly this; null where no words do.</summary>
    public string? Typed =>
        Kind switch
        {
            ChangeKind.Undo => Offer.Replace('-', ' '),
            ChangeKind.Items => ItemRequests.Typed(this),
            ChangeKind.Flowing => null,
            _ => $"ask {Choice.Of(this)}",
        };

    /// <summary>What it does or was to do, inside a sentence.</summary>
    public string InWords => Does.TrimEnd('.');

    /// <summary>The same where the clock was set by so many microseconds: as if told by the new one.</summary>
    public Change Moved(long by) =>
        HasEnded
            ? this with
            {
                At = At + by,
            }
            : this with
            {
                DueAt = DueAt + by,
                AskedAt = AskedAt + by,
                ExpiresAt = ExpiresAt + by,
                RemindAt = RemindAt + by,
                PausedUntil = PausedUntil + by,
                GrantedAt = GrantedAt + by,
                StandsSince = StandsSince + by,
                Votes = [.. Votes.Select(vote => vote with { At = vote.At + by })],
            };
}

/// <summary>What kind of thing is offered.</summary>
internal enum ChangeKind
{
    Remedy,

    /// <summary>Start once, change nothing: confirms "cannot be restarted".</summary>
    StartOnce,

    /// <summary>The service hangs; its process is to be ended.</summary>
    Wedged,
    Undo,

    /// <summary>The service works: watch, walk anyway, or close.</summary>
    Flowing,

    /// <summary>Held or archived items is to be returned or deleted, because somebody asked for it.</summary>
    Items,
}

/// <summary>How far a change has come.</summary>
internal enum ChangeState
{
    Offered,
    Planned,
    Asked,
    Approved,

    /// <summary>Its grant was made: it may have begun.</summary>
    Running,

    /// <summary>No longer needed, or its plan no longer holds.</summary>
    Withdrawn,

    // From here on it came to something.
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

/// <summary>One counted answer.</summary>
internal sealed record Vote(Person By, Answer Answer, Sealed Why, long At);
