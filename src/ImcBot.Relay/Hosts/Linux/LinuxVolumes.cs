using System.Globalization;
using System.Text.RegularExpressions;

namespace ImcBot.Relay.Hosts.Linux;

/// <summary>What is mounted, with bytes and inodes; file systems that hold no files of their own are left out.</summary>
internal sealed partial class LinuxVolumes : IVolumes
{
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
            () => [.. Mounts(File.ReadLines("/proc/self/mountinfo")).Select(Space).OfType<Volume>()],
            cancellationToken
        );

    /// <summary>Where what is mounted, as <c>mountinfo</c> tells; of mounts upon one another only the last is seen.</summary>
    public static IReadOnlyList<(string Place, string Kind)> Mounts(IEnumerable<string> lines) =>
        [
            .. lines
                .Select(line => line.Split(' '))
                .Select(parts => (Place: Plain(parts[4]), Kind: parts[Array.IndexOf(parts, "-") + 1]))
                .GroupBy(mount => mount.Place, StringComparer.Ordinal)
                .Select(mounts => mounts.Last())
                .Where(mount => !WithoutFiles.Contains(mount.Kind)),
        ];

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

    [GeneratedRegex(@"\\([0-7]{3})", RegexOptions.CultureInvariant)]
    private static partial Regex Octal();
}
