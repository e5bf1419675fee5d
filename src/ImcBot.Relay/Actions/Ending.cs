using ImcBot.Contracts;

namespace ImcBot.Relay.Actions;

/// <summary>How a run ended.</summary>
/// <param name="Voided">What changed since the plan, when nothing was done because of it.</param>
internal sealed record Ending(Verdict Verdict, string Summary, string? Voided = null);
