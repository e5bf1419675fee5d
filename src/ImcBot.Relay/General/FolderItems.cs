using System.Security.Cryptography;
using System.Text;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.General;

/// <summary>
/// What queues share whose items are files of a folder: one file each, or all files of one stem (<c>job7.ctl</c> and <c>job7.dat</c> are
/// <c>job7</c>).
/// </summary>
internal abstract class FolderItems(Site site, bool stems)
{
    protected Site Site => site;

    protected bool Stems => stems;

    private PathGrammar Paths => site.Host.Paths;

    public bool NeedsStop => true;

    public Task<List<FileEntry>> FilesAsync(string folder, CancellationToken cancellationToken) =>
        FilesAsync(site, folder, cancellationToken);

    /// <summary>In arrival order; none when the folder is missing.</summary>
    public static async Task<List<FileEntry>> FilesAsync(Site site, string folder, CancellationToken cancellationToken) =>
        [
            .. (await site.Host.Files.ListAsync(folder, "*", recursive: false, cancellationToken) ?? [])
                .Where(file => !file.Folder)
                .OrderBy(file => file.Modified)
                .ThenBy(file => file.Name, site.Host.Paths.Comparer),
        ];

    public string ItemOf(string fileName) => stems && fileName.LastIndexOf('.') is > 0 and var dot ? fileName[..dot] : fileName;

    public async Task<HashSet<string>> NamesAsync(string folder, CancellationToken cancellationToken) =>
        new((await site.Host.Files.NamesAsync(folder, cancellationToken)).Select(ItemOf), Paths.Comparer);

    /// <summary>Moves each item whole, or leaves it. One result for each, in order.</summary>
    public async Task<IReadOnlyList<FileResult>> MoveAsync(
        IHostWriter writer,
        IReadOnlyList<QueueItem> items,
        string from,
        string to,
        CancellationToken cancellationToken
    )
    {
        if (!stems)
        {
            return await MoveFilesAsync(writer, [.. items.Select(item => item.Name)], from, to, cancellationToken);
        }

        var files = (await FilesAsync(from, cancellationToken)).ToLookup(file => ItemOf(file.Name), file => file.Name, Paths.Comparer);
        var results = new List<FileResult>(items.Count);
        foreach (var item in items)
        {
            results.Add(await MoveItemAsync(writer, item.Name, [.. files[item.Name]], from, to, cancellationToken));
        }

        return results;
    }

    /// <summary>Ends moves that broke off: of a file that lies in both folders with the same bytes, the original goes.</summary>
    public async Task EndReturnsAsync(IHostWriter writer, string held, string folder, CancellationToken cancellationToken)
    {
        var there = (await site.Host.Files.NamesAsync(folder, cancellationToken)).ToHashSet(Paths.Comparer);
        foreach (var file in (await site.Host.Files.NamesAsync(held, cancellationToken)).Where(there.Contains))
        {
            try
            {
                await IsCarriedAsync(writer, file, held, folder, cancellationToken);
            }
            catch (HostException exception) when (exception.Kind is HostError.NotFound)
            {
                // A service that runs has taken it meanwhile.
            }
        }
    }

    /// <summary>
    /// SHA-256 of an item's bytes, lower-case hex; of several files with their names between, so that none can stand for another.
    /// </summary>
    protected async Task<string> HashAsync(string folder, string item, CancellationToken cancellationToken)
    {
        if (!stems)
        {
            return Convert.ToHexStringLower(await HashOfFileAsync(folder, item, cancellationToken));
        }

        var files = (await FilesAsync(folder, cancellationToken))
            .Where(file => Paths.Comparer.Equals(ItemOf(file.Name), item))
            .Select(file => file.Name)
            .Order(Paths.Comparer)
            .ToList();
        if (files.Count == 0)
        {
            throw new HostException($"{item} is not in {folder}.", HostError.NotFound);
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(file.ToUpperInvariant()));
            hash.AppendData(await HashOfFileAsync(folder, file, cancellationToken));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private async Task<FileResult> MoveItemAsync(
        IHostWriter writer,
        string item,
        IReadOnlyList<string> files,
        string from,
        string to,
        CancellationToken cancellationToken
    )
    {
        if (files.Count == 0)
        {
            return new FileResult(item, $"{item} is not in {from}.", HostError.NotFound);
        }

        var results = await MoveFilesAsync(writer, files, from, to, cancellationToken);
        if (results.FirstOrDefault(result => !result.Done) is not { } stuck)
        {
            return new FileResult(item, null, null);
        }

        await MoveFilesAsync(writer, [.. files.Where((_, index) => results[index].Done)], to, from, cancellationToken);
        return stuck with { Path = item };
    }

    private async Task<IReadOnlyList<FileResult>> MoveFilesAsync(
        IHostWriter writer,
        IReadOnlyList<string> files,
        string from,
        string to,
        CancellationToken cancellationToken
    )
    {
        var moves = files.Select(file => new FileMove(Paths.Join(from, file), Paths.Join(to, file)));
        var results = (await writer.MoveAsync([.. moves], cancellationToken)).ToList();
        for (var index = 0; index < files.Count; index++)
        {
            if (results[index].Kind is HostError.Exists && await IsCarriedAsync(writer, files[index], from, to, cancellationToken))
            {
                results[index] = results[index] with { Error = null, Kind = null };
            }
        }

        return results;
    }

    /// <summary>
    /// A move that was a copy and broke off after that was whole: the original goes when both have the same bytes. Where a move is a copy,
    /// only the server knows: two folders of one volume may be mounted each for itself.
    /// </summary>
    private async Task<bool> IsCarriedAsync(IHostWriter writer, string file, string from, string to, CancellationToken cancellationToken)
    {
        var hash = await HashOfFileAsync(from, file, cancellationToken);
        var copied = await HashOfFileAsync(to, file, cancellationToken);
        if (
            !hash.SequenceEqual(copied)
            || await site.Host.Files.ListAsync(from, file, recursive: false, cancellationToken) is not [{ } original]
        )
        {
            return false;
        }

        return (await writer.DeleteAsync([(original.Path, original.Id)], cancellationToken))[0].Done;
    }

    private async Task<byte[]> HashOfFileAsync(string folder, string file, CancellationToken cancellationToken)
    {
        await using var content = await site.Host.Files.OpenAsync(Paths.Join(folder, file), cancellationToken);
        return await SHA256.HashDataAsync(content, cancellationToken);
    }
}
