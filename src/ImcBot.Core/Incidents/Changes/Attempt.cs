using ImcBot.Contracts;

namespace ImcBot.Core.Incidents;

/// <summary>A remedy that was offered, and what came of it.</summary>
/// <param name="Step">Step id; null for a plain start or an undo.</param>
/// <param name="Started">Whether it ended with a start of the service.</param>
/// <param name="ByHand">Whether a person did it.</param>
/// <param name="Effects">What the relay did, each a line.</param>
internal sealed record Attempt(
    QuestionId Question, string? Step, string Offer, AttemptOutcome Outcome, bool Started, bool ByHand, string Summary,
    IReadOnlyList<EffectOutcome> Effects, Person? By, long At)
{
    private readonly AttemptOutcome? _change;

    /// <summary>What became of the change itself, whatever the start that followed came to; the same as <see cref="Outcome"/> where it was not told apart.</summary>
    public AttemptOutcome Change { get => _change ?? Outcome; init => _change = value; }

    /// <summary>What the verification found wrong after its start, though its own watch had seen nothing; null when nothing was.</summary>
    public string? Doubt { get; init; }

    /// <summary>A small change of another step that was carried out under this request, as its rider.</summary>
    public bool Rode { get; init; }
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
