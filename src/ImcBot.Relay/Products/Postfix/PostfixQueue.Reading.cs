using System.Collections.Concurrent;
using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Products.Exchange.Messages;

namespace ImcBot.Relay.Products.Postfix;

/// <content>What is told of held messages.</content>
internal sealed partial class PostfixQueue
{
    private const int MostSuspicious = 5;

    /// <summary>
    /// Postfix names a message by the reason it waits for. Those, and the most suspicious by their headers up to five in all, are held
    /// back; where it names none, or there is no other, nothing is told apart.
    /// </summary>
    public async Task<Triage?> TriageAsync(IReadOnlyList<QueueItem> items, CancellationToken cancellationToken)
    {
        var failed = Failed(_listed);
        if (!items.Any(item => failed.Contains(item.Name)))
        {
            return null;
        }

        var names = items.Select(item => item.Name).ToHashSet(StringComparer.Ordinal);
        if (!names.All(_read.ContainsKey))
        {
            await ReadAsync((await WaitingAsync(cancellationToken)).Where(file => names.Contains(file.Name)), cancellationToken);
        }

        failed.RemoveWhere(name => !_read.TryGetValue(name, out var read) || !read.IsFiltered);
        var suspects = items
            .Where(item => failed.Contains(item.Name))
            .Select(item => item.Name)
            .Concat(
                items
                    .Where(item => !failed.Contains(item.Name) && Suspicion(item) > 0)
                    .OrderByDescending(Suspicion)
                    .Take(Math.Max(0, MostSuspicious - failed.Count))
                    .Select(item => item.Name)
            )
            .ToHashSet(StringComparer.Ordinal);
        return failed.Count == 0 || suspects.Count == items.Count
            ? null
            : new Triage(
                suspects,
                _read
                    .Where(read => names.Contains(read.Key) && !suspects.Contains(read.Key))
                    .ToDictionary(read => read.Key, read => read.Value.Told, StringComparer.Ordinal)
            );

        int Suspicion(QueueItem item) => _read.TryGetValue(item.Name, out var read) ? read.Told.Features.Count : 0;
    }

    /// <summary>Reads each of these files once, on every processor; what is not there any more is not read.</summary>
    private async Task ReadAsync(IEnumerable<FileEntry> files, CancellationToken cancellationToken)
    {
        var idle = new ConcurrentBag<MessageScanner>();
        await Parallel.ForEachAsync(
            files.Where(file => !_read.ContainsKey(file.Name)),
            cancellationToken,
            async (file, cancelled) =>
            {
                if (await FileAsync(file.Path, cancelled) is { } read)
                {
                    var scanner = idle.TryTake(out var one) ? one : new MessageScanner();
                    _read[file.Name] = new(read.ContentFilter is not null, await TellAsync(scanner, read, cancelled));
                    idle.Add(scanner);
                }
            }
        );
        foreach (var scanner in idle)
        {
            scanner.Dispose();
        }
    }

    /// <summary>Of its text only the header is read.</summary>
    private static async Task<ItemDescription> TellAsync(MessageScanner scanner, QueueFile file, CancellationToken cancellationToken)
    {
        using var header = new MemoryStream([.. file.Header, (byte)'\n']);
        var read = await scanner.ScanAsync(header, cancellationToken);
        return new ItemDescription(
            file.Sha256,
            [.. read.Features.Where(HeaderDefects.Contains)],
            file.From is { } from && from.LastIndexOf('@') is > 0 and var at ? from[(at + 1)..] : null
        );
    }

    /// <summary>What was read of a message in the queue.</summary>
    private sealed record ReadMail(bool IsFiltered, ItemDescription Told);

    /// <summary>
    /// Ids of messages whose own delivery broke off, as Postfix said before anything was held; else as it says now, when what hung was
    /// broken off.
    /// </summary>
    private async Task<HashSet<string>> FailedAsync(CancellationToken cancellationToken) =>
        Failed(_listed) is { Count: > 0 } before
            ? before
            : Failed(await QueuedMail.ListAsync(await InstanceAsync(cancellationToken), cancellationToken));

    private static HashSet<string> Failed(IEnumerable<QueuedMail> listed) =>
        listed.Where(mail => mail.FailedDirectly).Select(mail => mail.Id).ToHashSet(StringComparer.Ordinal);

    /// <summary>Hash, suspicion and sender's domain of one held message after the other.</summary>
    private sealed class MailReader(PostfixQueue queue) : IItemReader
    {
        private readonly MessageScanner _scanner = new();

        public async Task<ItemDescription> ReadAsync(string item, CancellationToken cancellationToken)
        {
            var failed = await (queue._failed ??= queue.FailedAsync(cancellationToken));
            var path = await queue.PathAsync(queue.Held, item, cancellationToken);
            var file =
                await queue.FileAsync(path, cancellationToken) ?? throw new HostException($"{path} is not there.", HostError.NotFound);
            var told = await TellAsync(_scanner, file, cancellationToken);
            return file.ContentFilter is not null && failed.Contains(item)
                ? told with
                {
                    Features = [Defect.FailedDirectly, .. told.Features],
                }
                : told;
        }
    }

    /// <summary>What a header alone can show.</summary>
    private static readonly HashSet<string> HeaderDefects =
    [
        Defect.BlankCharset,
        Defect.EmptyBoundary,
        Defect.BadContentType,
        Defect.EightBitContentType,
        Defect.OpenQuote,
        Defect.OpenParenthesisInName,
        Defect.CommaInComment,
        Defect.DateInReceivedComment,
        Defect.QuotedUtf16Html,
        Defect.Utf7Text,
        Defect.PostScriptAttachment,
        Defect.IllegalMacCreator,
        Defect.FormatInSubject,
        Defect.MalformedEncapsulatedAddress,
        Defect.TooManyRecipients,
        Defect.UnknownCharset,
    ];
}
