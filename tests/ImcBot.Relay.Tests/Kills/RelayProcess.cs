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

    /// <summary>
    /// The program: native code where <c>IMCBOT_PUBLISHED</c> names a folder with it, else what was built here; null where nothing was.
    /// </summary>
    public static string? Program
    {
        get
        {
            if (System.Environment.GetEnvironmentVariable("IMCBOT_PUBLISHED") is { Length: > 0 } published)
            {
                return Path.Combine(published, "ImcBot.Relay");
            }

            var configuration = typeof(RelayProcess).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
            var path = Repository.Path($"src/ImcBot.Relay/bin/{configuration}/net10.0/ImcBot.Relay.dll");
            return File.Exists(path) ? path : null;
        }
    }

    /// <summary>How the program is started.</summary>
    public static IReadOnlyList<string> Words => Program!.EndsWith(".dll", StringComparison.Ordinal) ? ["dotnet", Program!] : [Program!];

    /// <summary>The words before the program, where something else starts it.</summary>
    public IReadOnlyList<string> Before { get; init; } = [];

    /// <summary>What it finds in its environment beside the usual, from its next start on.</summary>
    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    public void Enrol(long? since = null)
    {
        Directory.CreateDirectory(data);
        PrivateFile.Write(Path.Combine(data, "policy.yaml"), File.ReadAllText(Repository.Path("manifests/relay/practice.policy.yaml")));
        RelayKey.Open(Path.Combine(data, "relay.key")).Dispose();
        new Membership(bot ?? url, Bench.RelayId, "EXCH01", grantKeys, since).Write(Path.Combine(data, "membership.json"));
    }

    public string Data => data;

    public void Start(params string[] arguments)
    {
        List<string> words = [.. Before, .. Words, "run", "--data", data, .. arguments];
        var start = new ProcessStartInfo(words[0], words.Skip(1))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["IMCBOT_RELAY__HOST__URL"] = url;
        start.Environment["IMCBOT_RELAY__PROFILE__WATCHSECONDS"] = "1";
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += Said;
        _process.ErrorDataReceived += Said;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public bool HasEnded => _process!.HasExited;

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

    /// <summary>Asks it to end, as systemd does by SIGTERM, and waits until it has.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync(CancellationToken cancellationToken, string signal = "TERM")
    {
        using var term = Process.Start("/bin/kill", [$"-{signal}", $"{_process!.Id}"]);
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Another command of the program on the same folder, to its end: its exit code and all it wrote.</summary>
    public Task<(int Exit, string Said)> SayAsync(CancellationToken cancellationToken, params string[] arguments) =>
        SayAsync(Before, arguments, cancellationToken);

    /// <param name="before">The words before the program, in place of its own.</param>
    public async Task<(int Exit, string Said)> SayAsync(
        IReadOnlyList<string> before,
        IReadOnlyList<string> arguments,
        CancellationToken cancellationToken
    )
    {
        List<string> words = [.. before, .. Words, .. arguments, "--data", data];
        var start = new ProcessStartInfo(words[0], words.Skip(1))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["IMCBOT_RELAY__HOST__URL"] = url;
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var (said, complained) = (
            process.StandardOutput.ReadToEndAsync(cancellationToken),
            process.StandardError.ReadToEndAsync(cancellationToken)
        );
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, $"{await said}{await complained}");
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
