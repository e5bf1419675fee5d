using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace ImcBot.Lab.Nginx;

/// <summary>Visits nginx as its users do: an answer counts where it comes within a second and its certificate is good.</summary>
internal sealed class NginxVisitor(NginxFolder folder) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly HttpClient client = new(
        new SocketsHttpHandler
        {
            UseProxy = false,
            PooledConnectionLifetime = TimeSpan.Zero,
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = X509RevocationMode.NoCheck,
                    CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(folder.Authority) },
                },
            },
        }
    )
    {
        Timeout = Patience,
    };

    public async Task<bool> IsAnsweredAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await client.GetAsync(folder.Health, cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception problem) when (problem is HttpRequestException or TaskCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
    }

    public void Dispose() => client.Dispose();
}
