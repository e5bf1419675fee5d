using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Queues;

/// <summary>The headers of one held message that may be shown (of mail, an allow-list). Data: <c>headers</c>, at most 16 KB. Asked for one
/// person only: the bot shows it to
/// that person and keeps it nowhere.</summary>
internal sealed class HeldHeaders(RelayLedger ledger) : ICheck
{
    public string Id => Catalog.ItemHeaders;

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var search = HeldItems.Search(call, ledger);
        var number = int.Parse(call.With["message"]);
        var message =
            ledger.Messages(search.Question).ElementAtOrDefault(number)
            ?? throw new HostException($"{search.Question} held no message number {number}.");
        var queue = QueueSet.Of(search, site);
        var path = await queue.PathAsync(search.Folder, message.Name, cancellationToken);
        await using var file = await site.Host.Files.OpenAsync(path, cancellationToken);
        var headers =
            await queue.HeadersAsync(file, cancellationToken)
            ?? throw new HostException($"What the queue '{search.Queue?.Use}' holds has no headers to show.");
        return Finding.Of(
            Verdict.Clear,
            $"Headers of {message.Name}.",
            ("headers", string.Join('\n', headers.Select(header => $"{header.Name}: {header.Value}")))
        );
    }
}
