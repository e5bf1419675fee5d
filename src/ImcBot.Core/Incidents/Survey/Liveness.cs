using ImcBot.Core.Approvals;

namespace ImcBot.Core.Incidents;

/// <summary>What is known of the service itself.</summary>
internal static class Liveness
{
    /// <summary>
    /// It is down; of an outage that is known already the first failure stays, and any other is the next one. Who was not called for a
    /// warning is called now.
    /// </summary>
    public static Draft IsDown(this Draft draft, long since) =>
        draft
            .Set(incident =>
                incident with
                {
                    ServiceUp = false,
                    DownSince = incident.DownSince ?? since,
                    Outage = incident.DownSince is null ? incident.Outage + 1 : incident.Outage,
                    FirstDown = incident.FirstDown ?? incident.DownSince ?? since,
                    UpSince = null,
                }
            )
            .When(draft.Incident.Quiet, CallAfterAll);

    /// <summary>What the server's log has told so far is no reason any more to say that it is not healthy.</summary>
    public static Draft AfterEvents(this Draft draft) =>
        draft.Set(incident =>
            incident with
            {
                EventsAfter = incident
                    .Events.Where(said => said.Kind is null)
                    .Select(said => said.Index)
                    .Append(incident.EventsAfter)
                    .Max(),
            }
        );

    private static Draft CallAfterAll(Draft draft) =>
        draft.Set(incident => incident with { Quiet = false }).When(draft.Incident is { Owner: null, Pages.IsEmpty: true }, Call);

    private static Draft Call(Draft draft) =>
        draft.Say($"{draft.Incident.Label} is down: it had opened with a warning, and nobody was called.", Role.OnCall).AlarmOpening();

    public static Draft IsUp(this Draft draft) =>
        draft.Set(incident => incident with { ServiceUp = true, DownSince = null, UpSince = incident.UpSince ?? incident.Now });

    public static Draft Saw(this Draft draft, string service, bool isRunning, string word) =>
        draft.Set(incident => incident with { Services = incident.Services.SetItem(service, new(word, isRunning, incident.Now)) });
}
