using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Session;

/// <summary>
/// Looks every few seconds whether a service runs and its addresses answer, and tells when one has not for as long as the bot asked. An
/// orderly stop, by a person or by a run, is told as such once; while this relay acts, or somebody has taken over, nothing counts.
/// </summary>
/// <param name="acting">How many times this relay has begun or ended to act: odd while it acts.</param>
/// <param name="isTakenOver">Whether a person works on the server.</param>
/// <param name="http">Asks the addresses.</param>
internal sealed class OutageWatch(
    WatchedService watch,
    Site site,
    RelayLedger ledger,
    Func<int> acting,
    Func<bool> isTakenOver,
    HttpClient http
)
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(3);

    private readonly List<UrlState> _urls = [.. (watch.Urls ?? []).Select(url => new UrlState(url))];
    private readonly Spell _down = new();
    private bool _isStopTold,
        _wasThere;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await StepAsync(cancellationToken);
            await Task.Delay(Period, site.Time, cancellationToken);
        }
    }

    /// <summary>
    /// One look. Throws <see cref="HostException"/> when the server does not answer: then nothing is known of the service. One that was
    /// never seen there is another server's, and not down.
    /// </summary>
    public async Task StepAsync(CancellationToken cancellationToken)
    {
        var service = (await site.Host.Services.ListAsync(cancellationToken)).Find(watch.Name);
        if (!(_wasThere |= service is not null))
        {
            return;
        }

        var state = service?.State ?? ServiceState.Stopped;
        if (acting() % 2 == 1 || isTakenOver())
        {
            // What a run has stopped stays its own; a person's server is looked at anew once it is handed back.
            _isStopTold = acting() % 2 == 1 && state is not ServiceState.Running;
            Forget();
            return;
        }

        if (state is ServiceState.Running)
        {
            await IsUpAsync(cancellationToken);
        }
        else if (state is ServiceState.Stopped)
        {
            await IsDownAsync(service is { ExitCode: 0, ServiceCode: 0 }, cancellationToken);
        }
        else if (state is ServiceState.StartPending)
        {
            // One that starts over and over is never seen stopped.
            await IsDownAsync(isOrderly: false, cancellationToken);
        }
    }

    private async Task IsUpAsync(CancellationToken cancellationToken)
    {
        _isStopTold = false;
        if (_down.End() && watch.Events.Count == 0)
        {
            // Where events are watched, their follower tells it.
            Post(isUp: true, null);
        }

        foreach (var url in _urls)
        {
            if (await AnswersAsync(url.Watched.Url, cancellationToken))
            {
                url.Silent.End();
            }
            else if (url.Silent.IsDue(url.Watched.SilentSeconds, site.Time, await ServerTimeAsync(cancellationToken)))
            {
                Post(isUp: true, new HostOutage(OutageKind.UrlSilent, url.Silent.Since, url.Watched.Url));
            }
        }
    }

    private async Task IsDownAsync(bool isOrderly, CancellationToken cancellationToken)
    {
        if (isOrderly)
        {
            Forget();
            if (!_isStopTold)
            {
                _isStopTold = true;
                Post(isUp: false, new HostOutage(OutageKind.OrderlyStop, await ServerTimeAsync(cancellationToken)));
            }
        }
        else if (
            !_isStopTold
            && watch.DownSeconds is { } seconds
            && _down.IsDue(seconds, site.Time, await ServerTimeAsync(cancellationToken))
        )
        {
            Post(isUp: false, new HostOutage(OutageKind.ServiceDown, _down.Since));
        }
    }

    private void Forget()
    {
        _down.End();
        _urls.ForEach(url => url.Silent.End());
    }

    private Task<long> ServerTimeAsync(CancellationToken cancellationToken) => site.Host.Machine.TimeAsync(cancellationToken);

    private void Post(bool isUp, HostOutage? outage) =>
        ledger.Post(new HostAlert(site.Host.Name, watch.Name, isUp, Backlog: false, [], Clock.Micros(site.Time.GetUtcNow()), outage));

    /// <summary>
    /// Any answer counts, an error too: silent is where nothing speaks HTTP. An address that the relay's own settings do not name is never
    /// asked.
    /// </summary>
    private async Task<bool> AnswersAsync(string url, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
    }

    private sealed record UrlState(WatchedUrl Watched)
    {
        public Spell Silent { get; } = new();
    }

    /// <summary>A time in which something is not as it should be.</summary>
    private sealed class Spell
    {
        private long? _began;
        private bool _isTold;

        /// <summary>Server clock, Unix microseconds.</summary>
        public long Since { get; private set; }

        /// <summary>Whether it has lasted so long and was not told yet; then it counts as told.</summary>
        public bool IsDue(int seconds, TimeProvider time, long serverTime)
        {
            if (_began is null)
            {
                (_began, Since) = (time.GetTimestamp(), serverTime);
            }

            if (_isTold || time.GetElapsedTime(_began.Value) < TimeSpan.FromSeconds(seconds))
            {
                return false;
            }

            _isTold = true;
            return true;
        }

        /// <summary>Whether it had been told.</summary>
        public bool End()
        {
            var wasTold = _isTold;
            (_began, _isTold) = (null, false);
            return wasTold;
        }
    }
}
