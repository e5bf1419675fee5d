using ImcBot.Bot.Incidents;
using ImcBot.Bot.Journal;
using ImcBot.Bot.Relays;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Alerts;

/// <summary>
/// Decides by the opening rules of the host's runbooks what becomes of something its server said, for each subject that it is about.
/// </summary>
internal sealed class RelayAlerts(IncidentEngine engine, Journals journal, RunbookRepository runbooks, ChangeSignals signals)
{
    public async Task TakeAsync(RelayRow relay, HostAlert told, CancellationToken cancellationToken)
    {
        var host = RelayRowReader.HostOf(relay);
        HostSubject[] about = [.. runbooks.SubjectsOf(host.Subjects).All.Where(one => one.Runbook.Service == told.Service)];
        foreach (var place in about.GroupBy(one => one.Name, StringComparer.Ordinal))
        {
            await TakeAsync(host, place.Key, [.. place], told, cancellationToken);
        }

        // Its runbook may have been taken away, or its subject renamed, since it was opened.
        foreach (var open in await engine.ListOpenOnAsync(host.Host, cancellationToken))
        {
            if (open.Runbook.Service == told.Service && !about.Any(one => one.Name == open.Subject))
            {
                await engine.TellAsync(open.Number, at => new Alerted(at, told), cancellationToken);
            }
        }
    }

    private async Task TakeAsync(
        RelayHost host,
        string subject,
        IReadOnlyList<HostSubject> about,
        HostAlert told,
        CancellationToken cancellationToken
    )
    {
        var alert = await SinceAllClearAsync(host.Host, subject, told, cancellationToken);
        if (alert.Events.Count < told.Events.Count && alert.Events.Count == 0)
        {
            return;
        }

        var kinds = about.Select(one => (About: one, Kind: Opening.Decide(one.Runbook, alert))).ToList();
        if (kinds.FirstOrDefault(one => one.Kind is OpeningKind.Open) is { About: { } fatal })
        {
            await engine.OpenAsync(host, fatal, alert, quiet: false, by: null, cancellationToken);
        }
        else if (await engine.FindOpenAsync(host.Host, subject, cancellationToken) is { } open)
        {
            await engine.TellAsync(open.Number, at => new Alerted(at, alert), cancellationToken);
        }
        else if (kinds.FirstOrDefault(one => one.Kind is OpeningKind.Quiet) is { About: { } warned })
        {
            await engine.OpenAsync(host, warned, alert, quiet: true, by: null, cancellationToken);
        }
        else if (alert.Outage is { Kind: OutageKind.OrderlyStop })
        {
            var byHand = about.Any(one => one.Runbook.IsManual) ? $" 'open {host.Host} {subject}' opens one." : "";
            signals.TellOf(host.Relay, $"{host.Host}: {alert.Service} was stopped in an orderly way; no incident was opened.{byHand}");
        }
        else if (kinds.FirstOrDefault(one => one.Kind is OpeningKind.Foreign) is { About.Runbook: { } foreign })
        {
            var ids = string.Join(
                ", ",
                alert.Events.Select(said => said.Called).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            );
            signals.TellOf(
                host.Relay,
                $"{host.Host}: events {ids}. This is not {foreign.Id} ({foreign.Title}); no incident was opened. Look at the "
                    + "server's event log."
            );
        }
    }

    /// <summary>
    /// What a relay without its bookmark reads back, less what the last incident of the subject has dealt with; all of it where the service
    /// is down again.
    /// </summary>
    private async Task<HostAlert> SinceAllClearAsync(string host, string subject, HostAlert alert, CancellationToken cancellationToken) =>
        alert is { Backlog: true, ServiceUp: true }
        && await journal.Incidents.FindNewestAsync(host, subject, cancellationToken) is { } row
        && await engine.FindAsync(row.Number, cancellationToken) is { Phase: Phase.Resolved or Phase.Closed } over
            ? alert with
            {
                Events = [.. alert.Events.Where(said => (said.Kind is null && said.Index > over.EventsAfter) || said.At > over.Now)],
            }
            : alert;
}
