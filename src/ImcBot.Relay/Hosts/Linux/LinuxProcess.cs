using System.Globalization;

namespace ImcBot.Relay.Hosts.Linux;

/// <summary>A process, as <c>/proc/N/stat</c> tells it.</summary>
/// <param name="Name">What it calls itself, at most 15 letters.</param>
/// <param name="State">One letter; Z and X are dead.</param>
/// <param name="StartedAt">Unix microseconds, to a hundredth of a second and a second's error of the boot time.</param>
internal sealed record LinuxProcess(int Id, string Name, char State, int Parent, uint Flags, long StartedAt)
{
    private const uint KernelThread = 0x0020_0000;

    /// <summary>The kernel counts in these towards programs, whatever it counts in itself.</summary>
    private const long TicksInSecond = 100;

    public bool IsAlive => State is not ('Z' or 'X');

    public bool IsKernels => (Flags & KernelThread) != 0;

    public static bool Exists(int id) => Read(id) is { IsAlive: true };

    public static IEnumerable<LinuxProcess> All() =>
        Directory
            .EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0)
            .Select(Read)
            .Where(process => process is { IsAlive: true })
            .OfType<LinuxProcess>();

    /// <summary>Null where there is none.</summary>
    public static LinuxProcess? Read(int id)
    {
        try
        {
            return Parse(id, File.ReadAllText($"/proc/{id}/stat"), BootedAt());
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The name stands in brackets and may itself hold blanks and brackets.</summary>
    public static LinuxProcess Parse(int id, string stat, long bootedAt)
    {
        var (open, close) = (stat.IndexOf('('), stat.LastIndexOf(')'));
        var rest = stat[(close + 2)..].Split(' ');
        return new(
            id,
            stat[(open + 1)..close],
            rest[0][0],
            int.Parse(rest[1], CultureInfo.InvariantCulture),
            uint.Parse(rest[6], CultureInfo.InvariantCulture),
            bootedAt + long.Parse(rest[19], CultureInfo.InvariantCulture) * (1_000_000 / TicksInSecond)
        );
    }

    public override string ToString() => $"{Name} (process {Id})";

    private static long BootedAt() =>
        long.Parse(
            File.ReadLines("/proc/stat").First(line => line.StartsWith("btime ", StringComparison.Ordinal))[6..],
            CultureInfo.InvariantCulture
        ) * 1_000_000;
}
