using ImcBot.Relay.Hosts;
using Microsoft.Extensions.Logging;

namespace ImcBot.Relay.Session;

/// <summary>How long to wait before calling the bot again: in proportion to how long it has been away, so a short restart is noticed at
/// once
/// and a long outage is not hammered.</summary>
internal sealed class Backoff(TimeProvider time)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(200),
        Longest = TimeSpan.FromSeconds(30);

    private long? _since;

    /// <summary>Half the outage so far, between 0.2 s and 30 s.</summary>
    public TimeSpan Next()
    {
        _since ??= time.GetTimestamp();
        var half = time.GetElapsedTime(_since.Value) / 2;
        return half < Shortest ? Shortest
            : half > Longest ? Longest
            : half;
    }

    /// <summary>The bot answered.</summary>
    public void Reset() => _since = null;

    /// <summary>
    /// Repeats work until it succeeds: a server that does not answer now may answer in a while, and a full disk may have room again. Work
    /// that went well for longer than any wait fails anew.
    /// </summary>
    public static async Task KeepAsync(
        Func<CancellationToken, Task> work,
        TimeProvider time,
        ILogger log,
        CancellationToken cancellationToken
    )
    {
        var backoff = new Backoff(time);
        while (true)
        {
            var began = time.GetTimestamp();
            try
            {
                await work(cancellationToken);
                return;
            }
            catch (HostException exception)
            {
                log.LogWarning("{Reason}", exception.Message);
                if (time.GetElapsedTime(began) > Longest)
                {
                    backoff.Reset();
                }

                await Task.Delay(backoff.Next(), time, cancellationToken);
            }
        }
    }
}
