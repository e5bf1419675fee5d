using ImcBot.Contracts;
using ImcBot.Relay.Actions;

namespace ImcBot.Relay.Products.Postfix;

/// <summary>
/// Whether one sender has more than its share of a queue of at least 100 messages. People read its domain; the address stays on the server.
/// Data: <c>domain</c>, <c>count</c>, <c>share</c> (percent).
/// </summary>
internal sealed class PostfixFlood : ICheck
{
    public const string Use = "postfix.flood";

    private const int Least = 100;

    public string Id => Use;

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var most = int.Parse(call.With["at-most"]);
        var instance = await PostfixInstance.OfAsync(site, call.With["service"], cancellationToken);
        var mail = await QueuedMail.WaitingAsync(instance, cancellationToken);
        var top = mail.GroupBy(one => one.Sender, StringComparer.OrdinalIgnoreCase).MaxBy(sender => sender.Count());
        var count = top?.Count() ?? 0;
        var share = mail.Count == 0 ? 0 : 100 * count / mail.Count;
        var domain = top?.First().SenderDomain is { Length: > 0 } named ? named : "no sender (bounces)";
        var floods = mail.Count >= Least && share > most;
        return Finding.Of(
            Finding.When(!floods),
            floods
                ? $"One sender of {domain} has {count} of {Words.Count(mail.Count, "message")} ({share} %); tell security."
                : $"No sender has more than its share of {Words.Count(mail.Count, "message")}.",
            ("domain", domain),
            ("count", count.ToString()),
            ("share", share.ToString())
        );
    }
}
