using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.General;

/// <summary>Certificates of a PEM file, and those that a port of this machine shows.</summary>
internal static class Certificates
{
    /// <summary>Where a runbook for any service is told that this one has none.</summary>
    public const string Nowhere = "/dev/null";

    private const int Largest = 1 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>A key that stands in the same file is not looked at.</summary>
    public static async Task<X509Certificate2Collection> ReadAsync(Site site, string file, CancellationToken cancellationToken)
    {
        await using var content = await site.Host.Files.OpenAsync(file, cancellationToken);
        var bytes = new byte[Largest];
        var length = await content.ReadAtLeastAsync(bytes, Largest, throwOnEndOfStream: false, cancellationToken);
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPem(System.Text.Encoding.UTF8.GetString(bytes, 0, length));
        }
        catch (CryptographicException exception)
        {
            throw new HostException($"{file} holds something that is no certificate: {exception.Message}", inner: exception);
        }

        return found;
    }

    /// <summary>A name that the certificate is for, to ask for it by; null where it has none.</summary>
    public static string? NameOf(X509Certificate2 certificate) =>
        certificate.GetNameInfo(X509NameType.DnsName, forIssuer: false) is { Length: > 0 } name
            ? name.StartsWith("*.", StringComparison.Ordinal)
                ? $"www{name[1..]}"
                : name
            : null;

    public static async Task<X509Certificate2Collection> ShownAsync(int port, string name, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        var shown = new X509Certificate2Collection();
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port, deadline.Token);
            await using var secured = new SslStream(client.GetStream());
            await secured.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = name,
                    RemoteCertificateValidationCallback = (_, certificate, _, _) => Keep(shown, certificate),
                },
                deadline.Token
            );
        }
        catch (Exception exception) when (exception is SocketException or IOException or AuthenticationException)
        {
            throw new HostException($"Port {port} shows no certificate: {exception.Message}", HostError.NoAnswer, exception);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HostException($"Port {port} shows no certificate within 10 s.", HostError.NoAnswer);
        }

        return shown;
    }

    /// <summary>Nothing is sent or believed on this connection; what it shows is what is looked at.</summary>
    private static bool Keep(X509Certificate2Collection shown, X509Certificate? certificate)
    {
        if (certificate is not null)
        {
            shown.Add(X509CertificateLoader.LoadCertificate(certificate.GetRawCertData()));
        }

        return shown.Count > 0;
    }
}
