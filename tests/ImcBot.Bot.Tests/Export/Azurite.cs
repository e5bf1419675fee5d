using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Azure.Storage.Blobs;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Export;

/// <summary>A blob storage on loopback, with the key that everybody knows.</summary>
internal sealed class Azurite : IAsyncDisposable
{
    private const string Account = "devstoreaccount1", Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private readonly Process _process;
    private readonly DirectoryInfo _folder;

    private Azurite(Process process, DirectoryInfo folder, BlobContainerClient container) => (_process, _folder, Container) = (process, folder, container);

    public BlobContainerClient Container { get; }

    /// <summary>Starts it, or skips the test with the reason.</summary>
    public static async Task<Azurite> StartAsync(CancellationToken token)
    {
        var program = Repository.Path("tests/azurite/node_modules/azurite/dist/src/blob/main.js");
        Assert.SkipUnless(File.Exists(program), "Azurite is not installed: run 'npm ci' in tests/azurite (needs Node).");
        var folder = Directory.CreateTempSubdirectory("imcbot-azurite");
        var port = FreePort();
        var process = Process.Start(new ProcessStartInfo(
            "node", [program, "--blobHost", "127.0.0.1", "--blobPort", $"{port}", "--location", folder.FullName, "--silent", "--disableTelemetry", "--skipApiVersionCheck"])
        { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync(token);
        while (await process.StandardOutput.ReadLineAsync(token) is { } line && !line.Contains("successfully listens", StringComparison.Ordinal))
        {
        }

        Assert.False(process.HasExited, process.HasExited ? await errors : "");
        var connection = $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};BlobEndpoint=http://127.0.0.1:{port}/{Account};";
        var container = new BlobContainerClient(connection, "transcripts");
        await container.CreateAsync(cancellationToken: token);
        return new Azurite(process, folder, container);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
