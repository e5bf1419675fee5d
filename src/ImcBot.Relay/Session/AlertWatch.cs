using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Session;

/// <summary>Follows the Application log from the bookmark and puts alerts into the outbox. A lone 4116 or 4117 waits for the profile's outage time,
/// so that people are told whether the service is still down then. A service that other hands have started again is told as an alert without events.</summary>
/// <param name="acting">How many acting runs there have been: a start by one of them is not by other hands.</param>
internal sealed class AlertWatch(Site site, RelayLedger ledger, Func<int> acting)
{
    private const long Day = 86_400_000_000;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20), WhileDown = TimeSpan.FromSeconds(2);

    private readonly List<LogEvent> _pending = [];
    private long _read;
    private long? _pendingSince;
    private int? _downSinceRun;

    /// <summary>Reads back what was written since the bookmark, or in the last day when there is none.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        _pending.Clear();
        _pendingSince = null;
        _downSinceRun = null;
        var bookmark = ledger.Mark(Marks.Bookmark);
        var since = bookmark is null ? await site.Host.Machine.TimeAsync(cancellationToken) - Day : 0;
        var events = await site.EventsAsync(bookmark ?? 0, cancellationToken);
        var told = events.Where(entry => entry.IsAlert() && entry.At >= since).ToList();
        _read = events.Count > 0 ? events[^1].Index : bookmark ?? 0;
        if (told.Count > 0)
        {
            await PostAsync(told, backlog: true, cancellationToken);
        }
        else
        {
            ledger.SetMark(Marks.Bookmark, _read);
        }
    }

    /// <summary>Waits for the next events and tells them. Returns after at most 20 s.</summary>
    public async Task StepAsync(CancellationToken cancellationToken)
    {
        var events = await site.Host.Events.ReadAsync(Site.ApplicationLog, _read, Wait(), cancellationToken);
        _read = events.Count > 0 ? events[^1].Index : _read;
        _pending.AddRange(events.Where(entry => entry.IsAlert()));
        if (_pending.Count == 0)
        {
            ledger.SetMark(Marks.Bookmark, _read);
        }
        else
        {
            _pendingSince ??= site.Time.GetTimestamp();
            if (!_pending.TrueForAll(entry => entry.MayPass()) || site.Time.GetElapsedTime(_pendingSince.Value).TotalSeconds >= site.Profile.OutageSeconds)
            {
                await PostAsync(_pending, backlog: false, cancellationToken);
                _pending.Clear();
                _pendingSince = null;
            }
        }

        await LookForOtherHandsAsync(cancellationToken);
    }

    private async Task LookForOtherHandsAsync(CancellationToken cancellationToken)
    {
        var run = acting();
        var state = (await site.ServiceAsync(Site.ImcService, cancellationToken)).State;
        if (state == ServiceState.Running && _downSinceRun == run && _pending.Count == 0)
        {
            await PostAsync([], backlog: false, cancellationToken);
        }

        _downSinceRun = state == ServiceState.Running ? null : run;
    }

    private TimeSpan Wait()
    {
        if (_pendingSince is not { } since)
        {
            return _downSinceRun is null ? Longest : WhileDown;
        }

        var left = TimeSpan.FromSeconds(site.Profile.OutageSeconds) - site.Time.GetElapsedTime(since);
        return left < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : left < Longest ? left : Longest;
    }

    private async Task PostAsync(List<LogEvent> events, bool backlog, CancellationToken cancellationToken)
    {
        var state = (await site.ServiceAsync(Site.ImcService, cancellationToken)).State;
        ledger.Post(
            new HostAlert(site.Host.Name, Site.ImcService, state == ServiceState.Running, backlog, [.. events.TakeLast(100).Select(entry => entry.ToHostEvent())],
                Clock.Micros(site.Time.GetUtcNow())), _read);
    }
}
