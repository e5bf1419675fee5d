using System.Security.Cryptography.X509Certificates;
using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.General;

/// <summary>
/// Whether a port of this machine shows the certificate that is in a file: a service that was not told of a new one goes on with the old.
/// Where nothing is shown there is nothing to compare. Data: <c>until</c>, when what is shown expires (Unix microseconds).
/// </summary>
internal sealed class CertificateShown : ICheck
{
    public const string Use = "certificate.shown";

    public string Id => Use;

    public IReadOnlyList<Right> Rights => [Right.Reading];

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var file = call.With["file"];
        if (file == Certificates.Nowhere)
        {
            return Finding.Of(Verdict.Clear, "It has no certificate to show.");
        }

        if (!call.With.TryGetValue("port", out var number))
        {
            return Finding.Of(Verdict.Clear, "No port is named that would show a certificate.");
        }

        var port = int.Parse(number);

        var inFile = await Certificates.ReadAsync(site, file, cancellationToken);
        if (inFile.Count == 0)
        {
            return Finding.Of(Verdict.Clear, $"{file} holds no certificate to compare.");
        }

        X509Certificate2 shown;
        try
        {
            shown = (await Certificates.ShownAsync(port, Certificates.NameOf(inFile[0]) ?? site.Host.Name, cancellationToken))[0];
        }
        catch (HostException exception) when (exception.Kind == HostError.NoAnswer)
        {
            return Finding.Of(Verdict.Clear, $"{exception.Message.TrimEnd('.')}, so there is none to compare.");
        }

        var until = new DateTimeOffset(shown.NotAfter.ToUniversalTime());
        var isSame = shown.Equals(inFile[0]);
        var isOfOtherKind =
            shown.GetKeyAlgorithm() != inFile[0].GetKeyAlgorithm() && Certificates.NameOf(shown) == Certificates.NameOf(inFile[0]);
        return Finding.Of(
            Finding.When(isSame || isOfOtherKind),
            isSame ? $"Port {port} shows the certificate of {file}."
                : isOfOtherKind ? $"Port {port} shows this relay a certificate of the same name with another kind of key than {file} holds."
                : $"Port {port} shows another certificate than {file} holds: one that "
                    + $"{(until <= site.Time.GetUtcNow() ? "has expired" : "expires")} on {until:yyyy-MM-dd HH:mm} UTC.",
            ("until", Clock.Micros(until).ToString())
        );
    }
}
