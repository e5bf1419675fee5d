namespace ImcBot.Core.Incidents;

/// <summary>The incident in one line.</summary>
internal static class Summary
{
    public static string Of(Incident incident)
    {
        var mail = incident switch
        {
            { DownSince: { } since } => $"mail down {Math.Max(0, (incident.Now - since) / 60_000_000)} min",
            { ServiceUp: true } => "mail flows",
            _ => "mail not known yet",
        };
        return $"{incident.Host} {mail}: {State(incident)}";
    }

    public static string State(Incident incident) => incident.Phase switch
    {
        Phase.Opened or Phase.Surveying => "checking every cause",
        Phase.Planning when incident.Proposal is { Kind: ProposalKind.Flowing } => "watch, walk anyway, or close?",
        Phase.Planning => $"next: {incident.Proposal?.Does ?? "planning"}",
        Phase.AwaitingApproval => $"{incident.Request?.Question.Short} waits for an answer",
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
