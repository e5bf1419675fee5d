using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace ImcBot.Relay.Tests.Confined;

/// <summary>A filter of a unit on calls of the kernel, given to a program by a few lines of Perl; all others are refused with EPERM.</summary>
internal static partial class SystemCalls
{
    private const string Perl = "/usr/bin/perl",
        Analyze = "/usr/bin/systemd-analyze",
        Numbers = "/usr/include/x86_64-linux-gnu/asm/unistd_64.h";

    /// <summary>
    /// Loads the architecture and the number, allows each listed number, refuses the rest (seccomp(2), bpf as in linux/filter.h).
    /// </summary>
    private const string Filtering = """
        my $count = shift; my @calls = splice @ARGV, 0, $count;
        my $filter = pack("SCCL", 0x20, 0, 0, 4) . pack("SCCL", 0x15, 1, 0, 0xC000003E) . pack("SCCL", 0x06, 0, 0, 0x80000000)
            . pack("SCCL", 0x20, 0, 0, 0);
        $filter .= pack("SCCL", 0x15, 0, 1, $_) . pack("SCCL", 0x06, 0, 0, 0x7fff0000) for @calls;
        $filter .= pack("SCCL", 0x06, 0, 0, 0x00050001);
        my $program = pack("S x6 P", length($filter) / 8, $filter);
        syscall(157, 22, 2, $program) == 0 or die "seccomp: $!";
        exec @ARGV or die "exec: $!";
        """;

    /// <summary>Why the filter is left out here, or null.</summary>
    public static string? Missing { get; } =
        RuntimeInformation.ProcessArchitecture is not Architecture.X64 ? "The filter of calls is written for x86-64."
        : !File.Exists(Analyze) ? "The filter's groups are not here: apt-get install systemd."
        : !File.Exists(Perl) || !File.Exists(Numbers) ? "The numbers of the calls are not here: apt-get install linux-libc-dev perl-base."
        : null;

    /// <summary>The words before a program, none where the filter is left out.</summary>
    /// <param name="lines">Each SystemCallFilter= of the unit, in order; what a later line says of a call counts.</param>
    public static IReadOnlyList<string> Filter(IReadOnlyList<string> lines)
    {
        if (Missing is not null)
        {
            return [];
        }

        var groups = Groups();
        var allowed = Members("@default", groups).ToHashSet(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            var calls = Members(line.TrimStart('~'), groups);
            if (line.StartsWith('~'))
            {
                allowed.ExceptWith(calls);
            }
            else
            {
                allowed.UnionWith(calls);
            }
        }

        var numbers = Number()
            .Matches(File.ReadAllText(Numbers))
            .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value, StringComparer.Ordinal);
        var listed = allowed.Select(call => numbers.GetValueOrDefault(call)).OfType<string>().ToList();
        return [Perl, "-e", Filtering, listed.Count.ToString(CultureInfo.InvariantCulture), .. listed];
    }

    private static IEnumerable<string> Members(string name, IReadOnlyDictionary<string, List<string>> groups) =>
        name.StartsWith('@') ? groups[name].SelectMany(member => Members(member, groups)) : [name];

    private static Dictionary<string, List<string>> Groups()
    {
        using var process = Process.Start(
            new ProcessStartInfo(Analyze, ["--no-pager", "syscall-filter"]) { RedirectStandardOutput = true, UseShellExecute = false }
        )!;
        var groups = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        List<string> members = [];
        foreach (var line in process.StandardOutput.ReadToEnd().Split('\n').Select(line => line.TrimEnd()))
        {
            if (line.StartsWith('@'))
            {
                groups[line] = members = [];
            }
            else if (line.StartsWith("    ", StringComparison.Ordinal) && !line.TrimStart().StartsWith('#'))
            {
                members.Add(line.Trim());
            }
        }

        process.WaitForExit();
        return groups;
    }

    [GeneratedRegex(@"#define __NR_(\w+) (\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
