using ImcBot.Core.Approvals;

namespace ImcBot.Core.Incidents;

/// <summary>A shift began, or the roster was changed.</summary>
internal sealed record RosterChanged(long At, DutyRoster Roster) : Fact(At);

/// <summary>A page was taken by the role's paging service, or could not be delivered.</summary>
/// <param name="Page">Number of the page within its incident.</param>
/// <param name="Problem">Why it was not taken.</param>
/// <param name="Unsure">The service did not say that it took the page and may have heard it all the same.</param>
internal sealed record Paged(long At, int Page, bool Sent, Sealed Problem, bool Unsure = false) : Fact(At);

/// <summary>The paging service says that somebody has seen a page. That approves nothing.</summary>
/// <param name="By">Who, as the paging service names them.</param>
internal sealed record Acknowledged(long At, int Page, Sealed By) : Fact(At);

/// <summary>
/// An incident is one of several with the same runbook. Told to those that were open before, and to the founder for each that joins.
/// </summary>
/// <param name="Founder">Number of the incident that shows them all.</param>
/// <param name="Incident">Which one it is.</param>
internal sealed record Gathered(long At, int Founder, int Incident) : Fact(At);

/// <summary>Several hosts stopped for one runbook at about the same time: one card shows them all and one page calls for them.</summary>
/// <param name="Founder">Number of the incident that shows them: the one with which it was noticed.</param>
/// <param name="Hosts">The other hosts, as far as they were known then.</param>
/// <param name="Earlier">Their incidents that had been opened before the founder's.</param>
internal sealed record Gathering(int Founder, IReadOnlyList<string> Hosts, IReadOnlyList<int> Earlier);
