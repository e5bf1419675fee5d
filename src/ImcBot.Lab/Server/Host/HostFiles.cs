using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ImcBot.Lab.Server.Host;

/// <summary>
/// Files of the practice host with the manners of NT: ignoring case, refusing what another process uses, counting against the drive's
/// quota.
/// </summary>
internal sealed partial class HostFiles(Drives drives, Record record)
{
    private const int VersionWithin = 4096;

    /// <exception cref="WindowsError">The folder does not exist.</exception>
    public IEnumerable<FileEntry> List(string folder, string pattern, bool recursive)
    {
        var real = new DirectoryInfo(drives.Real(folder));
        if (!real.Exists)
        {
            throw WindowsError.Missing($"The folder '{folder}'");
        }

        var options = new EnumerationOptions
        {
            RecurseSubdirectories = recursive,
            MatchCasing = MatchCasing.CaseInsensitive,
            MatchType = MatchType.Win32,
            AttributesToSkip = FileAttributes.None,
            IgnoreInaccessible = true,
        };
        return real.EnumerateFileSystemInfos(pattern, options).Select(Entry).OfType<FileEntry>();
    }

    /// <summary>The first part of a path that is a symbolic link or junction, or null.</summary>
    public string? Link(string path)
    {
        var parts = path.TrimEnd('\\').Split('\\');
        return Enumerable
            .Range(2, Math.Max(0, parts.Length - 1))
            .Select(count => string.Join('\\', parts.Take(count)))
            .FirstOrDefault(part => new FileInfo(drives.Real(part)).LinkTarget is not null);
    }

