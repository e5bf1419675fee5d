using System.Buffers;

namespace ImcBot.Lab.Server.Host;

/// <summary>
/// The drives of the practice host: folders below one root that are addressed by Windows paths, ignoring case.
/// A path that would leave its drive is refused.
/// </summary>
internal sealed class Drives(string root)
{
    /// <summary>Size of every drive in bytes. Sparse files fill it, so the practice host needs little of the real disk.</summary>
    public static readonly IReadOnlyDictionary<string, long> Sizes = new Dictionary<string, long>(StringComparer.OrdinalIgnoreCase)
    {
        ["C:"] = 2048L << 20,
        ["D:"] = 4096L << 20,
        ["E:"] = 8192L << 20,
    };

    private static readonly SearchValues<char> Forbidden = SearchValues.Create("/:*?\"<>|\0");

    public string Root { get; } = Path.GetFullPath(root);

    public void Create()
    {
        foreach (var drive in Sizes.Keys)
        {
            Directory.CreateDirectory(Path.Combine(Root, drive[..1]));
        }
    }

    public static string DriveOf(string path) =>
        path.Length >= 2 && Sizes.ContainsKey(path[..2])
            ? path[..2].ToUpperInvariant()
            : throw WindowsError.Bad($"'{path}' is not a path of this server. Use C:, D: or E: with backslashes.");

    /// <summary>The real path that stands for a Windows path; what does not exist yet keeps the caller's spelling.</summary>
    public string Real(string path)
    {
        var real = Path.Combine(Root, DriveOf(path)[..1]);
        foreach (var part in path[2..].Split('\\', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part is "." or ".." || part.AsSpan().ContainsAny(Forbidden))
            {
                throw WindowsError.Bad($"'{path}' is not a valid path. Write it in full, without '.', '..' or special characters.");
            }

            real = Step(real, part);
        }

        return real;
    }

    /// <summary>
    /// As <see cref="Real"/>, but the last part is taken as it is spelled: the caller knows by other means whether the name is free.
    /// </summary>
    public string RealNew(string path)
    {
        var cut = path.TrimEnd('\\').LastIndexOf('\\');
        var name = path[(cut + 1)..].TrimEnd('\\');
        if (cut < 0 || name is "" or "." or ".." || name.AsSpan().ContainsAny(Forbidden))
        {
            throw WindowsError.Bad($"'{path}' is not a valid path. Write it in full, without special characters.");
        }

        return Path.Combine(Real(path[..cut]), name);
    }

    /// <summary>The Windows path of a real path below the root.</summary>
    public string Windows(string real)
    {
        var relative = Path.GetRelativePath(Root, real);
        return relative.Length == 1 ? $@"{relative}:\" : $"{relative[..1]}:{relative[1..].Replace(Path.DirectorySeparatorChar, '\\')}";
    }

    /// <summary>Bytes that the files of a drive take, counted now.</summary>
    public long Used(string drive)
    {
        var folder = new DirectoryInfo(Real(drive));
        long used = 0;
        foreach (var file in folder.EnumerateFiles("*", Everything))
        {
            try
            {
                used += file.Length;
            }
            catch (FileNotFoundException)
            {
                // Moved or deleted while we counted.
            }
        }

        return used;
    }

    public long Free(string drive) => Sizes[drive] - Used(drive);

    public static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = true,
    };

    private static string Step(string folder, string name)
    {
        var exact = Path.Combine(folder, name);
        if (OperatingSystem.IsWindows() || Path.Exists(exact) || !Directory.Exists(folder))
        {
            return exact;
        }

        return Directory
                .EnumerateFileSystemEntries(folder)
                .FirstOrDefault(entry => string.Equals(Path.GetFileName(entry), name, StringComparison.OrdinalIgnoreCase))
            ?? exact;
    }
}
