using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.General;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Products.Exchange;
using ImcBot.Relay.Products.Postfix;

namespace ImcBot.Relay.Queues;

/// <summary>The queues there are. Which one a search works on, the runbook says; without a word it is the spool of Exchange.</summary>
internal static class QueueSet
{
    /// <summary>The queue that a search names. Throws <see cref="HostException"/> with what is wrong.</summary>
    /// <param name="seen">What <see cref="IQueue.ObserveAsync"/> has just told of it; null: the server is asked.</param>
    public static async Task<IQueue> OfAsync(
        Call call,
        Site site,
        CancellationToken cancellationToken,
        IReadOnlyDictionary<string, string>? seen = null
    )
    {
        var service = call.With.GetValueOrDefault("service");
        var folder = call.With.GetValueOrDefault("from");
        var through = call.With.GetValueOrDefault("through");
        return (call.With.GetValueOrDefault("queue") ?? ExchangeSpool.Use) switch
        {
            ExchangeSpool.Use or FolderQueue.Use when through is not null => throw new HostException(
                $"Items of {ExchangeSpool.Use} and {FolderQueue.Use} pass through no other service; leave 'through' out."
            ),
            ExchangeSpool.Use when service is null && folder is null => await ExchangeSpool.OpenAsync(site, "In", cancellationToken),
            ExchangeSpool.Use => throw new HostException(
                $"The queue {ExchangeSpool.Use} finds its folder and its service by itself; leave 'from' and 'service' out."
            ),
            FolderQueue.Use when service is not null && folder is not null => new FolderQueue(
                site,
                service,
                site.Host.Paths.Plain(folder),
                Stems(call)
            ),
            FolderQueue.Use => throw new HostException(
                $"The queue {FolderQueue.Use} needs 'from', its folder, and 'service', whose work lies there."
            ),
            PostfixQueue.Use when service is not null && folder is null => await PostfixQueue.OpenAsync(
                site,
                service,
                call.With.GetValueOrDefault("items"),
                through,
                cancellationToken,
                seen
            ),
            PostfixQueue.Use => throw new HostException(
                $"The queue {PostfixQueue.Use} needs 'service', and finds its folder by itself; leave 'from' out."
            ),
            var other => throw new HostException(
                $"'{other}' is no queue of this relay; use {ExchangeSpool.Use}, {FolderQueue.Use} or {PostfixQueue.Use}."
            ),
        };
    }

    /// <summary>The queue that a hold names by its folder.</summary>
    public static async Task<IQueue> NamedAsync(Call call, Site site, CancellationToken cancellationToken) =>
        await ExchangeSpool.OpenAsync(site, call.With["folder"], cancellationToken);

    /// <summary>The queue that a search was begun on.</summary>
    public static IQueue Of(SearchRecord search, Site site) =>
        search.Queue switch
        {
            { Use: FolderQueue.Use } queue => new FolderQueue(site, queue.Service, search.Spool, queue.Stems),
            { Use: PostfixQueue.Use } queue => new PostfixQueue(site, queue, search.Spool),
            _ => new ExchangeSpool(site, search.Spool),
        };

    private static bool Stems(Call call) =>
        call.With.GetValueOrDefault("items") switch
        {
            null or "file" => false,
            "stem" => true,
            var other => throw new HostException($"'{other}' is no kind of item; use 'file', or 'stem' for all files of one name."),
        };
}
