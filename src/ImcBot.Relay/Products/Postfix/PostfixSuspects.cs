using ImcBot.Contracts;
using ImcBot.Relay.Actions;

namespace ImcBot.Relay.Products.Postfix;

/// <summary>
/// Does Postfix itself point to a message? One whose own delivery to its content filter broke off does, while others wait because of it;
/// so does one that is brought there and never done, when nothing else moves. A next server points to none, down or slow. Data:
/// <c>named</c> (queue ids), <c>storeDied</c> (how often a delivery to the filter broke off since the first of those came, in the last day,
/// as far as the log was read), <c>storeDiedAt</c> (when, Unix microseconds of the server's clock, the newest 100), <c>waiting</c>,
/// <c>suspended</c> (put off because others failed), <c>active</c>.
/// </summary>
internal sealed class PostfixSuspects : ICheck
{
    public const string Use = "postfix.suspects";

    private const int Lines = 5000;

    private const long Second = 1_000_000,
        Day = 86_400 * Second;

    public string Id => Use;

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var instance = await PostfixInstance.OfAsync(site, call.With["service"], cancellationToken);
        var mail = await QueuedMail.WaitingAsync(instance, cancellationToken);
        var failed = await ForFilterAsync(instance, mail.Where(one => one.FailedDirectly).ToList(), cancellationToken);
        var suspended = mail.Count(one => one.Reasons.Any(QueuedMail.IsSuspended));
        var active = mail.Where(one => one.Queue == "active").ToList();
        var stuck = failed.Count == 0 && active.Count > 0 ? await StuckAsync(instance, active, cancellationToken) : [];
        var lost = failed.Count > 0 ? await LostAsync(instance, failed.Min(one => one.Arrived), cancellationToken) : [];
        IReadOnlyList<string> named = failed.Count > 0 ? [.. failed.OrderBy(one => one.Arrived).Select(one => one.Id)] : stuck;
        return Finding.Of(
            Finding.When(named.Count == 0),
            failed.Count > 0
                    ? $"The delivery of {string.Join(", ", named.Take(5))} broke off: {failed[0].Reasons.First(QueuedMail.IsOwnFailure)}; "
                        + $"{Words.Count(suspended, "other message")} put off because of that"
                        + $"{(lost.Count > 0 ? $"; the filter has failed {Words.Count(lost.Count, "time")} since then" : "")}."
                : stuck.Count > 0
                    ? $"{string.Join(", ", stuck.Take(5))} has been in delivery all the while and nothing else moves; "
                        + $"{Words.Count(active.Count, "message")} active."
                : $"No message stands out; {Words.Count(mail.Count, "message")} waiting, {suspended} put off because others failed.",
            ("named", string.Join(',', named)),
            (CallArguments.CrashCount, lost.Count.ToString()),
            (CallArguments.CrashTimes, string.Join(',', lost.TakeLast(100))),
            ("waiting", mail.Count.ToString()),
            ("suspended", suspended.ToString()),
            ("active", active.Count.ToString())
        );
    }

    /// <summary>When deliveries to the filter broke off, by its log.</summary>
    /// <param name="since">Unix seconds.</param>
    private static async Task<IReadOnlyList<long>> LostAsync(PostfixInstance instance, long since, CancellationToken cancellationToken)
    {
        var site = instance.Site;
        var earliest = Math.Max(since * Second, await site.Host.Machine.TimeAsync(cancellationToken) - Day);
        var lines = await site.LastEventsAsync(instance.Service, Lines, cancellationToken);
        return site.CrashesIn(lines.Where(entry => entry.At >= earliest));
    }

    /// <summary>
    /// Those that are meant for a content filter: as long as the queue file of a message names one, all its recipients are brought there
    /// (qmgr(8)), so that what broke off, or does not end, is the filter's.
    /// </summary>
    private static async Task<List<QueuedMail>> ForFilterAsync(
        PostfixInstance instance,
        List<QueuedMail> mail,
        CancellationToken cancellationToken
    )
    {
        if (mail.Count == 0)
        {
            return [];
        }

        var files = instance.Site.Host.Files;
        var queue = await instance.QueueAsync(cancellationToken);
        var asked = mail.Select(one => one.Id).ToHashSet(StringComparer.Ordinal);
        var meant = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in mail.Select(one => one.Queue).Distinct(StringComparer.Ordinal))
        {
            var folder = instance.Site.Host.Paths.Join(queue, part);
            foreach (var file in await files.ListAsync(folder, "*", recursive: true, cancellationToken) ?? [])
            {
                if (
                    !file.Folder
                    && asked.Contains(file.Name)
                    && await QueueFile.FindAsync(files, file.Path, cancellationToken) is { ContentFilter: not null }
                )
                {
                    meant.Add(file.Name);
                }
            }
        }

        return [.. mail.Where(one => meant.Contains(one.Id))];
    }

    /// <summary>
    /// What a daemon has open through the profile's watch time on its way to a filter, while the same messages stay active; none when
    /// anything moves.
    /// </summary>
    private static async Task<IReadOnlyList<string>> StuckAsync(
        PostfixInstance instance,
        IReadOnlyList<QueuedMail> active,
        CancellationToken cancellationToken
    )
    {
        var site = instance.Site;
        var folder = site.Host.Paths.Join(await instance.QueueAsync(cancellationToken), "active");
        var busy = await OpenAsync(active.Select(one => one.Id));
        var meant = await ForFilterAsync(instance, [.. active.Where(one => busy.Contains(one.Id))], cancellationToken);
        var open = meant.Select(one => one.Id).ToHashSet(StringComparer.Ordinal);
        var since = site.Time.GetTimestamp();
        var longest = Math.Min(site.Profile.WatchSeconds, site.Profile.CheckSeconds / 2);
        while (open.Count > 0 && site.Time.GetElapsedTime(since).TotalSeconds < longest)
        {
            await site.PauseAsync(cancellationToken);
            var now = await site.Host.Files.NamesAsync(folder, cancellationToken);
            if (active.Any(one => !now.Contains(one.Id)))
            {
                return [];
            }

            open.IntersectWith(await OpenAsync(open));
        }

        return [.. open.Order(StringComparer.Ordinal)];

        async Task<HashSet<string>> OpenAsync(IEnumerable<string> ids) =>
            (await site.Host.Files.InUseAsync([.. ids.Select(id => site.Host.Paths.Join(folder, id))], cancellationToken))
                .Select(site.Host.Paths.Name)
                .ToHashSet(StringComparer.Ordinal);
    }
}
