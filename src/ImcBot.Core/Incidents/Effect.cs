using System.Text.Json.Serialization;
using ImcBot.Contracts;

namespace ImcBot.Core.Incidents;

/// <summary>Something to do. Carried out at least once after the journal has it; keyed by question and run.</summary>
[JsonDerivedType(typeof(RunCheck), "runCheck")]
[JsonDerivedType(typeof(MakePlan), "makePlan")]
[JsonDerivedType(typeof(RunAction), "runAction")]
[JsonDerivedType(typeof(ShowCard), "showCard")]
[JsonDerivedType(typeof(Say), "say")]
[JsonDerivedType(typeof(SetDeadline), "setDeadline")]
[JsonDerivedType(typeof(Page), "page")]
[JsonDerivedType(typeof(GiveTranscript), "export")]
[JsonDerivedType(typeof(Redact), "redact")]
[JsonDerivedType(typeof(Gather), "gather")]
[JsonPolymorphic(TypeDiscriminatorPropertyName = "$type")]
internal abstract record Effect
{
    /// <summary>Who carries it out.</summary>
    internal virtual Lane Lane => Lane.Channel;

    /// <summary>
    /// The run that a relay owes a report for; null in the other lanes. A plan and an act of one question may both be run 1.
    /// </summary>
    internal virtual (RunId Run, JobKind Kind)? Job => null;
}

/// <summary>The ways by which effects are carried out, each in its own time.</summary>
internal enum Lane
{
    /// <summary>What is shown and said, and what is done with the record; in order within an incident.</summary>
    Channel,

    /// <summary>What a relay owes a report for.</summary>
    Relay,

    /// <summary>Calls to a role: they wait for nothing that the channel says.</summary>
    Page,

    /// <summary>Times at which the incident is woken.</summary>
    Timer,
}

/// <summary>Ask the relay to run a read-only check.</summary>
internal sealed record RunCheck(RunId Run, Call Check) : Effect
{
    internal override Lane Lane => Lane.Relay;

    internal override (RunId Run, JobKind Kind)? Job => (Run, JobKind.Check);
}

/// <summary>Ask the relay to dry-run a remedy.</summary>
internal sealed record MakePlan(RunId Run, Remedy Remedy) : Effect
{
    internal override Lane Lane => Lane.Relay;

    internal override (RunId Run, JobKind Kind)? Job => (Run, JobKind.Plan);
}

/// <summary>Have the relay execute an approved plan; the grant is minted from these terms at delivery.</summary>
internal sealed record RunAction(RunId Run, string Plan, GrantTerms Grant, RoundOrder? Order = null) : Effect
{
    internal override Lane Lane => Lane.Relay;

    internal override (RunId Run, JobKind Kind)? Job => (Run, JobKind.Act);
}

/// <summary>The terms of a grant, without times: those are set when it is minted.</summary>
internal sealed record GrantTerms(IReadOnlyList<string> Approvers, Impact Impact, int Runs, int Minutes);

/// <summary>The cards an incident shows.</summary>
internal enum CardKind
{
    Unknown,

    /// <summary>First post of the thread, updated in place.</summary>
    Incident,

    /// <summary>A new reply with a mention; replaced by its outcome.</summary>
    Approval,

    /// <summary>One message, edited at most once a second.</summary>
    Search,

    /// <summary>A checklist for a person.</summary>
    Manual,

    /// <summary>All clear, with follow-ups.</summary>
    Resolved,

    /// <summary>Every host of an outage of several, in a post of its own beside the hosts' threads.</summary>
    Gathering,
}

/// <summary>Names one post of the incident, so that it is posted once and edited afterwards.</summary>
internal readonly record struct PostKey(CardKind Kind, QuestionId Question);

/// <summary>Post the card, or edit it where it already stands. Drawn from the incident as it is after this fact.</summary>
/// <param name="Mention">Role or object id that a new post mentions, or null.</param>
internal sealed record ShowCard(PostKey Post, string? Mention = null) : Effect;

/// <summary>A short reply in the thread.</summary>
/// <param name="To">Object id of the person it answers, or null.</param>
/// <param name="Others">Further object ids that are mentioned.</param>
internal sealed record Say(Sealed Text, string? To = null, string? Mention = null, IReadOnlyList<string>? Others = null) : Effect;

/// <summary>What a time is for.</summary>
internal enum Deadline
{
    Unknown,

    /// <summary>The survey has had long enough; what has not answered is unknown.</summary>
    SurveyEnds,

    /// <summary>Nobody has answered a request.</summary>
    RequestExpires,

    /// <summary>It has worked long enough, or not.</summary>
    WatchEnds,

    /// <summary>Repeat the incident's state in a short reply.</summary>
    StatusDue,

    /// <summary>A plan should have arrived by now.</summary>
    PlanOverdue,

    /// <summary>A run should have reported by now.</summary>
    RunOverdue,

    /// <summary>A request is asked again.</summary>
    Reminder,

    /// <summary>The owner's pause of a request is over.</summary>
    PauseEnds,

    /// <summary>Owners of what is left open are reminded, every day until it is done.</summary>
    FollowUpsDue,
}

/// <summary>Wake the incident up at a time (Unix microseconds).</summary>
internal sealed record SetDeadline(Deadline Deadline, QuestionId Question, long At) : Effect
{
    internal override Lane Lane => Lane.Timer;
}

/// <summary>Page a role outside the chat. Beside each page stands a mention in the thread.</summary>
/// <param name="Number">Counts the incident's pages from 1; an acknowledgement names it.</param>
/// <param name="Question">The request it is about, or none.</param>
/// <param name="To">Object id of the one who is meant, or null for whoever the paging service calls for the role.</param>
internal sealed record Page(int Number, string Role, Sealed Text, QuestionId Question = default, string? To = null) : Effect
{
    internal override Lane Lane => Lane.Page;
}

/// <summary>Remove salt and value of every text of an entry; its bytes, signature and place in the chain stay.</summary>
internal sealed record Redact(int Entry) : Effect;

/// <summary>Give the transcript to somebody.</summary>
internal sealed record GiveTranscript(string Format, string To) : Effect;

/// <summary>Tell other incidents that this one is gathered with them.</summary>
/// <param name="Tell">The founder, or for the founder those that were open before it.</param>
internal sealed record Gather(int Founder, IReadOnlyList<int> Tell) : Effect;
