using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Queues;

/// <summary>The messages of a call that names a question and, if not all are meant, their numbers.</summary>
internal static class HeldItems
{
    /// <summary>From a day on, a resent message surprises whoever gets it.</summary>
    public static readonly TimeSpan Old = TimeSpan.FromHours(24);

    public static SearchRecord Search(Call call, RelayLedger ledger) =>
        QuestionId.TryParse(call.With["question"], out var question) && ledger.FindSearch(question) is { } search
            ? search
            : throw new HostException(
                $"'{call.With["question"]}' holds nothing here; name the question of a search or a hold, such as INC-7/3."
            );

    /// <summary>
    /// What the call means of all that is held, looked up in the folders. Throws <see cref="HostException"/> when a number is not held.
    /// </summary>
    public static async Task<List<MessageRecord>> WantedAsync(
        Call call,
        SearchRecord search,
        RelayLedger ledger,
        Site site,
        CancellationToken cancellationToken
    )
    {
        var messages = ledger.Messages(search.Question);
        await ItemPlaces.RefreshAsync(QueueSet.Of(search, site), search, messages, countArrivals: false, cancellationToken);
        var wanted = messages.Where(IsWanted(call)).ToList();
        if (call.With.ContainsKey("messages") && wanted.Find(message => message.Place != Place.Held) is { } other)
        {
            throw new HostException($"{other.Name} is not held: it is {Word(other.Place)}.");
        }

        wanted.RemoveAll(message => message.Place != Place.Held);
        return wanted.Count > 0 ? wanted : throw new HostException($"{search.Question} holds nothing of that any more.");
    }

    public static Func<MessageRecord, bool> IsWanted(Call call)
    {
        if (!call.With.TryGetValue("messages", out var numbers))
        {
            return _ => true;
        }

        var named = numbers.Split(',').Select(int.Parse).ToHashSet();
        return message => named.Contains(message.Index);
    }

    private static string Word(Place place) =>
        place switch
        {
            Place.In => "in the queue",
            Place.Accepted => "delivered",
            Place.Archived => "archived undelivered",
            Place.Deleted => "deleted",
            Place.HeldByOthers => "held by others",
            _ => "nowhere to be seen",
        };
}
