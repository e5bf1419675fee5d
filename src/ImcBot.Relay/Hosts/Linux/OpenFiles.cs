using System.Globalization;

namespace ImcBot.Relay.Hosts.Linux;

/// <summary>Which files processes hold open or have mapped, as <c>/proc</c> tells.</summary>
internal static class OpenFiles
{
    /// <summary>What the kernel adds to the name of a file that has none any more.</summary>
    private const string Gone = " (deleted)";

    /// <summary>
    /// Of these paths those that are held, each with the processes that hold it. Throws <see cref="HostException"/> where a process cannot
    /// be looked into: then nothing is known of any file.
    /// </summary>
    public static Dictionary<string, List<LinuxProcess>> Holders(IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        var held = new Dictionary<string, List<LinuxProcess>>(StringComparer.Ordinal);
        var wanted = new Dictionary<(ulong, ulong), string>();
        foreach (var path in paths)
        {
            if (Native.Look(path) is { } facts)
            {
                wanted[facts.Place] = path;
            }
        }

        if (wanted.Count == 0)
        {
            return held;
        }

        var mapped = paths.ToHashSet(StringComparer.Ordinal);
        foreach (var process in LinuxProcess.All())
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var path in HeldBy(process, wanted, mapped).Distinct(StringComparer.Ordinal))
            {
                if (!held.TryGetValue(path, out var holders))
                {
                    held[path] = holders = [];
                }

                holders.Add(process);
            }
        }

        return held;
    }

    /// <summary>Null for what may not be looked at, or does not answer: it keeps nothing from being known of the others.</summary>
    private static ulong? DeviceOf(string place)
    {
        try
        {
            return Native.LookThrough(place)?.Device;
        }
        catch (LinuxException)
        {
            return null;
        }
    }

    /// <summary>Files that have no name any more and are still open: their space comes back only when their process lets go.</summary>
    public static DeletedFiles Deleted(CancellationToken cancellationToken)
    {
        // What lives in memory alone has no volume.
        var volumes = LinuxVolumes
            .Mounts(File.ReadLines("/proc/self/mountinfo"))
            .Select(mount => (mount.Place, Device: DeviceOf(mount.Place)))
            .Where(mount => mount.Device is not null)
            .DistinctBy(mount => mount.Device)
            .ToDictionary(mount => mount.Device!.Value, mount => mount.Place);
        var found = new Dictionary<(ulong, ulong), DeletedFile>();
        var unseen = new List<string>();
        foreach (var process in LinuxProcess.All().Where(process => !process.IsKernels))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                foreach (var (place, file) in DeletedBy(process, volumes))
                {
                    found.TryAdd(place, file);
                }
            }
            catch (Exception exception) when (exception is HostException or LinuxException or UnauthorizedAccessException or IOException)
            {
                unseen.AddRange(LinuxProcess.Exists(process.Id) ? [process.ToString()] : []);
            }
        }

        return new([.. found.Values], unseen);
    }

    private static IEnumerable<((ulong, ulong) Place, DeletedFile File)> DeletedBy(LinuxProcess process, Dictionary<ulong, string> volumes)
    {
        foreach (var open in Links(process))
        {
            if (
                Native.LookThrough(open) is { Form: FileForm.Plain, Links: 0, Taken: > 0 } facts
                && volumes.TryGetValue(facts.Device, out var volume)
                && new FileInfo(open).LinkTarget is { } was
            )
            {
                yield return (facts.Place, new(was.Replace(Gone, "", StringComparison.Ordinal), volume, facts.Taken, process.ToString()));
            }
        }
    }

    private static IEnumerable<string> HeldBy(
        LinuxProcess process,
        Dictionary<(ulong Device, ulong Inode), string> wanted,
        HashSet<string> mapped
    ) =>
        Links(process)
            .Select(open => Native.LookThrough(open) is { Form: FileForm.Plain } facts ? wanted.GetValueOrDefault(facts.Place) : null)
            .Concat(Maps(process).Select(map => Mapped(map, wanted, mapped)))
            .OfType<string>();

    /// <summary>
    /// A line of <c>maps</c>: address, rights, offset, device, inode, path. Where layers hide the device, the path still tells.
    /// </summary>
    private static string? Mapped(string line, Dictionary<(ulong Device, ulong Inode), string> wanted, HashSet<string> mapped)
    {
        var parts = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 6 || parts[3].Split(':') is not [var major, var minor])
        {
            return null;
        }

        var place = (
            (ulong.Parse(major, NumberStyles.HexNumber, CultureInfo.InvariantCulture) << 32)
                | ulong.Parse(minor, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            ulong.Parse(parts[4], CultureInfo.InvariantCulture)
        );
        return wanted.GetValueOrDefault(place) ?? (mapped.Contains(parts[5]) ? parts[5] : null);
    }

    private static List<string> Links(LinuxProcess process) =>
        Told(process, () => Directory.EnumerateFileSystemEntries($"/proc/{process.Id}/fd").ToList());

    private static List<string> Maps(LinuxProcess process) => Told(process, () => File.ReadLines($"/proc/{process.Id}/maps").ToList());

    private static List<string> Told(LinuxProcess process, Func<List<string>> ask)
    {
        try
        {
            return ask();
        }
        catch (Exception exception)
            when (exception is DirectoryNotFoundException or FileNotFoundException
                || (exception is IOException && !LinuxProcess.Exists(process.Id))
            )
        {
            return [];
        }
        catch (UnauthorizedAccessException) when (process.IsKernels || !LinuxProcess.Exists(process.Id))
        {
            return [];
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new HostException(
                $"Which files {process} holds open may not be seen, so nothing is known of any file; the relay needs the capabilities "
                    + "CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH for that.",
                HostError.Denied,
                exception
            );
        }
    }
}
