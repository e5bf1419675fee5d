using System.Globalization;

namespace ImcBot.Relay.Hosts.Linux;

/// <summary>
/// How often the kernel has ended a process because memory ran out: of the whole machine, and of a container its own count. Everybody may
/// read both; which process it was, only the kernel's log says.
/// </summary>
internal static class MemoryKills
{
    public static IReadOnlyList<string> Sources { get; } = ["/proc/vmstat", "/sys/fs/cgroup/memory.events"];

    /// <summary>The highest of them; null where none tells.</summary>
    public static long? Count(IEnumerable<string> sources) => sources.Where(File.Exists).SelectMany(File.ReadLines).Select(Told).Max();

    private static long? Told(string line) =>
        line.Split(' ') is ["oom_kill", var count] && long.TryParse(count, CultureInfo.InvariantCulture, out var kills) ? kills : null;
}
