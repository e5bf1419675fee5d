using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Cards;

/// <summary>The buttons of an incident: those that lead, and those behind "More".</summary>
internal static class IncidentActions
{
    private const string Behind = "more";

    public static IEnumerable<CardAction> Of(Incident incident)
    {
        if (incident.Phase is Phase.Closed)
        {
            yield return Shape.Button("Export", "export", incident);
            yield break;
        }

        if (incident.Owner is null && incident.Phase is not Phase.Resolved)
        {
            yield return Shape.Button("Take it", "take", incident, style: "positive");
        }

        foreach (var action in Offered(incident))
        {
            yield return action;
        }

        if (incident.Phase is not (Phase.Resolved or Phase.Escalated) && !EscalatesBelow(incident))
        {
            yield return Shape.Button("Escalate", "escalate", incident);
        }

        if (incident.Phase is Phase.Escalated || incident.TakenOverBy is not null)
        {
            yield return Shape.Button("Resume", "resume", incident);
        }

        yield return new ToggleVisibility("More", [Behind]);
    }

    // Clients show five buttons and hide the rest; taking the incident comes first.
    private static bool EscalatesBelow(Incident incident) => incident is { Owner: null, Proposal: not null };

    private static IEnumerable<CardAction> Offered(Incident incident)
    {
        Execute Offer(string title, string verb) => Shape.Button(title, verb, incident, incident.Proposal?.Question, First(verb, incident));
        return incident.Proposal switch
        {
            null => [],
            { Kind: ChangeKind.Flowing } => [Offer("Watch", "watch"), Offer("Walk anyway", "walk"), Offer("Close", "close")],
            { AskedBy: not null, State: ChangeState.Offered } => [Offer("Skip", "skip")],
            { Recommended: { } first } =>
            [
                Offer($"{incident.Runbook.Find(first)?.Name} first", "recommended"),
                Offer("Ask approval", "ask"),
                Offer("Skip", "skip"),
            ],
            { Kind: ChangeKind.Remedy } =>
            [
                Offer("Ask approval", "ask"),
                Offer("Start once, change nothing", "start-once"),
                Offer("Skip", "skip"),
            ],
            _ => [Offer("Ask approval", "ask"), Offer("Skip", "skip")],
        };
    }

    // One button leads: take it first, then ask.
    private static string? First(string verb, Incident incident) =>
        incident.Owner is not null && verb == (incident.Proposal?.Recommended is null ? "ask" : "recommended") ? "positive" : null;

    public static ActionSet? More(Incident incident)
    {
        IEnumerable<CardAction?> rest =
        [
            EscalatesBelow(incident) ? Shape.Button("Escalate", "escalate", incident) : null,
            Shape.Button("Check again", "retry", incident),
            Shape.Button("Pause", "pause", incident),
            incident.TakenOverBy is null ? Shape.Button("Take over", "takeover", incident) : null,
            Shape.Button("Why this step?", "why", incident),
            Shape.Button("Export", "export", incident),
            Shape.Button("Close", "close", incident, incident.Id(incident.LastQuestion)),
        ];
        return incident.Phase is Phase.Closed ? null : new ActionSet([.. rest.OfType<CardAction>()]) { Id = Behind, IsVisible = false };
    }
}
