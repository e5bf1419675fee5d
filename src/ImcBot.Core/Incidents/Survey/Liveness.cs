namespace ImcBot.Core.Incidents;

/// <summary>What is known of the service itself.</summary>
internal static class Liveness
{
    /// <summary>It is down; of an outage that is known already the first failure stays, and any other is the next one.</summary>
    public static Draft IsDown(this Draft draft, long since) =>
        draft.Set(incident =>
            incident with
            {
                ServiceUp = false,
                DownSince = incident.DownSince ?? since,
                Outage = incident.DownSince is null ? incident.Outage + 1 : incident.Outage,
                FirstDown = incident.FirstDown ?? incident.DownSince ?? since,
                UpSince = null,
            }
        );

    public static Draft IsUp(this Draft draft) =>
        draft.Set(incident => incident with { ServiceUp = true, DownSince = null, UpSince = incident.UpSince ?? incident.Now });

    public static Draft Saw(this Draft draft, string service, bool isRunning, string word) =>
        draft.Set(incident => incident with { Services = incident.Services.SetItem(service, new(word, isRunning, incident.Now)) });
}
