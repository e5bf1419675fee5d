using System.IO.Enumeration;

namespace ImcBot.Relay.Hosts.Linux;

/// <summary>
/// Plain files and folders of this machine, read. Links, sockets, pipes and devices are in no listing, so nobody comes to touch them; what
/// is mounted below a folder is not in its listing either.
/// </summary>
internal sealed class LinuxFiles : IFiles
{
    private static readonly EnumerationOptions AllNames = new()
    {
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = false,
        ReturnSpecialDirectories = false,
    };

    public Task<IReadOnlyList<FileEntry>?> ListAsync(string folder, string pattern, bool recursive, CancellationToken cancellationToken) =>
        LinuxCall.AskAsync<IReadOnlyList<FileEntry>?>(
            $"folder {folder}",
            () => List(PathGrammar.Unix.Plain(folder), pattern, recursive, cancellationToken),
            cancellationToken
        );

    public Task<string?> LinkAsync(string path, CancellationToken cancellationToken) =>
        LinuxCall.AskAsync(
            $"links on {path}",
            () => PathGrammar.Unix.Steps(path).FirstOrDefault(step => Native.Look(step)?.Form is FileForm.Link),
            cancellationToken
        );

    /// <summary>
    /// A lock on a file is between those who ask for one: it keeps nobody from reading, and a reader who took one would be in their way.
    /// </summary>
    public Task<Stream> OpenAsync(string path, CancellationToken cancellationToken) =>
        LinuxCall.AskAsync<Stream>(
            $"file {path}",
            () =>
                Native.LookThrough(path) is { Form: not FileForm.Plain }
                    ? throw new HostException($"{path} is no plain file.")
                    : new FileStream(Native.OpenThrough(path), FileAccess.Read, 64 << 10),
            cancellationToken
        );

    /// <summary>
    /// Nothing on Linux keeps anybody from deleting an open file. The kernel tells of each whether anybody has it open; where it does not,
    /// every process is asked.
    /// </summary>
    public Task<IReadOnlySet<string>> InUseAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken) =>
        LinuxCall.AskAsync<IReadOnlySet<string>>("files in use", () => InUse(paths, cancellationToken), cancellationToken);

    public Task<DeletedFiles> DeletedAsync(CancellationToken cancellationToken) =>
        LinuxCall.AskAsync("deleted files", () => OpenFiles.Deleted(cancellationToken), cancellationToken);

    /// <summary>Files of Linux carry none; packages do.</summary>
    public Task<Version?> VersionAsync(string path, CancellationToken cancellationToken) => Task.FromResult<Version?>(null);

    private static HashSet<string> InUse(IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        var told = paths.Select(path => (Path: path, IsInUse: IsInUse(path))).ToList();
        var unsure = told.Where(one => one.IsInUse is null).Select(one => one.Path).ToList();
        return [.. told.Where(one => one.IsInUse is true).Select(one => one.Path), .. OpenFiles.Holders(unsure, cancellationToken).Keys];
    }

    /// <summary>Null where that is not known.</summary>
    private static bool? IsInUse(string path)
    {
        try
        {
            using var folder = Native.Enter(PathGrammar.Unix.Folder(path));
            using var file = Native.OpenFile(folder, PathGrammar.Unix.Name(path));
            return !Native.IsAlone(file);
        }
        catch (LinuxException exception)
        {
            return Errno.Kind(exception.Number) is HostError.NotFound ? false : null;
        }
    }

    private static List<FileEntry>? List(string folder, string pattern, bool recursive, CancellationToken cancellationToken)
    {
        if (Native.LookThrough(folder) is not { Form: FileForm.Folder } root)
        {
            return null;
        }

        var found = new List<FileEntry>();
        var waiting = new Stack<string>([folder]);
        while (waiting.TryPop(out var next))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var name in Names(next, isFirst: next == folder))
            {
                var path = PathGrammar.Unix.Join(next, name);
                if (Native.Look(path) is not { Form: FileForm.Plain or FileForm.Folder } facts || facts.Device != root.Device)
                {
                    continue;
                }

                var isFolder = facts.Form is FileForm.Folder;
                if (FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false))
                {
                    found.Add(new FileEntry(path, isFolder ? 0 : facts.Size, facts.Modified, facts.Id, isFolder, Names(facts)));
                }

                if (recursive && isFolder)
                {
                    waiting.Push(path);
                }
            }
        }

        return found;
    }

    private static int Names(FileFacts facts) => facts.Form is FileForm.Folder ? 1 : (int)Math.Min(facts.Links, int.MaxValue);

    /// <summary>A folder below that is gone meanwhile has no names; one that may not be read is told.</summary>
    private static List<string> Names(string folder, bool isFirst)
    {
        try
        {
            return [.. new FileSystemEnumerable<string>(folder, static (ref FileSystemEntry entry) => entry.FileName.ToString(), AllNames)];
        }
        catch (DirectoryNotFoundException) when (!isFirst)
        {
            return [];
        }
    }
}
