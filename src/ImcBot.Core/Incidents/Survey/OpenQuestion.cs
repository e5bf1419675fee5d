using System.Collections.Immutable;
using ImcBot.Contracts;

namespace ImcBot.Core.Incidents;

/// <summary>Checks that were asked and may still be answered.</summary>
/// <param name="Checks">What each run asked, by run number from 1; an answered run is removed.</param>
internal sealed record OpenQuestion(QuestionKind Kind, ImmutableSortedDictionary<int, CheckOf> Checks);

/// <summary>One answer of the runbook's verification.</summary>
internal sealed record Verified(Call Check, Verdict Verdict, string Summary);

/// <summary>What checks are asked for.</summary>
internal enum QuestionKind
{
    Survey,
    Verify,

    /// <summary>The verification at the end of a watch.</summary>
    Watch,

    /// <summary>A check whose answer helps a person.</summary>
    Evidence,
}

/// <summary>A check that was asked, and for which step; <see cref="Step"/> is null for the runbook's verification.</summary>
internal sealed record CheckOf(string? Step, Call Check);

/// <summary>What a step's check answered.</summary>
internal sealed record StepFinding(Verdict Verdict, string Summary, IReadOnlyDictionary<string, string> Data, long At)
{
    public string? this[string name] => Data.GetValueOrDefault(name);
}
