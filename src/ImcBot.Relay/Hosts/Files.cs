namespace ImcBot.Relay.Hosts;

/// <summary>One file or folder.</summary>
/// <param name="Modified">Server clock, Unix microseconds.</param>
/// <param name="Id">The volume's own id: a replaced file has another.</param>
/// <param name="Names">How many names the file has; deleting one of several frees nothing.</param>
internal sealed record FileEntry(string Path, long Size, long Modified, string Id, bool Folder, int Names = 1)
{
    public string Name => PathGrammar.Of(Path).Name(Path);
}

internal interface IFiles
{
    /// <summary>Files and folders right below a folder, or all below it; null when the folder is missing.</summary>
    Task<IReadOnlyList<FileEntry>?> ListAsync(string folder, string pattern, bool recursive, CancellationToken cancellationToken);

    /// <summary>
    /// Names of the files right below a folder, without its folders; none when it is missing. For who only asks what is there.
    /// </summary>
    async Task<IReadOnlyCollection<string>> NamesAsync(string folder, CancellationToken cancellationToken) =>
        [
            .. (await ListAsync(folder, "*", recursive: false, cancellationToken) ?? [])
                .Where(file => !file.Folder)
                .Select(file => file.Name),
        ];

    /// <summary>
    /// The first part of a path that is a link (junction or symbolic link) and so leads elsewhere; null when none is. The path need not
    /// exist.
    /// </summary>
    Task<string?> LinkAsync(string path, CancellationToken cancellationToken);

    /// <summary>
    /// The file's bytes as a stream that the caller closes. Throws <see cref="HostException"/> with <see cref="HostError.InUse"/> when
    /// locked.
    /// </summary>
    Task<Stream> OpenAsync(string path, CancellationToken cancellationToken);

    /// <summary>All of the file's bytes; null when it is not there any more.</summary>
    async Task<byte[]?> FindAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var content = await OpenAsync(path, cancellationToken);
            using var bytes = new MemoryStream();
            await content.CopyToAsync(bytes, cancellationToken);
            return bytes.ToArray();
        }
        catch (HostException exception) when (exception.Kind is HostError.NotFound)
        {
            return null;
        }
    }

    /// <summary>Which of these files a process holds open.</summary>
    async Task<IReadOnlySet<string>> InUseAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        var open = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            try
            {
                await (await OpenAsync(path, cancellationToken)).DisposeAsync();
            }
            catch (HostException exception) when (exception.Kind is HostError.InUse)
            {
                open.Add(path);
            }
            catch (HostException exception) when (exception.Kind is HostError.NotFound or HostError.Denied or HostError.Infected)
            {
                // What cannot be read tells nothing; whoever deletes it is told why it stays.
            }
        }

        return open;
    }

    /// <summary>Files that are deleted and still take space, because a process holds them; none where a system has no such files.</summary>
    Task<DeletedFiles> DeletedAsync(CancellationToken cancellationToken) => Task.FromResult(new DeletedFiles([], []));

    /// <summary>The file-version resource as four integers; null when the file or the resource is missing.</summary>
    Task<Version?> VersionAsync(string path, CancellationToken cancellationToken);
}

/// <summary>A file without a name that a process still holds.</summary>
/// <param name="Was">Its path when it had one.</param>
/// <param name="Volume">Where its space would come back.</param>
/// <param name="Size">The bytes that it takes there.</param>
/// <param name="Holder">The process, in words.</param>
internal sealed record DeletedFile(string Was, string Volume, long Size, string Holder);

/// <summary>Files without a name that processes still hold, as far as they may be looked into.</summary>
/// <param name="Unseen">Processes that may not be looked into, in words.</param>
internal sealed record DeletedFiles(IReadOnlyList<DeletedFile> Files, IReadOnlyList<string> Unseen);
