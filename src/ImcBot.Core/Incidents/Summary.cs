using ImcBot.Contracts;

namespace ImcBot.Core.Incidents;

/// <summary>The incident in one line.</summary>
internal static class Summary
{
    public static string Of(Incident incident) => $"{incident.Label} {Mail(incident)}: {State(incident)}";

    /// <summary>Whether mail flows, in a few words; how long it has not counts from the first failure, or from when it went down again.</summary>
    public static string Mail(Incident incident) => incident.Standing switch
    {
        Standing.Down when incident.DownSince is { } since => $"mail down{(since > incident.FirstDown ? " again" : "")} {Length(since, incident.Now)}",
        Standing.Down => "mail down",
        Standing.Flows => "mail flows",
        Standing.Up => "mail service up",
        _ => "mail not known yet",
    };

    /// <summary>What an approved run waits for, see <see cref="Queued"/>.</summary>
    public static string Waits(Incident incident, QuestionId behind) =>
        behind.Number == 0 ? $"waits until INC-{behind.Incident} on {incident.Host} is handed back" : $"waits for {behind} on {incident.Host}";

    /// <summary>What an offered remedy came to, in a few words; its own change and the start that followed are told apart.</summary>
    public static string Came(Attempt attempt) => attempt switch
    {
        { ByHand: true } => "done by hand",
        { Doubt: not null } => "done, but not healthy after it",
        { Outcome: AttemptOutcome.Failed, Change: AttemptOutcome.Done } => "done, but the start after it FAILED",
        { Outcome: AttemptOutcome.Done } => "done",
        { Outcome: AttemptOutcome.Failed } => "FAILED",
        { Outcome: AttemptOutcome.Lost } => "how far it came is NOT KNOWN",
        { Outcome: AttemptOutcome.Impossible } => "could not be planned",
        { Outcome: AttemptOutcome.Voided } => "not done, something had changed",
        { Outcome: AttemptOutcome.Expired } => "nobody answered",
        { Outcome: AttemptOutcome.Refused } => "refused",
        _ => "skipped",
    };

    /// <summary>What it has cost so far: the one place that counts it.</summary>
    public static string Cost(Incident incident) =>
        $"{Count(incident.Starts, "start")} of the service by ImcBot, {Count(incident.StoreCrashes, "store crash")} in all, {Count(incident.Requests, "request")} to people";

    /// <summary>A number with its noun, such as "1 message", "3 messages" or "2 crashes".</summary>
    public static string Count(long count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}{(noun.EndsWith("sh", StringComparison.Ordinal) ? "es" : "s")}";

    /// <summary>A length of time, such as "17 min" or "2 h 05 min".</summary>
    public static string Length(long from, long to)
    {
        var minutes = Math.Max(0, (to - from) / 60_000_000);
        return minutes < 100 ? $"{minutes} min" : $"{minutes / 60} h {minutes % 60:00} min";
    }

    public static string State(Incident incident) => incident.Phase switch
    {
        Phase.Opened or Phase.Surveying => "checking every cause",
        Phase.Planning when incident.Proposal is { Kind: ProposalKind.Flowing } => "watch, walk anyway, or close?",
        Phase.Planning => $"next: {incident.Proposal?.Does ?? "planning"}",
        Phase.AwaitingApproval => $"{incident.Request?.Question.Short} waits for an answer",
        Phase.Acting or Phase.Searching when incident.Decided[^1] is { WaitsFor: { } behind } queued => $"{queued.Question.Short} is approved and {Waits(incident, behind)}",
        Phase.Acting when incident.Decided[^1].GrantedAt is null => $"{incident.Decided[^1].Question.Short} is approved and waits for the relay",
        Phase.Acting => "an approved remedy is running",
        Phase.Searching => $"searching for the bad message, run {incident.Search?.Run}",
        Phase.Verifying => "checking that mail flows",
        Phase.Watching => "watching mail flow",
        Phase.AwaitingPerson => $"waiting for a person: {incident.Task?.Text}",
        Phase.Resolved => "resolved",
        Phase.Escalated => "escalated to people",
        _ => "closed",
    };
}
