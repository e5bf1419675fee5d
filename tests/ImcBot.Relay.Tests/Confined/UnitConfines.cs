using System.Diagnostics;
using System.Globalization;

namespace ImcBot.Relay.Tests.Confined;

/// <summary>
/// Starts a program under what a unit of systemd would leave it, without systemd: its user, its capabilities and none to be had beside
/// them, what it may write, its own /tmp, and the calls of the kernel that its filter lets through. The rest of the unit is not tried.
/// </summary>
internal static class UnitConfines
{
    private const string Unshare = "/usr/bin/unshare",
        Setpriv = "/usr/bin/setpriv",
        Shell = "/bin/sh";

    /// <summary>What stays as it is under ProtectSystem=strict.</summary>
    private const string Kept = "/proc|/proc/*|/sys|/sys/*|/dev|/dev/*";

    /// <summary>Why there can be none here, or null.</summary>
    public static string? Missing { get; } =
        !OperatingSystem.IsLinux() ? "This is no Linux."
        : Environment.UserName != "root" ? "Only root may take rights from a program: run the tests as root."
        : !File.Exists(Unshare) || !File.Exists(Setpriv) ? "unshare and setpriv are not here: apt-get install util-linux."
        : !IsAllowed() ? "Mounting in a namespace of its own is refused here: run the tests as root outside of a closed container."
        : null;

    /// <summary>The words before a program that confine it.</summary>
    /// <param name="unit">The text of the unit.</param>
    /// <param name="places">Folders that are put in the place of others, so that the machine's own are left alone.</param>
    public static IReadOnlyList<string> Of(string unit, uint user, params (string Folder, string Place)[] places)
    {
        var all = unit.Split('\n')
            .Select(line => line.Split('=', 2))
            .Where(parts => parts.Length == 2 && !parts[0].StartsWith('#'))
            .ToLookup(parts => parts[0], parts => parts[1], StringComparer.Ordinal);
        List<string> script = ["set -e", "mount --make-rprivate /"];
        script.AddRange(places.Select(place => $"mount --bind '{place.Folder}' '{place.Place}'"));
        if (all["PrivateTmp"].Last() == "yes")
        {
            script.AddRange(["mount -t tmpfs -o mode=1777 tmpfs /tmp", "mount -t tmpfs -o mode=1777 tmpfs /var/tmp"]);
        }

        if (all["ProtectSystem"].Last() == "strict")
        {
            var writable = all["ReadWritePaths"].SelectMany(Paths).ToList();
            script.AddRange(writable.Select(path => $"[ ! -e '{path}' ] || mount --bind '{path}' '{path}'"));
            var kept = string.Join(
                '|',
                writable.Select(path => $"'{path}'").Append(Kept).Concat(all["PrivateTmp"].Last() == "yes" ? ["/tmp|/var/tmp"] : [])
            );
            script.Add(
                "while read -r id parent device root place rest; do case \"$place\" in "
                    + $"{kept}) ;; *) mount -o remount,bind,ro \"$place\" 2>/dev/null || true ;; esac; done < /proc/self/mountinfo"
            );
        }

        var id = user.ToString(CultureInfo.InvariantCulture);
        var bounding = Capabilities(all["CapabilityBoundingSet"].Last());
        var ambient = Capabilities(all["AmbientCapabilities"].Last());
        script.Add(
            $"exec {Setpriv} --reuid {id} --regid {id} --clear-groups{(all["NoNewPrivileges"].Last() == "yes" ? " --no-new-privs" : "")} "
                + $"--bounding-set={bounding} --inh-caps={ambient} --ambient-caps={ambient} \"$@\""
        );
        return
        [
            Unshare,
            "--mount",
            Shell,
            "-c",
            string.Join('\n', script),
            "confined",
            .. SystemCalls.Filter([.. all["SystemCallFilter"]]),
        ];
    }

    /// <summary>In the words of setpriv: none but these.</summary>
    private static string Capabilities(string names) =>
        string.Join(
            ',',
            names
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(name => $"+{name.Replace("CAP_", "", StringComparison.Ordinal).ToLowerInvariant()}")
                .Prepend("-all")
        );

    /// <summary>Of a line of ReadWritePaths=; the paths of these tests have neither blanks nor percent signs.</summary>
    private static IEnumerable<string> Paths(string line) =>
        line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(path => path.Trim('"').TrimStart('-'));

    private static bool IsAllowed()
    {
        using var process = Process.Start(
            new ProcessStartInfo(Unshare, ["--mount", Shell, "-c", "mount --make-rprivate / && mount -o remount,bind,ro /"])
            {
                RedirectStandardError = true,
                UseShellExecute = false,
            }
        )!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
