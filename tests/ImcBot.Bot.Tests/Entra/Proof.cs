using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ImcBot.Bot.Tests.Entra;

/// <summary>What an app shows Entra to get its token: a certificate of its own, or the token that its platform gave it.</summary>
internal sealed class Proof : IDisposable
{
    private readonly RSA _key = RSA.Create(2048);
    private readonly string _folder = Directory.CreateTempSubdirectory("imcbot-proof-").FullName;

    public Proof()
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        var request = new CertificateRequest("CN=imcbot", _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        {
            CertificateExtensions = { names.Build() },
        };
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        File.WriteAllText(Pem, $"{certificate.ExportCertificatePem()}\n{_key.ExportPkcs8PrivateKeyPem()}\n");
        File.WriteAllBytes(Pfx, certificate.Export(X509ContentType.Pkcs12));
        File.WriteAllText(TokenFile, "given by the platform");
    }

    public string Pem => Path.Combine(_folder, "app.pem");

    public string Pfx => Path.Combine(_folder, "app.pfx");

    public string TokenFile => Path.Combine(_folder, "token");

    /// <summary>Whether this certificate's key has signed the assertion, or it is what the platform gave.</summary>
    public bool Holds(string assertion) =>
        assertion == "given by the platform"
        || new JsonWebTokenHandler()
            .ValidateTokenAsync(
                assertion,
                new TokenValidationParameters
                {
                    IssuerSigningKey = new RsaSecurityKey(_key),
                    TryAllIssuerSigningKeys = true,
                    ValidateIssuer = false,
                    ValidateAudience = false,
                }
            )
            .GetAwaiter()
            .GetResult()
            .IsValid;

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _key.Dispose();
    }
}
