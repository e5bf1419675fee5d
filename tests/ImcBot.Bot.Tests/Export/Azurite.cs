using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using Azure.Core.Pipeline;
using Azure.Storage;
using Azure.Storage.Blobs;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Export;

/// <summary>A blob storage on loopback, with the key that everybody knows.</summary>
internal sealed class Azurite : IAsyncDisposable
{
    private const string Account = "devstoreaccount1",
        Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private readonly Process _process;
    private readonly DirectoryInfo _folder;

    private Azurite(Process process, DirectoryInfo folder, BlobContainerClient container) =>
        (_process, _folder, Container) = (process, folder, container);

    /// <summary>With the storage's own key.</summary>
    public BlobContainerClient Container { get; }

    /// <summary>Starts it, or skips the test with the reason.</summary>
    /// <param name="certificate">PEM file with its key: then the storage speaks https and takes tokens too.</param>
    public static async Task<Azurite> StartAsync(CancellationToken cancellationToken, string? certificate = null)
    {
        var program = Repository.Path("tests/azurite/node_modules/azurite/dist/src/blob/main.js");
        Assert.SkipUnless(File.Exists(program), "Azurite is not installed: run 'npm ci' in tests/azurite (needs Node).");
        var folder = Directory.CreateTempSubdirectory("imcbot-azurite");
        var port = Loopback.FreePort();
        string[] https = certificate is null ? [] : ["--oauth", "basic", "--cert", certificate, "--key", certificate];
        var process = Process.Start(
            new ProcessStartInfo(
                "node",
                [
                    program,
                    "--blobHost",
                    "127.0.0.1",
                    "--blobPort",
                    $"{port}",
                    "--location",
                    folder.FullName,
                    "--silent",
                    "--disableTelemetry",
                    "--skipApiVersionCheck",
                    .. https,
                ]
            )
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        while (
            await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line
            && !line.Contains("successfully listens", StringComparison.Ordinal)
        ) { }

        Assert.False(process.HasExited, process.HasExited ? await errors : "");
        var address = new Uri($"{(certificate is null ? "http" : "https")}://127.0.0.1:{port}/{Account}/transcripts");
        var container = new BlobContainerClient(address, new StorageSharedKeyCredential(Account, Key), Over(certificate));
        await container.CreateAsync(cancellationToken: cancellationToken);
        return new Azurite(process, folder, container);
    }

    /// <summary>The same with the storage's own key, by another way.</summary>
    public BlobContainerClient WithKey(BlobClientOptions options) =>
        new(Container.Uri, new StorageSharedKeyCredential(Account, Key), options);

    /// <summary>Options that know this certificate and no other.</summary>
    public static BlobClientOptions Over(string? certificate)
    {
        if (certificate is null)
        {
            return new BlobClientOptions();
        }

        var trust = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(certificate) },
            RevocationMode = X509RevocationMode.NoCheck,
        };
        var handler = new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = trust } };
        return new BlobClientOptions { Transport = new HttpClientTransport(new HttpClient(handler)), Retry = { MaxRetries = 0 } };
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}
