using ImcBot.Contracts;
using ImcBot.Relay.Actions;

namespace ImcBot.Relay.Products.Postfix;

/// <summary>
/// Do next servers answer, as far as Postfix says why its mail waits? A filter is not meant: it is at this host. Some server of the world
/// is always down, so a few messages may wait for one; where all mail goes to a relayhost, none may. Reads only; where they do not answer,
/// waiting is the answer. Data: <c>count</c> of these messages, <c>reasons</c>, a line each with how many wait for it.
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
        "unable to look up host",
        "No route to host",
        "refused to talk to me",
    ];

    public string Id => Use;

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var instance = await PostfixInstance.OfAsync(site, call.With["service"], cancellationToken);
        var filter = PortOf(await instance.SettingAsync("content_filter", cancellationToken));
        var most = await instance.SettingAsync("relayhost", cancellationToken) is "" ? int.Parse(call.With["at-most"]) : 0;
        var mail = await QueuedMail.SeenAsync(instance, cancellationToken);
        var waits = mail.Select(one => one.Reasons.Where(reason => IsOfNext(reason, filter)).ToList())
            .Where(reasons => reasons.Count > 0)
            .ToList();
        var counted = waits
            .SelectMany(reasons => reasons.Select(QueuedMail.Cause).Distinct(StringComparer.Ordinal))
            .CountBy(reason => reason, StringComparer.Ordinal)
            .OrderByDescending(reason => reason.Value)
            .Select(reason => $"{reason.Value} × {reason.Key}")
            .ToList();
        var said = string.Join(" | ", counted.Take(3));
        return Finding.Of(
            Finding.When(waits.Count <= most),
            waits.Count == 0 ? $"No message waits for a next server or a name; {Words.Count(mail.Count, "message")} in the queue."
                : waits.Count <= most ? $"{Words.Count(waits.Count, "message")} of {mail.Count} waiting for a next server: {said}."
                : $"Next servers do not answer: {said}. Postfix tries again by itself.",
            ("reasons", string.Join('\n', counted.Take(20))),
            ("count", waits.Count.ToString())
        );
    }

    /// <summary>Also where it is said of others: those that wait because of it wait for it as well.</summary>
    private static bool IsOfNext(string reason, string? filter) =>
        Signs.Any(sign => reason.Contains(sign, StringComparison.Ordinal))
        && (filter is null || !reason.Contains(filter, StringComparison.Ordinal));

    /// <summary>As it stands in a reason: <c>]:10025:</c>. Null where there is no filter at a port.</summary>
    private static string? PortOf(string filter) =>
        filter.LastIndexOf(':') is > 0 and var colon && int.TryParse(filter[(colon + 1)..], out var port) ? $"]:{port}:" : null;
}
