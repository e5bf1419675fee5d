using ImcBot.Contracts;
using ImcBot.Relay.Actions;

namespace ImcBot.Relay.Products.Postfix;

/// <summary>
/// Do next servers answer, as far as Postfix says why its mail waits? A filter is not meant: it is at this host. Reads only; where they do
/// not, waiting is the answer. Data: <c>reasons</c>, a line each with how many wait for it.
/// </summary>
internal sealed class PostfixDestination : ICheck
{
    public const string Use = "postfix.destination";

    private static readonly string[] Signs =
    [
        "connect to ",
        "Host or domain name not found",
        "Name service error",
        "Host not found",
        "No route to host",
        "refused to talk to me",
    ];

    public string Id => Use;

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var instance = await PostfixInstance.OfAsync(site, call.With["service"], cancellationToken);
        var filter = PortOf(await instance.SettingAsync("content_filter", cancellationToken));
        var mail = await QueuedMail.ListAsync(instance, cancellationToken);
        var reasons = mail.SelectMany(one => one.Reasons)
            .Where(reason => !QueuedMail.IsSuspended(reason) && Signs.Any(sign => reason.Contains(sign, StringComparison.Ordinal)))
            .Where(reason => filter is null || !reason.Contains(filter, StringComparison.Ordinal))
            .GroupBy(reason => reason, StringComparer.Ordinal)
            .OrderByDescending(reason => reason.Count())
            .Select(reason => $"{reason.Count()} × {reason.Key}")
            .ToList();
        return Finding.Of(
            Finding.When(reasons.Count == 0),
            reasons.Count == 0
                ? $"No message waits for a next server or a name; {Words.Count(mail.Count, "message")} in the queue."
                : $"Next servers do not answer: {string.Join(" | ", reasons.Take(3))}. Postfix tries again by itself.",
            ("reasons", string.Join('\n', reasons.Take(20)))
        );
    }

    /// <summary>As it stands in a reason: <c>]:10025:</c>. Null where there is no filter at a port.</summary>
    private static string? PortOf(string filter) =>
        filter.LastIndexOf(':') is > 0 and var colon && int.TryParse(filter[(colon + 1)..], out var port) ? $"]:{port}:" : null;
}
