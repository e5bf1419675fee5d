using System.Threading.RateLimiting;

namespace ImcBot.Bot.Relays;

/// <summary>
/// What one relay's key may use of the bot, so that one relay never takes the place of the others: requests a minute
/// (<c>Bot:RelayRequestsPerMinute</c>, as many at once), requests beside each other, and KB of alerts, which are kept. What else a relay
/// sends is kept only where a run of the journal has asked for it.
/// </summary>
internal sealed class RelayQuota(BotOptions options) : IDisposable
{
    /// <summary>A relay polls, and carries one thing at a time.</summary>
    public const int Beside = 16;

    /// <summary>An event log that breaks out says some hundred times 30 KB; what comes after waits at the relay.</summary>
    public const int AlertKilobytes = 8 * 1024,
        AlertKilobytesPerMinute = 480;

    private readonly PartitionedRateLimiter<string> _requests = Bucket(
        options.RelayRequestsPerMinute,
        Math.Max(1, options.RelayRequestsPerMinute / 60)
    );
    private readonly PartitionedRateLimiter<string> _alerts = Bucket(AlertKilobytes, AlertKilobytesPerMinute / 60);

    private readonly PartitionedRateLimiter<string> _beside = PartitionedRateLimiter.Create<string, string>(static relay =>
        RateLimitPartition.GetConcurrencyLimiter(relay, static _ => new ConcurrencyLimiterOptions { PermitLimit = Beside, QueueLimit = 0 })
    );

    /// <summary>Counts a request that this relay has proved to be its own; false when there were too many.</summary>
    public bool Admits(string relay)
    {
        using var lease = _requests.AttemptAcquire(relay);
        return lease.IsAcquired;
    }

    /// <summary>A place for the length of one request; to be given back.</summary>
    public RateLimitLease Enter(string relay) => _beside.AttemptAcquire(relay);

    /// <summary>Counts an alert of so many bytes; false when this relay must wait with it.</summary>
    public bool AdmitsAlert(string relay, int bytes)
    {
        using var lease = _alerts.AttemptAcquire(relay, 1 + (bytes / 1024));
        return lease.IsAcquired;
    }

    public void Dispose()
    {
        _requests.Dispose();
        _alerts.Dispose();
        _beside.Dispose();
    }

    private static PartitionedRateLimiter<string> Bucket(int most, int perSecond) =>
        PartitionedRateLimiter.Create<string, string>(relay =>
            RateLimitPartition.GetTokenBucketLimiter(
                relay,
                _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = most,
                    TokensPerPeriod = perSecond,
                    ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                    QueueLimit = 0,
                }
            )
        );
}
