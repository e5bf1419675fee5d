using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Session;

/// <summary>Follows the logs that the bot's runbooks name, each from its bookmark, and looks at what they want looked at. Without a word
/// from the bot nothing is watched: what is written
/// meanwhile is read back.</summary>
/// <param name="acting">How many acting runs there have been: a start by one of them is not by other hands.</param>
/// <param name="isTakenOver">Whether a person works on the server.</param>
/// <param name="enrolled">Server clock, Unix microseconds: what a log had said before is not told of a service that runs; 0 from a relay
/// whose enrolment does not say.</param>
/// <param name="urls">The addresses of the relay's own settings: no other is ever asked.</param>
/// <param name="http">Asks them.</param>
internal sealed class AlertWatch(
    Site site,
    RelayLedger ledger,
    Func<int> acting,
    Func<bool> isTakenOver,
    long enrolled,
    IReadOnlyList<string> urls,
    HttpClient http
)
{
    private readonly Lock _lock = new();
    private IReadOnlyList<WatchedService> _watches = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Digest of what is watched now, see <see cref="WatchedService.DigestOf"/>.</summary>
    public string Watching { get; private set; } = WatchedService.DigestOf([]);

    /// <summary>What to look out for from now on; null from a bot that does not say.</summary>
    public void Take(IReadOnlyList<WatchedService>? watches)
    {
        if (watches is null || WatchedService.DigestOf(watches) is var digest && digest == Watching)
        {
            return;
        }

        lock (_lock)
        {
            (_watches, Watching) = (watches, digest);
            _changed.TrySetResult();
        }
    }

    /// <summary>
    /// Watches until cancelled. Throws <see cref="Hosts.HostException"/> when the server does not answer; it may be called again.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var (watches, changed) = Next();
            using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Task[] following =
            [
                .. LogFollower.Of(watches, site, ledger, acting, enrolled).Select(log => log.RunAsync(until.Token)),
                .. watches
                    .Where(watch => watch.DownSeconds is not null || watch.Urls is not null)
                    .Select(watch => OutagesOf(watch).RunAsync(until.Token)),
            ];
            var first = await Task.WhenAny([changed.WaitAsync(cancellationToken), .. following]);
            await until.CancelAsync();
            await Task.WhenAll(following).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await first;
        }
    }

    private OutageWatch OutagesOf(WatchedService watch) =>
        new(
            watch with
            {
                Urls = [.. (watch.Urls ?? []).Where(watched => urls.Contains(watched.Url, StringComparer.Ordinal))],
            },
            site,
            ledger,
            acting,
            isTakenOver,
            http
        );

    private (IReadOnlyList<WatchedService> Watches, Task Changed) Next()
    {
        lock (_lock)
        {
            if (_changed.Task.IsCompleted)
            {
                _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return (_watches, _changed.Task);
        }
    }
}
