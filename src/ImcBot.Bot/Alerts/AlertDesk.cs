using ImcBot.Bot.Engine;
using ImcBot.Bot.Journal;
using ImcBot.Bot.Relays;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Core.Runbooks;

namespace ImcBot.Bot.Alerts;

/// <summary>Decides by the runbooks' opening rules what becomes of something a host's event log said.</summary>
internal sealed class AlertDesk(IncidentEngine engine, RelayRegister relays, RunbookShelf runbooks, Bells bells)
{
    public async Task TakeAsync(RelayRow relay, HostAlert alert, CancellationToken token)
    {
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
            bells.Tell($"{relay.Host}: events {ids}. This is not {foreign.Id} ({foreign.Title}); no incident was opened. Look at the server's event log.");
        }
    }

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
