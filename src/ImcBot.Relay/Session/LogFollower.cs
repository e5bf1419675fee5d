using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Session;

/// <summary>Follows one log of the server from the bookmark and puts what is watched in it into the outbox. A patient event waits for the
/// profile's
/// outage time, so that people are told whether the service is still down then. A service that other hands have started again is told as an
/// alert without events.</summary>
/// <param name="watches">What is watched in this log.</param>
/// <param name="acting">How many acting runs there have been.</param>
/// <param name="enrolled">Server clock, Unix microseconds; 0 where it is not known.</param>
internal sealed class LogFollower(
    string log,
    IEnumerable<WatchedService> watches,
    Site site,
    RelayLedger ledger,
    Func<int> acting,
    long enrolled
)
{
    private const long Day = 86_400_000_000;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20),
        WhileDown = TimeSpan.FromSeconds(2);

    private readonly List<PendingAlert> _alerts =
    [
        .. watches.Select(watch => new PendingAlert(
            watch with
            {
                Events = [.. watch.Events.Where(events => site.Host.Paths.Comparer.Equals(events.Log, log))],
            },
            site
        )),
    ];

    private long _read;

    /// <summary>One for each log that something is watched in.</summary>
    public static IEnumerable<LogFollower> Of(
        IReadOnlyList<WatchedService> watches,
        Site site,
        RelayLedger ledger,
        Func<int> acting,
        long enrolled
    ) =>
        watches
            .SelectMany(watch => watch.Events)
            .Select(events => events.Log)
            .Distinct(site.Host.Paths.Comparer)
            .Select(log => new LogFollower(
                log,
                watches.Where(watch => watch.Events.Any(events => site.Host.Paths.Comparer.Equals(events.Log, log))),
                site,
                ledger,
                acting,
                enrolled
            ));

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await CatchUpAsync(cancellationToken);
        while (true)
        {
            await StepAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Reads back what was written since the bookmark, or in the last day when there is none; then of a service that runs only what came
    /// after the enrolment.
    /// </summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        var dayAgo = await site.Host.Machine.TimeAsync(cancellationToken) - Day;
        var bookmarks = _alerts.Select(alert => ledger.Bookmark(log, alert.Service)).ToList();
        _read = bookmarks.Min(bookmark => bookmark ?? 0);
        var events = await site.EventsAsync(log, _read, cancellationToken);
        _read = events.Count > 0 ? events[^1].Index : _read;
        foreach (var (alert, bookmark) in _alerts.Zip(bookmarks))
        {
            var since = bookmark is null && await IsRunningAsync(alert, cancellationToken) ? Math.Max(dayAgo, enrolled) : dayAgo;
            alert.Take(events.Where(entry => bookmark is { } told ? entry.Index > told : entry.At >= since));
        }

        await PostAsync(_alerts.Where(alert => alert.Pending.Count > 0), backlog: true, cancellationToken);
        Settle();
    }

    /// <summary>Waits for the next events and tells them. Returns after at most 20 s.</summary>
    public async Task StepAsync(CancellationToken cancellationToken)
    {
        var read = await site.Host.Events.ReadAsync(log, _read, Wait(), cancellationToken);
        _read = read.Count > 0 ? read[^1].Index : _read;
        var events = await site.OwnAsync(log, read, cancellationToken);
        foreach (var alert in _alerts)
        {
            alert.Take(events);
        }

        await PostAsync(_alerts.Where(alert => alert.IsDue), backlog: false, cancellationToken);
        Settle();
        await LookForOtherHandsAsync(cancellationToken);
    }

    private async Task LookForOtherHandsAsync(CancellationToken cancellationToken)
    {
        var run = acting();
        foreach (var alert in _alerts)
        {
            var running = await IsRunningAsync(alert, cancellationToken);
            if (running && alert.DownSinceRun == run && alert.Pending.Count == 0)
            {
                await PostAsync([alert], backlog: false, cancellationToken);
            }

            alert.DownSinceRun = running ? null : run;
        }
    }

    private TimeSpan Wait()
    {
        var waits = _alerts.Select(alert => alert.Left ?? (alert.DownSinceRun is null ? Longest : WhileDown));
        return TimeSpan.FromTicks(Math.Clamp(waits.Min(wait => wait.Ticks), TimeSpan.TicksPerSecond, Longest.Ticks));
    }

    private async Task<bool> IsRunningAsync(PendingAlert alert, CancellationToken cancellationToken) =>
        (await site.Host.Services.ListAsync(cancellationToken)).Find(alert.Service) is { State: ServiceState.Running };

    private async Task PostAsync(IEnumerable<PendingAlert> alerts, bool backlog, CancellationToken cancellationToken)
    {
        foreach (var alert in alerts.ToList())
        {
            var running = await IsRunningAsync(alert, cancellationToken);
            ledger.Post(
                new HostAlert(
                    site.Host.Name,
                    alert.Service,
                    running,
                    backlog,
                    [.. alert.Pending.TakeLast(100).Select(site.ToHostEvent)],
                    Clock.Micros(site.Time.GetUtcNow())
                ),
                log,
                _read
            );
            alert.Clear();
        }
    }

    /// <summary>What waits stays above its bookmark: a relay that was ended meanwhile reads it again.</summary>
    private void Settle()
    {
        foreach (var alert in _alerts.Where(alert => alert.Pending.Count == 0))
        {
            ledger.SetBookmark(log, alert.Service, _read);
        }
    }
}
