using ImcBot.Bot.Incidents;
using ImcBot.Bot.Journal;
using ImcBot.Bot.Relays;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Alerts;

/// <summary>
/// Opens an incident for what a monitoring system said of a host that has a confirmed relay, or adds it to the host's open one. Its words
/// are a sealed note and are shown; they start nothing.
/// </summary>
internal sealed class MonitoringAlerts(
    IncidentEngine engine,
    RelayRegister relays,
    RunbookRepository runbooks,
    ChangeSignals signals,
    TimeProvider time
)
{
    // A monitoring system repeats itself; what it has said within the hour is in the record already.
    private static readonly TimeSpan Again = TimeSpan.FromHours(1);
    private const int MostRemembered = 4096;

    private readonly Lock _lock = new();
    private readonly Dictionary<(int Incident, string Source, string Text), DateTimeOffset> _said = [];

    /// <summary>
    /// For each alert the incident that it is in, and a sentence about it; without an incident the sentence says why not.
    /// </summary>
    public async Task<IReadOnlyList<(string? Incident, string Sentence)>> TakeAsync(
        string name,
        AlertSource source,
        IReadOnlyList<OutsideAlert> alerts,
        CancellationToken cancellationToken
    )
    {
        var hosts = new List<RelayHost?>();
        foreach (var alert in alerts)
        {
            hosts.Add(alert.State != AlertState.Firing ? null : await FindHostAsync(alert.Host, cancellationToken));
        }

        var stopped = await StoppedAsync(source, hosts.OfType<RelayHost>(), cancellationToken);
        var taken = new List<(string?, string)>();
        foreach (var (alert, host) in alerts.Zip(hosts))
        {
            taken.Add(await TakeAsync(name, source, alert, host, stopped, cancellationToken));
        }

        return taken;
    }

    /// <summary>The hosts that have no incident yet: those that stop with this message.</summary>
    private async Task<IReadOnlyList<string>> StoppedAsync(
        AlertSource source,
        IEnumerable<RelayHost> hosts,
        CancellationToken cancellationToken
    )
    {
        var stopped = new List<string>();
        foreach (var host in hosts.DistinctBy(host => host.Host, StringComparer.Ordinal))
        {
            if (Meant(source, host) is [var about] && await engine.FindOpenAsync(host.Host, about.Name, cancellationToken) is null)
            {
                stopped.Add(host.Host);
            }
        }

        return stopped;
    }

    /// <summary>The subjects that a source may speak of, the first runbook of each.</summary>
    private IReadOnlyList<HostSubject> Meant(AlertSource source, RelayHost host) =>
        [
            .. runbooks
                .SubjectsOf(host.Subjects)
                .All.Where(one =>
                    (source.Runbook.Length == 0 || one.Runbook.Id == source.Runbook)
                    && (source.Subject.Length == 0 || one.Name.Equals(source.Subject, StringComparison.OrdinalIgnoreCase))
                )
                .DistinctBy(one => one.Name, StringComparer.Ordinal),
        ];

    private async Task<(string? Incident, string Sentence)> TakeAsync(
        string name,
        AlertSource source,
        OutsideAlert alert,
        RelayHost? host,
        IReadOnlyList<string> stopped,
        CancellationToken cancellationToken
    )
    {
        if (alert.State != AlertState.Firing)
        {
            return (
                "",
                alert.State == AlertState.Over
                    ? "Noted that it is over; ImcBot looks for itself."
                    : "Nothing was opened: acknowledgements, downtime and flapping open nothing."
            );
        }

        if (host is null)
        {
            return (null, "No confirmed relay stands for this host: enrol one, or name the host as its relay does.");
        }

        if (Meant(source, host) is not [var about])
        {
            return (
                null,
                source.Runbook.Length > 0 && runbooks.Current.All(one => one.Id != source.Runbook)
                    ? $"Alerts:Sources:{name}:Runbook names no runbook of this bot."
                    : $"It is not clear what on {host.Host} is meant: name it with Alerts:Sources:{name}:Subject, one of "
                        + $"{string.Join(", ", runbooks.SubjectsOf(host.Subjects).All.Select(one => one.Name)
                            .Distinct(StringComparer.Ordinal))}."
            );
        }

        try
        {
            return await OpenAsync(name, host, about, alert.Text, stopped, cancellationToken);
        }
        catch (KeyNotFoundException frozen)
        {
            return (null, frozen.Message);
        }
    }

    private async Task<(string? Incident, string Sentence)> OpenAsync(
        string name,
        RelayHost host,
        HostSubject about,
        string text,
        IReadOnlyList<string> stopped,
        CancellationToken cancellationToken
    )
    {
        var decision = await engine.OpenAsync(host, about, alert: null, quiet: false, by: null, cancellationToken, stopped);
        var (incident, isOpened) = (decision.Incident, decision.Declined is null);
        var sentence = isOpened
            ? $"{incident.Name} was opened for {incident.Label}."
            : $"{incident.Name} was already open for {incident.Label}.";
        var said = (incident.Number, name, text);
        if (!IsNew(said))
        {
            return (incident.Name, sentence);
        }

        // Every incident that it opens is told; a text that changes all the time is not.
        var (told, logged) = (
            $"{incident.Name}, {incident.Label}: {name} says: {text}",
            $"{name} had something to say of {incident.Name}; it is in the record."
        );
        if (isOpened)
        {
            signals.Tell(told, logged);
        }
        else if (!signals.TellOf($"alerts:{name}", told, logged))
        {
            Forget(said);
            return (incident.Name, $"{sentence} Its words were left out: {name} says something else too often.");
        }

        await engine.TellAsync(
            incident.Number,
            at => new Noted(at, new Person($"alerts:{name}", $"{name} (alerts)", []), text, IsNote: true),
            cancellationToken
        );
        return (incident.Name, sentence);
    }

    // Monitoring says exch01.corp.example where the relay was enrolled for EXCH01.
    private async Task<RelayHost?> FindHostAsync(string host, CancellationToken cancellationToken) =>
        await relays.FindHostAsync(host, cancellationToken)
        ?? (
            host.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot
                ? await relays.FindHostAsync(host[..dot], cancellationToken)
                : null
        );

    private bool IsNew((int Incident, string Source, string Text) said)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (_said.TryGetValue(said, out var at) && now - at < Again)
            {
                return false;
            }

            if (_said.Count >= MostRemembered)
            {
                _said.Clear();
            }

            _said[said] = now;
            return true;
        }
    }

    private void Forget((int Incident, string Source, string Text) said)
    {
        lock (_lock)
        {
            _said.Remove(said);
        }
    }
}
