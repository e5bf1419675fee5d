namespace ImcBot.Contracts;

/// <summary>
/// All that a runbook may ask of a relay, so that a relay can say what of it is possible on its server; see <c>imcbot runbook calls</c>.
/// </summary>
public sealed record RunbookCalls(string Runbook, string Digest, IReadOnlyList<NamedCheck> Checks, IReadOnlyList<NamedRemedy> Remedies);

/// <param name="Name">Its place in the runbook, such as <c>verify 1</c> or <c>disk-space</c>.</param>
public sealed record NamedCheck(string Name, Call Check);

/// <param name="Name">Its place in the runbook, such as <c>disk-space/ladder</c>.</param>
public sealed record NamedRemedy(string Name, Remedy Remedy);
