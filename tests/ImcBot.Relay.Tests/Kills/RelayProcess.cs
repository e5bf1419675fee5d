using System.Diagnostics;
using System.Reflection;
using ImcBot.Relay.Session;
using ImcBot.Relay.Tests.Fakes;
using ImcBot.Testing;

namespace ImcBot.Relay.Tests.Kills;

/// <summary>The relay's own program on a data folder, enrolled already. Killed as <c>kill -9</c> does it, and started again.</summary>
/// <param name="url">Address of the server, and of the bot when that has none of its own.</param>
internal sealed class RelayProcess(string data, string url, string grantKeys, string? bot = null) : IDisposable
{
    private Process? _process;

    /// <summary>The built program, or null.</summary>
    public static string? Program
    {
        get
        {
            var configuration = typeof(RelayProcess).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
            var path = Repository.Path($"src/ImcBot.Relay/bin/{configuration}/net10.0/ImcBot.Relay.dll");
            return File.Exists(path) ? path : null;
        }
    }

    public void Enrol()
    {
        Directory.CreateDirectory(data);
        PrivateFile.Write(Path.Combine(data, "policy.yaml"), File.ReadAllText(Repository.Path("manifests/relay/practice.policy.yaml")));
        new Membership(bot ?? url, Bench.RelayId, "EXCH01", grantKeys).Write(Path.Combine(data, "membership.json"));
    }

    public void Start()
    {
        var start = new ProcessStartInfo("dotnet", [Program!, "run", "--data", data]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["IMCBOT_RELAY__HOST__URL"] = url;
        start.Environment["IMCBOT_RELAY__PROFILE__WATCHSECONDS"] = "1";
        start.Environment["DOTNET_TieredPGO"] = "0";
        _process = Process.Start(start)!;
        _process.OutputDataReceived += Said;
        _process.ErrorDataReceived += Said;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What it wrote, for the message of a failing test.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return string.Join('\n', _log);
            }
        }
    }

    private readonly List<string> _log = [];

    public bool IsAlive => _process is { HasExited: false };

    /// <summary>Kills it and waits until it is gone.</summary>
    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
    }

    /// <summary>Asks it to end as systemd does (SIGTERM) and waits until it has.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using var term = Process.Start("/bin/kill", ["-TERM", $"{_process!.Id}"]);
        await _process.WaitForExitAsync(cancellationToken);
    }

    public void Dispose()
    {
        if (_process is { HasExited: false })
        {
            Kill();
        }

        _process?.Dispose();
    }

    private void Said(object sender, DataReceivedEventArgs line)
    {
        lock (_log)
        {
            if (line.Data is not null)
            {
                _log.Add(line.Data);
            }
        }
    }
}
