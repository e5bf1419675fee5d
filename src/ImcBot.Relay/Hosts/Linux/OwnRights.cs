using System.Globalization;

namespace ImcBot.Relay.Hosts.Linux;

/// <summary>What the kernel lets a process do.</summary>
/// <param name="User">The number of its user; 0 is root.</param>
/// <param name="Bits">Its effective capabilities, a bit each.</param>
internal sealed record OwnRights(uint User, ulong Bits)
{
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

    /// <summary>Of this process.</summary>
    public static OwnRights Read() => Parse(File.ReadAllText("/proc/self/status"));

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
