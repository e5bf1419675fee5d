using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ImcBot.Lab.Server;
using ImcBot.Lab.Server.Host;

namespace ImcBot.Lab.Wine;

/// <summary>A Windows on this machine, made by the script <c>prefix</c> in a folder of its own.</summary>
/// <param name="folder">Holds the prefix, the stand-ins and the published relay.</param>
/// <param name="drives">The folder below which the practice server keeps its drives.</param>
internal sealed class WinePrefix(string folder, string drives)
{
    private const int Missing = 77;

    /// <summary>The relay as it is published for Windows.</summary>
    public string Relay => Path.Combine(folder, "relay", "ImcBot.Relay.exe");

    /// <summary>A folder of its drive C:.</summary>
    public string DriveC(params string[] path) => Path.Combine([folder, "prefix", "drive_c", .. path]);

    /// <summary>The practice server's face with the version of a build of Exchange, or null when none was made of that build.</summary>
    public string? Program(string build) => Path.Combine(folder, "programs", $"{build}.exe") is var path && File.Exists(path) ? path : null;

    public static string Windows(string path) => $"Z:{path.Replace('/', '\\')}";

    /// <summary>
    /// Makes the prefix where there is none yet. Throws <see cref="SkippedException"/> where this machine lacks something.
    /// </summary>
    /// <param name="relay">A folder with the relay published for Windows; without one it is published.</param>
    public static async Task<WinePrefix> MakeAsync(string folder, string drives, string? relay, CancellationToken cancellationToken)
    {
        var script =
            Programs.InRepository("src", "ImcBot.Lab", "Wine", "prefix")
            ?? throw new SkippedException("A Windows prefix is made from this repository's sources only.");
        if (OperatingSystem.IsWindows())
        {
            throw new SkippedException("Wine is for machines without Windows.");
        }
        if (NoPort25() is { } reason)
        {
            throw new SkippedException(reason);
        }
        var prefix = new WinePrefix(folder, drives);
        if (File.Exists(prefix.Relay))
        {
            return prefix;
        }
        using var making = Process.Start(
            new ProcessStartInfo(script, relay is null ? [folder, drives] : [folder, drives, relay])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            }
        )!;
        // Wine complains on standard error about every display and font that it does not find.
        _ = making.StandardError.ReadToEndAsync(cancellationToken);
        var said = (await making.StandardOutput.ReadToEndAsync(cancellationToken)).Trim();
        await making.WaitForExitAsync(cancellationToken);
        return making.ExitCode switch
        {
            0 => prefix,
            Missing => throw new SkippedException(said),
            var code => throw new LabException($"The Windows prefix was not made (exit code {code}): {said}"),
        };
    }

    /// <summary>Why the mail service cannot listen where Windows looks for it, or null.</summary>
    private static string? NoPort25()
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, PracticeHost.RealPort);
            probe.Start();
            return null;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode == SocketError.AccessDenied
                ? "Port 25 may only be listened on by root here, and a Windows server's mail service answers there."
                : "Port 25 is in use on this machine, and a Windows server's mail service answers there.";
        }
    }

    /// <summary>What a program needs to be told to run in this prefix.</summary>
    public IReadOnlyDictionary<string, string> Environment =>
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["WINEPREFIX"] = Path.Combine(folder, "prefix"),
            ["WINEARCH"] = "win64",
            ["WINEDEBUG"] = "-all",
            ["XDG_RUNTIME_DIR"] = folder,
            ["DISPLAY"] = "",
            // The runtime crashes now and then under Wine with either of these on.
            ["DOTNET_gcServer"] = "0",
            ["DOTNET_EnableWriteXorExecute"] = "0",
            ["DOTNET_STARTUP_HOOKS"] = Windows(typeof(WinePrefix).Assembly.Location),
            ["IMCBOT_WINE_EVENTLOG"] = Windows(Path.Combine(folder, "eventlog.dll")),
            ["IMCBOT_WINE_KEYSTORE"] = Windows(Path.Combine(folder, "keystore.dll")),
            ["IMCBOT_WINE_DRIVES"] = string.Join(':', Drives.Sizes.Select(drive => $"{drive.Key[..1]}={drive.Value}").Prepend(drives)),
            ["LD_PRELOAD"] = Path.Combine(folder, "volumes.so"),
        };

    /// <summary>How a Windows program is started here.</summary>
    public ProcessStartInfo Start(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("wine", [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }
        return start;
    }

    /// <summary>The name that Windows has for this machine.</summary>
    public async Task<string> NameAsync(CancellationToken cancellationToken)
    {
        using var asked = Process.Start(Start("cmd", "/c", "echo %COMPUTERNAME%"))!;
        _ = asked.StandardError.ReadToEndAsync(cancellationToken);
        var name = (await asked.StandardOutput.ReadToEndAsync(cancellationToken)).Trim();
        await asked.WaitForExitAsync(cancellationToken);
        return name;
    }

    /// <summary>Ends every process of the prefix.</summary>
    public async Task EndAsync()
    {
        var server =
            new[] { "/usr/bin/wineserver", "/usr/lib/wine/wineserver", "/usr/lib/wine/wineserver64" }.FirstOrDefault(File.Exists)
            ?? "wineserver";
        var start = new ProcessStartInfo(server, ["-k"]) { RedirectStandardError = true, UseShellExecute = false };
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }
        using var ending = Process.Start(start)!;
        await ending.WaitForExitAsync(CancellationToken.None);
    }
}
