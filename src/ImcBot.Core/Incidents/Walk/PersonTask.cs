using ImcBot.Contracts;

namespace ImcBot.Core.Incidents;

/// <summary>Work or a decision for a person.</summary>
/// <param name="Kind">Why a person is needed.</param>
/// <param name="Text">What to do, in sentences.</param>
/// <param name="Step">The runbook step it belongs to, or null.</param>
/// <param name="Evidence">What a check told to help the person, or null.</param>
internal sealed record PersonTask(
    QuestionId Question,
    PersonTaskKind Kind,
    string Text,
    string? Step = null,
    string? Offer = null,
    string? Evidence = null
);

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