    public Stream Read(string path, long offset)
    {
        var real = Existing(path);
        try
        {
            var stream = new FileStream(real, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            stream.Seek(offset, SeekOrigin.Begin);
            return stream;
        }
        catch (IOException)
        {
            throw InUse(path);
        }
    }

    public async Task WriteAsync(string path, byte[] content, string by, CancellationToken cancellationToken)
    {
        var real = drives.Real(path);
        if (!Directory.Exists(Path.GetDirectoryName(real)))
        {
            throw WindowsError.Missing($"The folder of '{path}'");
        }

        CheckSpace(path, content.Length - (File.Exists(real) ? new FileInfo(real).Length : 0));
        CheckFree(path, real);
        await File.WriteAllBytesAsync(real, content, cancellationToken);
        record.Write(by, "file.write", path, $"{content.Length} bytes");
    }

    public void CreateFolder(string path, string by)
    {
        var real = drives.Real(path);
        if (!Directory.Exists(real))
        {
            Directory.CreateDirectory(real);
            record.Write(by, "folder.create", path);
        }
    }

    /// <summary>Moves a file or a folder: one rename within a drive; copy, verify and delete across drives. Never overwrites.</summary>
    /// <param name="names">Shared by the moves of one list.</param>
    public void Move(string from, string to, string by, FolderNames names)
    {
        var source = Existing(from);
        var target = drives.RealNew(to);
        if (!Directory.Exists(Path.GetDirectoryName(target)))
        {
            throw WindowsError.Missing($"The folder of '{to}'");
        }

        if (names.Has(target) && !string.Equals(source, target, StringComparison.OrdinalIgnoreCase))
        {
            throw new WindowsError(WindowsError.AlreadyExists, $"'{to}' exists already. Nothing is overwritten.");
        }

        var folder = Directory.Exists(source);
        foreach (var file in folder ? Directory.EnumerateFiles(source, "*", Drives.Everything) : [source])
        {
            CheckFree(from, file);
        }

        if (Drives.DriveOf(from) != Drives.DriveOf(to))
        {
            Carry(source, target, to);
        }
        else if (folder)
        {
            Directory.Move(source, target);
        }
        else
        {
            File.Move(source, target, overwrite: false);
        }

        names.Moved(source, target);
        record.Write(by, folder ? "folder.move" : "file.move", from, to);
    }

    /// <summary>Deletes a file or an empty folder; with an id only while it is still the same file.</summary>
    public void Delete(string path, string? id, string by)
    {
        var real = Existing(path);
        var folder = Directory.Exists(real);
        FileSystemInfo info = folder ? new DirectoryInfo(real) : new FileInfo(real);
        if (id is not null && id != FileEntry.IdOf(info))
        {
            throw new WindowsError(WindowsError.Changed, $"'{path}' is not the file that was listed any more. List the folder again.");
        }

        if (folder)
        {
            if (Directory.EnumerateFileSystemEntries(real).Any())
            {
                throw new WindowsError(145, $"The folder '{path}' is not empty. Delete its files first.");
            }

            Directory.Delete(real);
        }
        else
        {
            CheckFree(path, real);
            if (info.Attributes.HasFlag(FileAttributes.ReadOnly))
            {
                throw new WindowsError(WindowsError.Denied, $"'{path}' is read-only.");
            }

            File.Delete(real);
        }

        record.Write(by, folder ? "folder.delete" : "file.delete", path);
    }

    /// <summary>The version resource of a program: the version number in the file's own content.</summary>
    public string Version(string path)
    {
        using var stream = Read(path, 0);
        var start = new byte[VersionWithin];
        var read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        var version = FileVersion().Match(Encoding.Latin1.GetString(start, 0, read));
        return version.Success ? version.Groups["version"].Value : throw WindowsError.Missing($"A version in '{path}'");
    }

    private void Carry(string source, string target, string to)
    {
        var size = Directory.Exists(source)
            ? new DirectoryInfo(source).EnumerateFiles("*", Drives.Everything).Sum(file => file.Length)
            : new FileInfo(source).Length;
        CheckSpace(to, size);
        if (!Directory.Exists(source))
        {
            CarryFile(source, target);
            return;
        }

        Directory.CreateDirectory(target);
        foreach (var file in Directory.EnumerateFiles(source, "*", Drives.Everything).ToList())
        {
            var place = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            CarryFile(file, place);
        }

        foreach (var empty in Directory.EnumerateDirectories(source, "*", Drives.Everything))
        {
            Directory.CreateDirectory(Path.Combine(target, Path.GetRelativePath(source, empty)));
        }

        Directory.Delete(source, recursive: true);
    }

    private static void CarryFile(string source, string target)
    {
        // Under its own name the copy is whole, whenever this breaks off.
        var part = target + ".part";
        File.Copy(source, part, overwrite: true);
        if (!Hash(source).AsSpan().SequenceEqual(Hash(part)))
        {
            File.Delete(part);
            throw new WindowsError(23, $"The copy '{target}' differs from its source. The source was kept.");
        }

        File.SetLastWriteTimeUtc(part, File.GetLastWriteTimeUtc(source));
        File.Move(part, target, overwrite: false);
        File.Delete(source);
    }

    private static byte[] Hash(string path)
    {
        using var stream = File.OpenRead(path);
        return SHA256.HashData(stream);
    }

    private FileEntry? Entry(FileSystemInfo info)
    {
        try
        {
            return FileEntry.Of(info, drives);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private string Existing(string path)
    {
        var real = drives.Real(path);
        return Path.Exists(real) ? real : throw WindowsError.Missing($"'{path}'");
    }

    private void CheckSpace(string path, long more)
    {
        var drive = Drives.DriveOf(path);
        if (more > 0 && drives.Free(drive) < more)
        {
            throw new WindowsError(
                WindowsError.DiskFull,
                $"There is not enough space on {drive} for '{path}'. Free some or use another drive."
            );
        }
    }

    // Unix would let us rename and delete what another process has locked; NT does not.
    private static void CheckFree(string path, string real)
    {
        try
        {
            if (File.Exists(real))
            {
                using var probe = new FileStream(real, FileMode.Open, FileAccess.Read, FileShare.None);
            }
        }
        catch (UnauthorizedAccessException)
        {
            throw new WindowsError(WindowsError.Denied, $"Access to '{path}' is denied.");
        }
        catch (IOException)
        {
            throw InUse(path);
        }
    }

    private static WindowsError InUse(string path) => new(WindowsError.InUse, $"'{path}' is in use by another process.");

    [GeneratedRegex(@"FileVersion\s+(?<version>\d+\.\d+\.\d+\.\d+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex FileVersion();
}
