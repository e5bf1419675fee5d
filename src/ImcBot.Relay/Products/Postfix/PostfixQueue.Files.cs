using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Products.Postfix;

/// <content>Where its files lie.</content>
internal sealed partial class PostfixQueue
{
    private IReadOnlyDictionary<string, string> _paths = new Dictionary<string, string>(StringComparer.Ordinal);

    public async Task<string> PathAsync(string folder, string item, CancellationToken cancellationToken)
    {
        if (IsQueue(folder) || !await IsHashedAsync(Hold, cancellationToken))
        {
            return site.Host.Paths.Join(PlaceOf(folder), item);
        }

        if (!_paths.ContainsKey(item))
        {
            await NamesInAsync(Hold, cancellationToken);
        }

        return _paths.GetValueOrDefault(item) ?? site.Host.Paths.Join(Held, item);
    }

    /// <summary>
    /// Files of waiting messages. Deferred ones first and last: a message moves between these folders, and is seen in one of them.
    /// </summary>
    private async Task<List<FileEntry>> WaitingAsync(CancellationToken cancellationToken)
    {
        var files = new List<FileEntry>();
        foreach (var part in new[] { "deferred" }.Concat(Moving))
        {
            files.AddRange(await PartAsync(part, cancellationToken));
        }

        return files;
    }

    /// <summary>Files of a part of the queue, also in folders below it.</summary>
    private async Task<List<FileEntry>> PartAsync(string part, CancellationToken cancellationToken) =>
        [
            .. (await site.Host.Files.ListAsync(site.Host.Paths.Join(folder, part), "*", recursive: true, cancellationToken) ?? []).Where(
                file => !file.Folder
            ),
        ];

    /// <summary>
    /// Ids in a part of the queue. Where Postfix has folders below it, where each held message lies is kept; elsewhere no file is asked
    /// for, which would take much longer.
    /// </summary>
    private async Task<HashSet<string>> NamesInAsync(string part, CancellationToken cancellationToken)
    {
        if (!await IsHashedAsync(part, cancellationToken))
        {
            return new(await site.Host.Files.NamesAsync(site.Host.Paths.Join(folder, part), cancellationToken), StringComparer.Ordinal);
        }

        var paths = (await PartAsync(part, cancellationToken))
            .DistinctBy(file => file.Name, StringComparer.Ordinal)
            .ToDictionary(file => file.Name, file => file.Path, StringComparer.Ordinal);
        _paths = part == Hold ? paths : _paths;
        return new(paths.Keys, StringComparer.Ordinal);
    }

    /// <summary>Whether Postfix has folders below a part of the queue, named by the ids (postconf(5), hash_queue_names).</summary>
    private async Task<bool> IsHashedAsync(string part, CancellationToken cancellationToken) =>
        PostfixInstance.Words((await ObserveAsync(cancellationToken))[HashedNames]).Contains(part, StringComparer.Ordinal);

    /// <summary>A held message; null when it is not there any more.</summary>
    private async Task<QueueFile?> HeldAsync(string id, CancellationToken cancellationToken) =>
        await FileAsync(await PathAsync(Held, id, cancellationToken), cancellationToken);

    private Task<QueueFile?> FileAsync(string path, CancellationToken cancellationToken) =>
        QueueFile.FindAsync(site.Host.Files, path, cancellationToken);
}
