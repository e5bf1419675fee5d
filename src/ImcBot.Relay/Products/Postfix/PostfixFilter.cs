using ImcBot.Contracts;
using ImcBot.Relay.Actions;

namespace ImcBot.Relay.Products.Postfix;

/// <summary>
/// Are the content filters there, and what brings mail to them? One at a port of this host is connected to, for a few seconds, because
/// what keeps a filter running starts it again soon; of a socket, or one elsewhere, the reasons tell that mail waits for. A filter that
/// takes connections and does nothing is another matter, and so is mail that waits for one that is there again: Postfix tries it by
/// itself. Data: <c>away</c>, a line each.
/// </summary>
internal sealed class PostfixFilter : ICheck
{
    public const string Use = "postfix.filter";

    private const string NoTransport = "mail transport unavailable";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1),
        Soon = TimeSpan.FromSeconds(5);

    public string Id => Use;

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var instance = await PostfixInstance.OfAsync(site, call.With["service"], cancellationToken);
        var filters = await Filters.OfAsync(instance, cancellationToken);
        var mail = await QueuedMail.WaitingAsync(instance, cancellationToken);
        var causes = mail.SelectMany(one => one.Reasons).Select(QueuedMail.Cause).Distinct(StringComparer.Ordinal).ToList();
        var away = new List<string>();
        foreach (var place in filters.Places)
        {
            if (place.IsHere ? !await AnswersAsync(site, place, cancellationToken) : causes.Any(cause => IsRefused(cause, place)))
            {
                away.Add($"{place}");
            }
        }

        var unbrought = mail.Count(one => one.Reasons.Any(reason => QueuedMail.Cause(reason) is NoTransport));
        var waits = mail.Count(one =>
            one.Reasons.Any(reason => QueuedMail.IsUnconnected(QueuedMail.Cause(reason)) && filters.AreNamed(reason))
        );
        return Finding.Of(
            Finding.When(away.Count == 0 && unbrought == 0),
            away.Count > 0
                    ? $"The content filter at {string.Join(", ", away)} takes no connection; "
                        + $"{Words.Count(waits, "message")} put off because of that."
                : unbrought > 0 ? $"What brings mail on is not there for {Words.Count(unbrought, "message")} ({NoTransport})."
                : filters.Places.Count == 0 ? "No content filter is connected to."
                : $"{Words.Count(filters.Places.Count, "content filter")} there, as far as is seen"
                    + $"{(waits == 0 ? "" : $"; {Words.Count(waits, "message")} put off before, which Postfix tries again by itself")}.",
            ("away", string.Join('\n', away))
        );
    }

    private static bool IsRefused(string cause, FilterPlace place) =>
        place.IsNamed(cause) && (QueuedMail.IsUnconnected(cause) || cause.Contains("not found", StringComparison.Ordinal));

    private static async Task<bool> AnswersAsync(Site site, FilterPlace place, CancellationToken cancellationToken)
    {
        var since = site.Time.GetTimestamp();
        var longest = Math.Min(Soon.TotalSeconds, site.Profile.CheckSeconds / 3.0);
        var address = Filters.IsLoopback(place.Host) ? place.Host : ListensAt.Loopback;
        while (await site.Host.Machine.TalkAsync(address, place.Port!.Value, [], Patience, cancellationToken) is null)
        {
            if (site.Time.GetElapsedTime(since).TotalSeconds >= longest)
            {
                return false;
            }

            await site.PauseAsync(cancellationToken);
        }

        return true;
    }
}
