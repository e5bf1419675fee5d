namespace ImcBot.Contracts;

/// <summary>What a runbook is about on one host. A host may have several; each has at most one open incident.</summary>
/// <param name="Name">What people call it there, such as <c>web</c>; unique on its host.</param>
/// <param name="Runbook">Id of the runbook that is walked for it.</param>
/// <param name="Service">The service it is about, where the runbook does not say it itself.</param>
/// <param name="Url">Where it answers, where the runbook asks for that.</param>
/// <param name="Parameters">Values of the runbook's parameters, where they are not the defaults.</param>
public sealed record Subject(
    string Name,
    string Runbook,
    string? Service = null,
    string? Url = null,
    IReadOnlyDictionary<string, string>? Parameters = null
);
