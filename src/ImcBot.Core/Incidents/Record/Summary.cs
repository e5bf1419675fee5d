using ImcBot.Core.Runbooks;

namespace ImcBot.Core.Incidents;

/// <summary>The incident in one line.</summary>
internal static class Summary
{
    public static string Of(Incident incident) => $"{Named(incident)}: {State(incident)}";

    /// <summary>What it is about and whether that works; a word that the subject is called by is not said twice.</summary>
    public static string Named(Incident incident)
    {
        var health = Health(incident);
        return $" {health}".StartsWith($"{incident.Beside} ", StringComparison.Ordinal)
            ? $"{incident.Host} {health}"
            : $"{incident.Label} {health}";
    }

    /// <summary>
    /// Whether the service works, in a few words; how long it has not counts from the first failure, or from when it went down again.
    /// </summary>
    public static string Health(Incident incident) =>
        incident.Standing switch
        {
            Standing.Down when incident.DownSince is { } since =>
                $"{incident.Words.Short} down{(since > incident.FirstDown ? " again" : "")} {Length(since, incident.Now)}",
            Standing.Down => $"{incident.Words.Short} down",
            Standing.Flows => incident.Words.Works,
            Standing.Up => incident.Words.IsUp,
            _ => $"{incident.Words.Short} not known yet",
        };

    /// <summary>What an approved run waits for, see <see cref="Queued"/>.</summary>
    public static string Waits(Incident incident, Turn behind) =>
        behind.Question == default
            ? $"waits until INC-{behind.Incident} on {incident.Host} is handed back"
            : $"waits for {behind.Question} on {incident.Host}";

    /// <summary>What an offered remedy came to, in a few words; its own change and the start that followed are told apart.</summary>
    public static string Came(Change attempt) =>
        attempt switch
        {
            { ByHand: true } => "done by hand",
            { Doubt: not null } => "done, but not healthy after it",
            { State: ChangeState.Failed, Own: ChangeState.Done } => "done, but the start after it FAILED",
            { State: ChangeState.Done } => "done",
            { State: ChangeState.Failed } => "FAILED",
            { State: ChangeState.Lost } => "how far it came is NOT KNOWN",
            { State: ChangeState.Impossible } => "could not be planned",
            { State: ChangeState.Voided } => "not done",
            { State: ChangeState.Expired } => "nobody answered",
            { State: ChangeState.Refused } => "refused",
            _ => "skipped",
        };

    /// <summary>What it has cost so far: the one place that counts it.</summary>
    public static string Cost(Incident incident) =>
        $"{SubjectWords.Count(incident.Starts, "start")} of the service by ImcBot, {incident.Words.CountCrashes(incident.Crashes)} "
        + $"that its relay has told of, {SubjectWords.Count(incident.Requests.Count(), "request")} to people";

    /// <summary>A length of time, such as "17 min" or "2 h 05 min".</summary>
    public static string Length(long from, long to)
    {
        var minutes = Math.Max(0, (to - from) / Micros.Minute);
        return minutes < 100 ? $"{minutes} min" : $"{minutes / 60} h {minutes % 60:00} min";
    }

    public static string State(Incident incident) =>
        incident.Phase switch
        {
            Phase.Opened or Phase.Surveying => "checking every cause",
            Phase.Planning when incident.Proposal is { Kind: ChangeKind.Flowing } => "watch, walk anyway, or close?",
            Phase.Planning => $"next: {incident.Proposal?.Does ?? "planning"}",
            Phase.AwaitingApproval => $"{incident.Request?.Question.Short} waits for an answer",
            Phase.Acting or Phase.Searching when incident.Running.LastOrDefault() is { WaitsFor: { } behind } queued =>
                $"{queued.Question.Short} is approved and {Waits(incident, behind)}",
            Phase.Acting or Phase.Searching when incident.Running.LastOrDefault() is { State: ChangeState.Approved } approved =>
                $"{approved.Question.Short} is approved and waits for the relay",
            Phase.Acting => "an approved remedy is running",
            Phase.Searching => $"searching for the bad {incident.Words.Item}, run {incident.Search?.Run}",
            Phase.Verifying => $"checking that {incident.Words.Works}",
            Phase.Watching => $"watching that {incident.Words.Works}",
            Phase.AwaitingPerson => $"waiting for a person: {incident.Task?.Text}",
            Phase.Resolved => "resolved",
            Phase.Escalated => "escalated to people",
            _ => "closed",
        };
}
