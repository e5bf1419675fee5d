using System.Globalization;
using System.Text.RegularExpressions;

namespace ImcBot.Relay.Hosts.Linux;

/// <summary>What is mounted, with bytes and inodes; file systems that hold no files of their own are left out.</summary>
internal sealed partial class LinuxVolumes : IVolumes
{
    private const string Table = "/proc/self/mountinfo";

    /// <summary>As many links in a row as the system itself follows (path_resolution(7)).</summary>
    private const int MostLinks = 40;

    private static readonly HashSet<string> WithoutFiles = new(StringComparer.Ordinal)
    {
        "autofs",
        "binfmt_misc",
        "bpf",
        "cgroup",
        "cgroup2",
        "configfs",
        "debugfs",
        "devpts",
        "devtmpfs",
        "efivarfs",
        "fusectl",
        "hugetlbfs",
        "mqueue",
        "nsfs",
        "proc",
        "pstore",
        "ramfs",
        "rpc_pipefs",
        "securityfs",
        "selinuxfs",
        "squashfs",
        "sysfs",
        "tracefs",
    };

    public Task<IReadOnlyList<Volume>> ListAsync(CancellationToken cancellationToken) =>
        LinuxCall.AskAsync<IReadOnlyList<Volume>>(
            "volumes",
            () => [.. Mounts(File.ReadLines(Table)).Select(Space).OfType<Volume>()],
            cancellationToken
        );

    /// <summary>Where what holds a path is mounted, wherever links lead. Throws <see cref="HostException"/> for no full path.</summary>
    public static string Of(string path)
    {
        var volume = PathGrammar.Unix.Volume(path);
        var real = Followed(path, MostLinks);
        return Mounts(File.ReadLines(Table))
                .Select(mount => mount.Place)
                .Where(place => PathGrammar.Unix.IsWithin(real, place))
                .MaxBy(place => place.Length)
            ?? volume;
    }

    /// <summary>A path without its links; what is not there, or may not be looked at, stays as it is written.</summary>
    private static string Followed(string path, int links)
    {
        if (Path.GetDirectoryName(path) is not { } folder)
        {
            return path;
        }

        var parent = Followed(folder, links);
        var here = Path.Combine(parent, Path.GetFileName(path));
        try
        {
            return links > 0 && new FileInfo(here).LinkTarget is { } target ? Followed(Path.GetFullPath(target, parent), links - 1) : here;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return here;
        }
    }

    /// <summary>
    /// Where what is mounted, as <c>mountinfo</c> tells; of mounts upon one another only the last is seen, and a folder that is mounted
    /// where it lies anyway (as a unit does with each that it may write) is no volume of its own.
    /// </summary>
    public static IReadOnlyList<(string Place, string Kind)> Mounts(IEnumerable<string> lines)
    {
        var all = lines.Select(Read).GroupBy(mount => mount.Place, StringComparer.Ordinal).Select(mounts => mounts.Last()).ToList();
        return
        [
            .. all.Where(mount => !WithoutFiles.Contains(mount.Kind) && !all.Exists(other => other.Shows(mount)))
                .Select(mount => (mount.Place, mount.Kind)),
        ];
    }

    private static Mount Read(string line)
    {
        var parts = line.Split(' ');
        return new(Plain(parts[4]), parts[Array.IndexOf(parts, "-") + 1], parts[2], Plain(parts[3]));
    }

    /// <summary>Null for what may not be looked at, or is a single file.</summary>
    private static Volume? Space((string Place, string Kind) mount)
    {
        try
        {
            if (!Directory.Exists(mount.Place))
            {
                return null;
            }

            var (total, free, inodes, freeInodes) = Native.Space(mount.Place);
            return new Volume(mount.Place, total, free, mount.Kind) { Inodes = inodes > 0 ? new(inodes, freeInodes) : null };
        }
        catch (LinuxException)
        {
            return null;
        }
    }

    /// <summary>Blanks and the like are written as octal numbers.</summary>
    private static string Plain(string told) =>
        Octal().Replace(told, match => ((char)Convert.ToInt32(match.Groups[1].Value, 8)).ToString(CultureInfo.InvariantCulture));

    /// <param name="Device">Of the file system.</param>
    /// <param name="Root">Which of its folders is mounted.</param>
    private sealed record Mount(string Place, string Kind, string Device, string Root)
    {
        /// <summary>Whether the same folder of the same file system would be seen there without the other mount.</summary>
        public bool Shows(Mount other) =>
            Device == other.Device
            && Place != other.Place
            && PathGrammar.Unix.IsWithin(other.Place, Place)
            && PathGrammar.Unix.Same(other.Root, Root.TrimEnd('/') + other.Place[Place.TrimEnd('/').Length..]);
    }

    [GeneratedRegex(@"\\([0-7]{3})", RegexOptions.CultureInvariant)]
    private static partial Regex Octal();
}
