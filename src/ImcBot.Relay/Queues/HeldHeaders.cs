using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Products.Exchange.Messages;
using ImcBot.Relay.Products.Exchange;

namespace ImcBot.Relay.Queues;

/// <summary>The headers of one held message that may be shown (<see cref="ShownHeaders"/>). Data: <c>headers</c>, at most 16 KB. Asked for one person only: the bot shows it to
/// that person and keeps it nowhere.</summary>
internal sealed class HeldHeaders(RelayLedger ledger) : ICheck
{
    private const int Most = 16 << 10;

    public string Id => Catalog.ItemHeaders;

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var search = HeldItems.Search(call, ledger);
        if (search.Queue is { Use: not ExchangeSpool.Use } other)
        {
            throw new HostException($"What the queue '{other.Use}' holds has no headers to show.");
        }

        var number = int.Parse(call.With["message"]);
        var message = ledger.Messages(search.Question).ElementAtOrDefault(number) ?? throw new HostException($"{search.Question} held no message number {number}.");
        await using var file = await site.Host.Files.OpenAsync(WindowsPath.Join(search.Folder, message.Name), cancellationToken);
        var headers = await ReadAsync(file, cancellationToken);
        return Finding.Of(Verdict.Clear, $"Headers of {message.Name}.", ("headers", string.Join('\n', headers.Select(header => $"{header.Name}: {header.Value}"))));
    }

    /// <summary>What may be shown of a message's headers, of its first 16 KB.</summary>
    public static async Task<IReadOnlyList<(string Name, string Value)>> ReadAsync(Stream file, CancellationToken cancellationToken)
    {
        var buffer = new byte[Envelope.Usual + Most];
        var count = await file.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        var (_, message) = await Envelope.ReadAsync(buffer.AsMemory(0, count), file, cancellationToken);
        return ShownHeaders.Of(message.Span[..Math.Min(message.Length, Most)]);
    }
}
