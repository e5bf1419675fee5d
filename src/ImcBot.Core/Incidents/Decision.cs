namespace ImcBot.Core.Incidents;

/// <summary>What the machine made of one fact.</summary>
/// <param name="Incident">The incident after it.</param>
/// <param name="Effects">What is to be done now, in order.</param>
/// <param name="Declined">Why the fact changed nothing (late, stale, not allowed), as a sentence for the person; null when it was
/// taken.</param>
internal sealed record Decision(Incident Incident, IReadOnlyList<Effect> Effects, string? Declined);
