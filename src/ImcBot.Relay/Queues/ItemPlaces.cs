using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Queues;

/// <summary>Finds out where each message of a search is, from the folders themselves. The ledger only says where it was last.</summary>
internal static class ItemPlaces
{
    /// <summary>Brings the list up to date; what is new in In is appended as an arrival.</summary>
    /// <param name="countArrivals">False while nothing may be counted as new.</param>
    public static async Task RefreshAsync(
        IQueue queue,
        SearchRecord search,
        List<MessageRecord> messages,
        bool countArrivals,
        CancellationToken cancellationToken
    )
    {
        // In before its archive: a file that the service archives meanwhile is then seen in at least one of them.
        var inSpool = await queue.NamesAsync(search.Spool, cancellationToken);
        var archived = await queue.UndeliveredAsync(search, cancellationToken);
        var held = await queue.NamesAsync(search.Folder, cancellationToken);
        // The proof last: what was not seen any more has been told by then.
        var settled = await queue.SettledAsync(search, [.. messages.Where(WasHeld).Select(Item)], cancellationToken);
        for (var index = 0; index < messages.Count; index++)
        {
            var message = messages[index];
            var place =
                inSpool.Remove(message.Name) ? Place.In
                : settled?.Contains(message.Name) is true ? Place.Accepted
                : held.Contains(message.Name) ? (queue.SharesHold && !WasHeld(message) ? Place.HeldByOthers : Place.Held)
                : archived.Contains(message.Name) ? Place.Archived
                : settled is null && message is { Place: Place.In, Exposed: true } ? Place.Accepted
                : message.Place is Place.In or Place.Held or Place.HeldByOthers ? Place.Unknown
                : message.Place;
            messages[index] = place == message.Place ? message : message with { Place = place };
        }

        if (countArrivals && inSpool.Count > 0)
        {
            foreach (
                var item in QueueItem
                    .Of(queue, await queue.FilesAsync(search.Spool, cancellationToken))
                    .Where(item => inSpool.Contains(item.Name))
            )
            {
                messages.Add(new MessageRecord(messages.Count, item.Name, item.Size, item.Arrived, Place.In, Exposed: true));
            }
        }
    }

    public static QueueItem Item(this MessageRecord message) => new(message.Name, message.Size, message.Arrived);

    /// <summary>What others hold, as a sentence with a space before it; empty where they hold none.</summary>
    public static string OfOthers(this IEnumerable<MessageRecord> messages, QueueWords words) =>
        messages.Where(message => message.Place is Place.HeldByOthers).Select(message => message.Name).ToList()
            is { Count: > 0 and var count } names
            ? $" {words.Count(count)} held by others and left to them: {string.Join(", ", names.Take(5))}{(count > 5 ? ", …" : "")}."
            : "";

    /// <summary>Whether the search has held it itself, by the ledger.</summary>
    private static bool WasHeld(MessageRecord message) => message.Place is Place.Held or Place.Accepted or Place.Deleted;

    public static IndexSet At(this IEnumerable<MessageRecord> messages, Place place) =>
        IndexSet.Of(messages.Where(message => message.Place == place).Select(message => message.Index));

    /// <summary>Every message in exactly one state.</summary>
    public static MessageCounts Counts(this IReadOnlyList<MessageRecord> messages, int found) =>
        new(
            found,
            messages.Count - found,
            Count(messages, Place.In),
            Count(messages, Place.Held) + Count(messages, Place.HeldByOthers),
            Count(messages, Place.Accepted),
            Count(messages, Place.Archived),
            Count(messages, Place.Deleted),
            Count(messages, Place.Unknown)
        );

    private static int Count(IReadOnlyList<MessageRecord> messages, Place place) => messages.Count(message => message.Place == place);
}
