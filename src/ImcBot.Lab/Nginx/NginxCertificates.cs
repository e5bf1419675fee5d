using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ImcBot.Lab.Nginx;

/// <summary>An authority of the practice's own, which only its relay trusts, and what it has issued to nginx.</summary>
internal sealed class NginxCertificates(NginxFolder folder, TimeProvider time)
{
    private static readonly TimeSpan Year = TimeSpan.FromDays(365),
        Season = TimeSpan.FromDays(90),
        Hour = TimeSpan.FromHours(1);

    private string AuthorityKey => Path.Combine(folder.State, "authority.key");

    /// <summary>Makes the authority and a certificate that is valid for a season.</summary>
    public void Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Practice authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var authority = request.CreateSelfSigned(time.GetUtcNow() - Year, time.GetUtcNow() + Year);
        File.WriteAllText(folder.Authority, authority.ExportCertificatePem());
        SecretFile.Write(AuthorityKey, key.ExportPkcs8PrivateKeyPem());
        Renew();
    }

    public void Renew() => Issue(time.GetUtcNow() + Season);

    /// <summary>As if nobody had renewed it: it was good until an hour ago.</summary>
    public void Expire() => Issue(time.GetUtcNow() - Hour);

    private void Issue(DateTimeOffset until)
    {
        using var authority = X509Certificate2.CreateFromPemFile(folder.Authority, AuthorityKey);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(authority, until - Season - Season, until, RandomNumberGenerator.GetBytes(16));
        SecretFile.Write(folder.CertificateKey, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(folder.Certificate, issued.ExportCertificatePem());
    }
}
