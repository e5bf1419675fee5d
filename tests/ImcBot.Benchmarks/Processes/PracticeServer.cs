using System.Diagnostics;
using ImcBot.Lab;

namespace ImcBot.Benchmarks.Processes;

/// <summary>A practice server with no mail in it, as a process of its own with a folder of its own.</summary>
internal sealed class PracticeServer : IAsyncDisposable
{
    private readonly Process _process;

    private PracticeServer(Process process, string folder, Uri address) => (_process, Folder, Address) = (process, folder, address);

    public string Folder { get; }

    public Uri Address { get; }

    public static async Task<PracticeServer> StartAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("imcbot-server-").FullName;
        var start = Programs.Start("ImcBot.Lab", "server", "--root", folder, "--port", "0", "--count", "0");
        start.RedirectStandardOutput = true;
        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.IndexOf("http://", StringComparison.Ordinal) is >= 0 and var at)
            {
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return new(process, folder, new Uri(line[at..].Trim() + "/"));
            }
        }

        throw new InvalidOperationException("The practice server ended before it told its address.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
