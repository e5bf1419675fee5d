using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace ImcBot.Relay.Session;

/// <summary>Says of the bot's certificate what is wrong with it, where the platform only says that something is.</summary>
internal sealed class BotCertificate(TimeProvider time)
{
    /// <summary>True for one that is as it should be. Throws <see cref="AuthenticationException"/> with the reason for any other.</summary>
    public bool Accept(object sender, X509Certificate? presented, X509Chain? chain, SslPolicyErrors errors) =>
        errors is SslPolicyErrors.None
            ? true
            : throw new AuthenticationException(
                Reason((sender as SslStream)?.TargetHostName ?? "", presented as X509Certificate2, chain, errors)
            );

    private string Reason(string host, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return $"{host} presented no certificate";
        }

        var now = time.GetUtcNow().UtcDateTime;
        var (from, until) = (certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
        return now > until
                ? $"the certificate of {host} ({certificate.Subject}) expired on {until:yyyy-MM-dd HH:mm} UTC; it is "
                    + $"{now:yyyy-MM-dd HH:mm} by this host's clock"
            : now < from
                ? $"the certificate of {host} ({certificate.Subject}) is not valid before {from:yyyy-MM-dd HH:mm} UTC; it is "
                    + $"{now:yyyy-MM-dd HH:mm} by this host's clock"
            : errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
                ? $"the certificate is for {Names(certificate)} ({certificate.Subject}), not for {host}"
            : $"the certificate of {host} ({certificate.Subject}, valid until {until:yyyy-MM-dd}) comes from {certificate.Issuer}, "
                + $"which this host does not trust{Details(chain)}";
    }

    private static string Names(X509Certificate2 certificate)
    {
        var names = certificate
            .Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(names => names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(address => $"{address}")))
            .ToList();
        return names.Count > 0 ? string.Join(", ", names) : "no name at all";
    }

    private static string Details(X509Chain? chain)
    {
        var status =
            chain
                ?.ChainStatus.Select(one => one.Status)
                .Where(one =>
                    one is not (X509ChainStatusFlags.NoError or X509ChainStatusFlags.UntrustedRoot or X509ChainStatusFlags.PartialChain)
                )
                .Distinct()
                .ToList()
            ?? [];
        return status.Count > 0 ? $" ({string.Join(", ", status)})" : "";
    }
}
