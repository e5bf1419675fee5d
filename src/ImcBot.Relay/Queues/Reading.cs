using System.Collections.Concurrent;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Queues;

/// <summary>Reads held messages, on every processor, while others are still being moved: its hash, and what is told of it.</summary>
internal sealed class Reading(IQueue queue, string folder)
{
    private static readonly int AtOnce = Math.Clamp(Environment.ProcessorCount, 2, 8);

    private readonly SemaphoreSlim _room = new(AtOnce);
    private readonly ConcurrentBag<IItemReader> _readers = [];
    private readonly List<Task<IReadOnlyList<MessageRecord>>> _batches = [];

    /// <summary>Begins to read messages that lie in the hold folder now.</summary>
    public void Add(IReadOnlyList<MessageRecord> messages, CancellationToken cancellationToken) =>
        _batches.AddRange(messages.Chunk(500).Select(batch => Task.Run(() => ReadAsync(batch, cancellationToken), cancellationToken)));

    /// <summary>All that were added, as held and with what was read. Throws what reading threw.</summary>
    public async Task<IEnumerable<MessageRecord>> FinishAsync() => (await Task.WhenAll(_batches)).SelectMany(batch => batch);

    private async Task<IReadOnlyList<MessageRecord>> ReadAsync(MessageRecord[] batch, CancellationToken cancellationToken)
    {
        await _room.WaitAsync(cancellationToken);
        var reader = _readers.TryTake(out var idle) ? idle : queue.Reader(folder);
        try
        {
            for (var index = 0; index < batch.Length; index++)
            {
                var read = await reader.ReadAsync(batch[index].Name, cancellationToken);
                batch[index] = batch[index] with
                {
                    Place = Place.Held,
                    Sha256 = read.Sha256,
                    Features = read.Features,
                    SenderDomain = read.SenderDomain,
                };
            }

            return batch;
        }
        finally
        {
            _readers.Add(reader);
            _room.Release();
        }
    }
}
