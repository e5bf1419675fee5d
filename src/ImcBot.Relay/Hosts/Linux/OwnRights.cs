using System.Globalization;

namespace ImcBot.Relay.Hosts.Linux;

/// <summary>What the kernel lets a process do.</summary>
/// <param name="User">The number of its user; 0 is root.</param>
/// <param name="Bits">Its effective capabilities, a bit each.</param>
internal sealed record OwnRights(uint User, ulong Bits)
{
    /// <summary>Before a path: how the process sees the file system; empty for this very process.</summary>
    public string Root { get; init; } = "";

    /// <summary>Which process that is, in words.</summary>
    public string Process { get; init; } = "this process";

    /// <summary>The numbers of capabilities(7) that a relay may need.</summary>
    private static readonly Dictionary<string, int> Numbers = new(StringComparer.Ordinal)
    {
        ["CAP_CHOWN"] = 0,
        ["CAP_DAC_OVERRIDE"] = 1,
        ["CAP_DAC_READ_SEARCH"] = 2,
        ["CAP_FOWNER"] = 3,
        ["CAP_FSETID"] = 4,
        ["CAP_KILL"] = 5,
        ["CAP_SYS_PTRACE"] = 19,
        ["CAP_LEASE"] = 28,
    };

    public bool IsRoot => User == 0;

    /// <summary>
    /// Of the process that holds this file locked, where one does and may be looked into; else of this process: whoever runs a command by
    /// hand has other rights than the service.
    /// </summary>
    public static OwnRights Read(string lockFile)
    {
        if (
            Native.LookThrough(lockFile) is { } facts
            && Holder(File.ReadLines("/proc/locks"), facts) is { } id
            && id != Environment.ProcessId
            && Native.Refusal($"/proc/{id}/root/proc", Access.Read) == 0
        )
        {
            return Parse(File.ReadAllText($"/proc/{id}/status")) with
            {
                Root = $"/proc/{id}/root",
                Process = $"the relay that runs (process {id})",
            };
        }

        return Parse(File.ReadAllText("/proc/self/status"));
    }

    /// <summary>The process that holds a file locked, as <c>/proc/locks</c> tells it; null where none does.</summary>
    public static int? Holder(IEnumerable<string> locks, FileFacts file)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"{file.Device >> 32:x2}:{file.Device & 0xffff_ffff:x2}:{file.Inode}");
        return locks
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(parts => parts is [_, "FLOCK", _, "WRITE", _, ..] && parts[5] == place)
            .Select(parts => (int?)int.Parse(parts[4], CultureInfo.InvariantCulture))
            .FirstOrDefault();
    }

    /// <summary>From <c>/proc/N/status</c>.</summary>
    public static OwnRights Parse(string status) =>
        new(
            uint.Parse(Field(status, "Uid").Split('\t')[1], CultureInfo.InvariantCulture),
            ulong.Parse(Field(status, "CapEff"), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
        );

    public bool Has(string capability) => (Bits >> Numbers[capability] & 1) == 1;

    public IReadOnlyList<string> Lacking(IEnumerable<string> capabilities) => [.. capabilities.Where(one => !Has(one))];

    private static string Field(string status, string name) =>
        status.Split('\n').Select(line => line.Split(":\t", 2)).First(parts => parts[0] == name)[1];
}
