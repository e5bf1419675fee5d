using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Queues;

/// <summary>Moves messages between their queue and the hold folder, and sets its index aside.</summary>
/// <param name="messages">All of the search, by their index.</param>
internal sealed class Holding(RunContext context, IQueue queue, SearchRecord search, List<MessageRecord> messages)
{
    private const int Attempts = 5;

    private FileResult? _refused;

    public SearchRecord Search { get; private set; } = search;

    /// <summary>Why a message could not be moved, as a sentence.</summary>
    public string Refusal => IsOpen ? "something has it open." : $"{_refused?.Error?.TrimEnd('.') ?? "it is not where it was"}.";

    /// <summary>Whether what could not be moved is open elsewhere.</summary>
    public bool IsOpen => _refused?.Kind == HostError.InUse;

    /// <summary>Takes over what else has become known of the search.</summary>
    public void Learn(SearchRecord search) => Search = search;

    /// <summary>
    /// Moves messages into the hold folder; those that something has open are tried again for a while, and those that others hold already
    /// are left to them.
    /// </summary>
    /// <param name="moved">Called with messages as soon as they lie in the hold folder.</param>
    /// <returns>The messages that could not be moved.</returns>
    public async Task<List<MessageRecord>> HoldAsync(
        IReadOnlyList<MessageRecord> wanted,
        CancellationToken cancellationToken,
        Action<IReadOnlyList<MessageRecord>>? moved = null
    )
    {
        var left = wanted.ToList();
        for (var attempt = 0; left.Count > 0 && attempt < Attempts; attempt++)
        {
            if (attempt > 0)
            {
                await context.Site.PauseAsync(cancellationToken);
            }

            var trying = left;
            left = [];
            foreach (var batch in trying.Chunk(queue.Batch))
            {
                var own = await WithoutOthersAsync(batch, cancellationToken);
                Keep(own, Place.Held);
                var stuck = await MoveAsync(own, Search.Spool, Search.Folder, cancellationToken);
                Keep([.. stuck.Select(one => one.Message)], Place.In);
                moved?.Invoke(stuck.Count == 0 ? own : [.. own.Except(stuck.Select(one => one.Message))]);
                left.AddRange(stuck.Where(one => !IsGone(one.Result)).Select(one => one.Message));
            }
        }

        return left;
    }

    /// <summary>Moves messages back into their queue. What cannot be moved stays; the count of the folders tells.</summary>
    public async Task ReturnAsync(IReadOnlyList<MessageRecord> wanted, CancellationToken cancellationToken)
    {
        foreach (var batch in wanted.Chunk(queue.Batch))
        {
            var stuck = await MoveAsync(batch, Search.Folder, Search.Spool, cancellationToken);
            Keep([.. batch.Except(stuck.Select(one => one.Message))], Place.In);
        }
    }

    /// <summary>
    /// What lies in the queue and in the hold folder was on its way back when the relay died: it is no longer held, else it would be
    /// returned, and taken, a second time.
    /// </summary>
    public Task EndReturnsAsync(CancellationToken cancellationToken) =>
        queue.EndReturnsAsync(context.Writer, Search.Folder, Search.Spool, cancellationToken);

    /// <summary>
    /// A service that goes on takes items while others are held, and somebody may hold them first; the count tells what became of them.
    /// </summary>
    private bool IsGone(FileResult result) =>
        (!queue.NeedsStop && result.Kind is HostError.NotFound) || (queue.SharesHold && result.Kind is HostError.Exists);

    private async Task<MessageRecord[]> WithoutOthersAsync(MessageRecord[] batch, CancellationToken cancellationToken)
    {
        if (!queue.SharesHold)
        {
            return batch;
        }

        var held = await queue.NamesAsync(Search.Folder, cancellationToken);
        return [.. batch.Where(message => !held.Contains(message.Name))];
    }

    /// <summary>
    /// In a place where others hold items too, the ledger alone tells which are the search's own: it says so before one is held, and ceases
    /// to after it was released.
    /// </summary>
    private void Keep(MessageRecord[] some, Place place)
    {
        List<MessageRecord> kept =
        [
            .. some.Where(message => messages[message.Index].Place != place)
                .Select(message => messages[message.Index] with { Place = place }),
        ];
        if (!queue.SharesHold || kept.Count == 0)
        {
            return;
        }

        foreach (var message in kept)
        {
            messages[message.Index] = message;
        }

        context.Ledger.KeepPlaces(Search.Question, kept);
    }

    public async Task SetQueueAsideAsync(CancellationToken cancellationToken)
    {
        Search = Search with { QueueCopies = await queue.SetIndexAsideAsync(context.Writer, Search.QueueCopies + 1, cancellationToken) };
        context.Ledger.KeepSearch(Search);
    }

    /// <summary>Held messages whose bytes are not what was held.</summary>
    public static async Task<List<MessageRecord>> ChangedAsync(
        IQueue queue,
        SearchRecord search,
        IReadOnlyList<MessageRecord> held,
        CancellationToken cancellationToken
    )
    {
        var changed = new List<MessageRecord>();
        var reader = queue.Reader(search.Folder);
        foreach (var message in held.Where(message => message.Sha256 is not null))
        {
            if ((await reader.ReadAsync(message.Name, cancellationToken)).Sha256 != message.Sha256)
            {
                changed.Add(message);
            }
        }

        return changed;
    }

    private async Task<List<(MessageRecord Message, FileResult Result)>> MoveAsync(
        IReadOnlyCollection<MessageRecord> some,
        string from,
        string to,
        CancellationToken cancellationToken
    )
    {
        var results = await queue.MoveAsync(context.Writer, [.. some.Select(message => message.Item())], from, to, cancellationToken);
        var left = new List<(MessageRecord, FileResult)>();
        foreach (var (message, result) in some.Zip(results))
        {
            if (!result.Done)
            {
                _refused = result;
                left.Add((message, result));
            }
        }

        return left;
    }
}
