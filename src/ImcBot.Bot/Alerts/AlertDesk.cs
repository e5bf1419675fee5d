using ImcBot.Bot.Engine;
using ImcBot.Bot.Journal;
using ImcBot.Bot.Relays;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Core.Runbooks;

namespace ImcBot.Bot.Alerts;

/// <summary>Decides by the runbooks' opening rules what becomes of something a host's event log said.</summary>
internal sealed class AlertDesk(IncidentEngine engine, JournalStore journal, RelayRegister relays, RunbookShelf runbooks, Bells bells)
{
    public async Task TakeAsync(RelayRow relay, HostAlert told, CancellationToken token)
    {
        var alert = await SinceAllClearAsync(relay.Host, told, token);
        if (alert.Events.Count < told.Events.Count && alert.Events.Count == 0)
        {
            return;
        }

        var kinds = runbooks.Current.Where(runbook => runbook.Service == alert.Service).Select(runbook => (Runbook: runbook, Kind: Opening.Decide(runbook, alert))).ToList();
        if (kinds.FirstOrDefault(one => one.Kind is OpeningKind.Open) is { Runbook: { } fatal })
        {
            await OpenAsync(relay, alert, fatal, quiet: false, token);
        }
        else if (await engine.FindOpenAsync(relay.Host, token) is { } open)
        {
            await engine.TellAsync(open.Number, at => new Alerted(at, alert), token);
        }
        else if (kinds.FirstOrDefault(one => one.Kind is OpeningKind.Quiet) is { Runbook: { } warned })
        {
            await OpenAsync(relay, alert, warned, quiet: true, token);
        }
        else if (kinds.FirstOrDefault(one => one.Kind is OpeningKind.Foreign) is { Runbook: { } foreign })
        {
            var ids = string.Join(", ", alert.Events.Select(said => said.Id).Distinct().Order());
            bells.TellOf(relay.Id, $"{relay.Host}: events {ids}. This is not {foreign.Id} ({foreign.Title}); no incident was opened. Look at the server's event log.");
        }
    }

    /// <summary>What a relay without its bookmark reads back, less what the last incident of the host has dealt with; all of it where the service is down again.</summary>
    private async Task<HostAlert> SinceAllClearAsync(string host, HostAlert alert, CancellationToken token) =>
        alert is { Backlog: true, ServiceUp: true } && await journal.FindNewestAsync(host, token) is { } row && await engine.FindAsync(row.Number, token) is { Phase: Phase.Resolved or Phase.Closed } over
            ? alert with { Events = [.. alert.Events.Where(said => said.Index > over.EventsAfter || said.At > over.Now)] }
            : alert;

    private async Task OpenAsync(RelayRow relay, HostAlert alert, Runbook runbook, bool quiet, CancellationToken token)
    {
        var known = await relays.FindHostAsync(relay.Host, token);
        await engine.OpenAsync(
            relay.Host,
            (at, number, seed) => new Opened(
                at, number, relay.Host, relay.Id, runbook.Digest, known?.Profile ?? HostProfile.Exchange, seed, quiet, alert, null, ProfileAssumed: known?.IsAssumed ?? true),
            token);
    }
}
