using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ImcBot.Lab.Postfix;

/// <summary>The certificate that a practice Postfix shows: signed by itself, as most are between mail servers.</summary>
internal sealed class PostfixCertificate(PostfixFolder folder, TimeProvider time)
{
    private static readonly TimeSpan Season = TimeSpan.FromDays(90),
        Hour = TimeSpan.FromHours(1);

    public void Renew() => Make(time.GetUtcNow() + Season);

    /// <summary>As if nobody had renewed it: it was good until an hour ago.</summary>
    public void Expire() => Make(time.GetUtcNow() - Hour);

    private void Make(DateTimeOffset until)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=mx.practice.test", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(until - Season - Season, until);
        SecretFile.Write(folder.CertificateKey, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(folder.Certificate, made.ExportCertificatePem());
    }
}
