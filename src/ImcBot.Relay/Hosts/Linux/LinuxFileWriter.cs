using Microsoft.Win32.SafeHandles;

namespace ImcBot.Relay.Hosts.Linux;

/// <summary>
/// Moves, deletes and writes plain files. Each way to a file is walked part by part through open folders, and no part may be a link: what
/// is put in the way meanwhile is met, not followed.
/// </summary>
internal static class LinuxFileWriter
{
    public static Task<IReadOnlyList<FileResult>> MoveAsync(IReadOnlyList<FileMove> moves, CancellationToken cancellationToken) =>
        FileResult.EachAsync(moves, move => move.From, move => LinuxCall.DoAsync($"file {move.From}", () => Move(move), cancellationToken));

    public static Task<IReadOnlyList<FileResult>> DeleteAsync(
        IReadOnlyList<(string Path, string FileId)> files,
        CancellationToken cancellationToken
    ) =>
        FileResult.EachAsync(
            files,
            file => file.Path,
            file => LinuxCall.DoAsync($"file {file.Path}", () => Delete(file.Path, file.FileId, cancellationToken), cancellationToken)
        );

    /// <summary>Writes beside and renames over: whoever reads sees the old content or the new, never a half.</summary>
    public static Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        LinuxCall.DoAsync(
            $"file {path}",
            () =>
            {
                using var folder = Native.Enter(PathGrammar.Unix.Folder(path));
                var name = PathGrammar.Unix.Name(path);
                if (Native.Look(name, folder) is { Form: not FileForm.Plain })
                {
                    throw NotPlain(path);
                }

                var part = Native.PathIn(folder, name + ".new");
                File.Delete(part);
                using (var file = new FileStream(part, FileMode.CreateNew, FileAccess.Write))
                {
                    file.Write(content.Span);
                    file.Flush(flushToDisk: true);
                }

                File.Move(part, Native.PathIn(folder, name), overwrite: true);
            },
            cancellationToken
        );

    /// <summary>Gives plain files the time it is now; what is not there any more is passed over.</summary>
    public static Task TouchAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken) =>
        LinuxCall.DoAsync(
            "times of files",
            () =>
            {
                foreach (var inFolder in paths.GroupBy(PathGrammar.Unix.Folder))
                {
                    Touch(inFolder.Key, inFolder.Select(PathGrammar.Unix.Name));
                }
            },
            cancellationToken
        );

    private static void Touch(string path, IEnumerable<string> names)
    {
        try
        {
            using var folder = Native.Enter(path);
            foreach (var name in names.Where(name => Native.Look(name, folder) is { Form: FileForm.Plain }))
            {
                Native.Touch(folder, name);
            }
        }
        catch (LinuxException exception) when (Errno.Kind(exception.Number) is HostError.NotFound)
        {
            // The folder has gone with all that lay in it.
        }
    }

    private static void Move(FileMove move)
    {
        using var fromFolder = Native.Enter(PathGrammar.Unix.Folder(move.From));
        using var toFolder = Native.Enter(PathGrammar.Unix.Folder(move.To));
        var (from, to) = (PathGrammar.Unix.Name(move.From), PathGrammar.Unix.Name(move.To));
        var facts = Native.Look(from, fromFolder) ?? throw new LinuxException(Errno.NotFound);
        if (facts.Form is not (FileForm.Plain or FileForm.Folder))
        {
            throw NotPlain(move.From);
        }

        try
        {
            Native.Rename(fromFolder, from, toFolder, to);
        }
        catch (LinuxException exception) when (exception.Number == Errno.OtherFileSystem && facts.Form is FileForm.Plain)
        {
            CarriedFile.Carry(fromFolder, from, toFolder, to, move.To);
        }
    }

    /// <summary>
    /// Only the very file that was seen, only when this is its only name, and never while anybody has it open: between that look and the
    /// end nobody can open it.
    /// </summary>
    private static void Delete(string path, string id, CancellationToken cancellationToken)
    {
        using var folder = Native.Enter(PathGrammar.Unix.Folder(path));
        var name = PathGrammar.Unix.Name(path);
        var seen = Native.Look(name, folder) ?? throw new LinuxException(Errno.NotFound);
        if (seen.Form is not FileForm.Plain)
        {
            throw NotPlain(path);
        }

        using var file = Native.OpenFile(folder, name);
        var facts = Native.Look(file);
        if (facts.Id != id)
        {
            throw new HostException($"{path} is another file than the one that was seen.", HostError.Changed);
        }

        if (facts.Links > 1)
        {
            throw new HostException($"{path} has another name elsewhere; deleting this one frees nothing.", HostError.Changed);
        }

        if (!(Native.IsAlone(file) ?? IsHeldByNobody(path, file, cancellationToken)))
        {
            throw new HostException($"{path} is held open.", HostError.InUse);
        }

        if (Native.Look(name, folder)?.Place != facts.Place)
        {
            throw new HostException($"{path} is another file than the one that was seen.", HostError.Changed);
        }

        Native.Delete(folder, name);
    }

    private static bool IsHeldByNobody(string path, SafeFileHandle file, CancellationToken cancellationToken)
    {
        file.Dispose();
        return OpenFiles.Holders([path], cancellationToken).Count == 0;
    }

    private static HostException NotPlain(string path) => new($"{path} is no plain file, but a link, a socket or a device; it was left.");
}
