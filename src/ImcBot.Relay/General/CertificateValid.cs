using System.Security.Cryptography.X509Certificates;
using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.General;

/// <summary>
/// The certificates of a PEM file, or the one that a port of this machine shows: from when to when, and whether it is for the name where
/// one is given. Whom it trusts is not judged. Data: <c>until</c> (Unix microseconds), <c>subject</c>.
/// </summary>
internal sealed class CertificateValid : ICheck
{
    public const string Use = "certificate.valid";

    public string Id => Use;

    public IReadOnlyList<Right> Rights => [Right.Reading];

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        ArgumentForms.TryDuration(call.With["at-least"], out var wanted);
        var file = call.With.GetValueOrDefault("file");
        var port = call.With.GetValueOrDefault("port");
        if (file is null == port is null)
        {
            return Finding.Of(Verdict.Unknown, $"'{call.Use}' needs either 'file' or 'port'.");
        }

        if (file == Certificates.Nowhere)
        {
            return Finding.Of(Verdict.Clear, "It has no certificate that could expire.");
        }

        var name = call.With.GetValueOrDefault("name");
        var shown = file is not null
            ? await Certificates.ReadAsync(site, file, cancellationToken)
            : await Certificates.ShownAsync(int.Parse(port!), name ?? site.Host.Name, cancellationToken);
        if (shown.Count == 0)
        {
            return Finding.Of(Verdict.Finding, file is not null ? $"{file} holds no certificate." : $"Port {port} shows no certificate.");
        }

        var now = site.Time.GetUtcNow();
        // A chain is valid no longer than its first to end.
        var first = shown.MinBy(one => one.NotAfter)!;
        var until = new DateTimeOffset(first.NotAfter.ToUniversalTime());
        var since = shown.Max(one => new DateTimeOffset(one.NotBefore.ToUniversalTime()));
        var where = file ?? $"Port {port}";
        var wrong =
            until <= now ? $"has expired on {until:yyyy-MM-dd HH:mm} UTC"
            : since > now ? $"is valid only from {since:yyyy-MM-dd HH:mm} UTC on"
            : name is not null && !shown[0].MatchesHostname(name) ? $"is not for {name}"
            : until - now < wanted ? $"expires on {until:yyyy-MM-dd HH:mm} UTC, in {Days(until - now)}"
            : null;
        return Finding.Of(
            Finding.When(wrong is null),
            $"{where}: the certificate of {Named(first)} {wrong ?? $"is valid until {until:yyyy-MM-dd}"}.",
            ("until", Clock.Micros(until).ToString()),
            ("subject", first.Subject)
        );
    }

    private static string Days(TimeSpan left) =>
        left.TotalDays >= 1 ? Words.Count((int)left.TotalDays, "day") : Words.Count((int)left.TotalHours, "hour");

    private static string Named(X509Certificate2 certificate) => certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
}
