using System.Diagnostics;
using ImcBot.Lab;
using ImcBot.Relay;
using ImcBot.Relay.Session;
using ImcBot.Testing;

namespace ImcBot.Benchmarks.Start;

/// <summary>A relay that was enrolled just now, as a process of its own with a data folder of its own.</summary>
internal sealed class FreshRelay : IAsyncDisposable
{
    public const string Id = "relay-0001";

    private readonly string _data;
    private readonly Process _process;

    private FreshRelay(string data, Process process) => (_data, _process) = (data, process);

    /// <summary>Processor time so far.</summary>
    public TimeSpan Worked
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Resident megabytes now.</summary>
    public double Resident
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / (double)(1 << 20);
        }
    }

    /// <param name="published">Folder that it was published to; null for what was built with this program.</param>
    public static FreshRelay Start(string? published, Uri bot, Uri server)
    {
        var data = Directory.CreateTempSubdirectory("imcbot-start-").FullName;
        PrivateFile.Write(Path.Combine(data, "policy.yaml"), File.ReadAllText(Repository.Path("manifests/relay/practice.policy.yaml")));
        RelayKey.Open(Path.Combine(data, "relay.key")).Dispose();
        new Membership($"{bot}", Id, "EXCH01", """{"keys":[]}""").Write(Path.Combine(data, "membership.json"));
        string[] words = ["run", "--data", data, "--host-url", $"{server}"];
        var start = published is null
            ? new ProcessStartInfo("dotnet", [Programs.Find("ImcBot.Relay"), .. words])
            : new ProcessStartInfo(Path.Combine(published, "ImcBot.Relay"), words);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new FreshRelay(data, process);
    }

    /// <summary>Bytes of the folder that a program was published to.</summary>
    public static long SizeOf(string published) =>
        new DirectoryInfo(published).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        Directory.Delete(_data, recursive: true);
    }
}
