using ImcBot.Contracts;

namespace ImcBot.Core.Incidents;

/// <summary>The relay planned a remedy (or said why it cannot). The plan is read from the report's bytes.</summary>
internal sealed record Planned(long At, Report Report) : Fact(At)
{
    internal override Report? Reported => Report;
}

/// <summary>Somebody answered a request.</summary>
/// <param name="Why">The reason in words; it may be taken away, and decides nothing.</param>
/// <param name="Plan">Digest of the plan that the answer is for; null in journals older than this.</param>
internal sealed record Voted(long At, QuestionId Question, Person By, Answer Answer, Sealed Why, string? Plan = null) : Fact(At)
{
    /// <summary>How many letters the reason has; null where the journal is older than this and the words are gone.</summary>
    public int? ReasonLength
    {
        get => field ?? Why.Value?.Trim().Length;
        init;
    }
}

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

/// <summary>A run ended, or is lost and therefore unknown.</summary>
/// <param name="RelayKey">Fingerprint of the key, of those the relay was registered with, that signed the report's ledger row; null when
/// none of them did.</param>
internal sealed record Acted(long At, Report Report, string? RelayKey = null) : Fact(At)
{
    internal override Report? Reported => Report;
}
