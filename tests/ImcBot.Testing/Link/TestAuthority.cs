using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ImcBot.Testing.Link;

/// <summary>What is wrong with a certificate.</summary>
internal enum CertificateFlaw
{
    None,
    Expired,
    NotYetValid,
    OtherName,
    OtherIssuer,
}

/// <summary>An issuer of certificates for tests, for the names that this machine has for itself.</summary>
internal sealed class TestAuthority : IDisposable
{
    private const string Own = "CN=ImcBot test authority",
        Other = "CN=Nobody's authority";

    private readonly X509Certificate2 _own = Authority(Own),
        _other = Authority(Other);

    /// <summary>Writes the authority as PEM, for a program that is to trust it (<c>SSL_CERT_FILE</c> of OpenSSL).</summary>
    public string Write(string path)
    {
        File.WriteAllText(path, _own.ExportCertificatePem());
        return path;
    }

    public X509Certificate2 Issue(CertificateFlaw flaw)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=bot of a test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(flaw is CertificateFlaw.OtherName ? "other.example.com" : "localhost");
        if (flaw is not CertificateFlaw.OtherName)
        {
            names.AddIpAddress(IPAddress.Loopback);
        }

        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        var (from, until) = flaw switch
        {
            CertificateFlaw.Expired => (now.AddDays(-9), now.AddDays(-2)),
            CertificateFlaw.NotYetValid => (now.AddDays(2), now.AddDays(9)),
            _ => (now.AddDays(-1), now.AddDays(9)),
        };
        using var certificate = request.Create(
            flaw is CertificateFlaw.OtherIssuer ? _other : _own,
            from,
            until,
            RandomNumberGenerator.GetBytes(8)
        );
        using var whole = certificate.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    public void Dispose()
    {
        _own.Dispose();
        _other.Dispose();
    }

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(
                certificateAuthority: true,
                hasPathLengthConstraint: false,
                pathLengthConstraint: 0,
                critical: true
            )
        );
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddYears(-1), now.AddYears(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
