using System.Diagnostics;
using System.Reflection;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Hosts.Lab;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>The same contract on the practice server, a process of its own.</summary>
public sealed class LabHostContract(PracticeServer server) : ExchangeHostContract, IClassFixture<PracticeServer>
{
    internal override Task<Host> HostAsync()
    {
        Assert.SkipWhen(server.Missing is not null, server.Missing ?? "");
        return LabHost.ConnectAsync(server.Http!, TestContext.Current.CancellationToken);
    }
}

/// <summary>A practice server with an empty spool, in a temporary folder, for as long as a test class needs it.</summary>
public class PracticeServer : IAsyncLifetime
{
    private readonly string[] _arguments;

    private readonly string _folder = Directory.CreateTempSubdirectory("imcbot-contract-").FullName;
    private Process? _process;

    public PracticeServer()
        : this("--count", "0") { }

    private protected PracticeServer(params string[] arguments) => _arguments = arguments;

    /// <summary>Why there is no server, or null.</summary>
    public string? Missing { get; private set; }

    internal HttpClient? Http { get; private set; }

    public async ValueTask InitializeAsync()
    {
        if (Program() is not { } program)
        {
            Missing = "The practice server is not built: run 'dotnet build' in the folder of ImcBot.sln first.";
            return;
        }

        var start = new ProcessStartInfo("dotnet", [program, "server", "--root", _folder, "--port", "0", .. _arguments])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        _process = Process.Start(start)!;
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.IndexOf("http://", StringComparison.Ordinal) is >= 0 and var at)
            {
                Http = new HttpClient { BaseAddress = new Uri(line[at..].Trim() + "/") };
                _ = _process.StandardOutput.ReadToEndAsync();
                return;
            }
        }

        Missing = "The practice server ended before it told its address.";
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        GC.SuppressFinalize(this);
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static string? Program()
    {
        var configuration = typeof(PracticeServer).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ImcBot.sln")))
            {
                var program = Path.Combine(folder.FullName, "src", "ImcBot.Lab", "bin", configuration, "net10.0", "ImcBot.Lab.dll");
                return File.Exists(program) ? program : null;
            }
        }

        return null;
    }
}
