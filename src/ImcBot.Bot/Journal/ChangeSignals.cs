using System.Collections.Concurrent;
using System.Threading.Channels;
using System.Threading.RateLimiting;

namespace ImcBot.Bot.Journal;

/// <summary>
/// Who has to look again: told after a commit, so that nobody has to ask the database in a loop. A lost ring loses no work.
/// </summary>
internal sealed class ChangeSignals : IDisposable
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _relays = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private HashSet<int> _moved = [];
    private readonly Channel<int> _incidents = System.Threading.Channels.Channel.CreateUnbounded<int>();
    private readonly Channel<(string Sentence, string Logged)> _news = System.Threading.Channels.Channel.CreateUnbounded<(
        string,
        string
    )>();

    // What one sender says must not fill the channel, whoever holds its key or secret.
    private readonly PartitionedRateLimiter<string> _ofSenders = PartitionedRateLimiter.Create<string, string>(static sender =>
        RateLimitPartition.GetFixedWindowLimiter(
            sender,
            static _ => new FixedWindowRateLimiterOptions
            {
                PermitLimit = MostOfSender,
                Window = TimeSpan.FromMinutes(10),
                QueueLimit = 0,
            }
        )
    );

    /// <summary>So many sentences in ten minutes are told of what one relay or monitoring system sends.</summary>
    public const int MostOfSender = 5;

    /// <summary>Incidents that have something for the channel.</summary>
    public ChannelReader<int> Incidents => _incidents.Reader;

    /// <summary>Sentences for the configured channel, outside any incident.</summary>
    public ChannelReader<(string Sentence, string Logged)> News => _news.Reader;

    /// <summary>An incident was read, or has gone on, here or at another replica.</summary>
    public void RingMoved(int incident)
    {
        lock (_lock)
        {
            _moved.Add(incident);
        }
    }

    /// <summary>Those since this was asked last.</summary>
    public IReadOnlyCollection<int> TakeMoved()
    {
        lock (_lock)
        {
            var moved = _moved;
            _moved = [];
            return moved;
        }
    }

    public void RingIncident(int incident) => _incidents.Writer.TryWrite(incident);

    /// <param name="logged">What the log says when the channel does not answer, where the sentence holds words that belong into no
    /// log.</param>
    public void Tell(string sentence, string? logged = null) => _news.Writer.TryWrite((sentence, logged ?? sentence));

    /// <summary>
    /// Tells of something that a relay, or a monitoring system, has sent; false when it sends so much that this is left to the log.
    /// </summary>
    public bool TellOf(string sender, string sentence, string? logged = null)
    {
        using var lease = _ofSenders.AttemptAcquire(sender);
        if (lease.IsAcquired)
        {
            Tell(sentence, logged);
        }

        return lease.IsAcquired;
    }

    public void Dispose() => _ofSenders.Dispose();

    public void RingRelay(string relay)
    {
        if (_relays.TryRemove(relay, out var waiting))
        {
            waiting.TrySetResult();
        }
    }

    /// <summary>Completes at the next ring for this relay; taken before looking for work, so that no ring is missed.</summary>
    public Task NextRing(string relay) =>
        _relays.GetOrAdd(relay, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
}
