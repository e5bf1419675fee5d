using ImcBot.Contracts;
using ImcBot.Relay.Actions;

namespace ImcBot.Relay.Products.Postfix;

/// <summary>
/// How long the oldest message waits that nobody holds. Some server of the world is always down or puts mail off: where no more messages
/// wait for those than may (<c>unreached</c>), their age is none of this one's. Data: <c>oldest</c> (Unix microseconds, 0 when nothing
/// waits), <c>waiting</c>, <c>next</c> (left out because of that), <c>held</c>, <c>reasons</c> (the three that most wait for, a line each).
/// </summary>
internal sealed class QueueAge : ICheck
{
    public const string Use = "queue.age";

    public string Id => Use;

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        ArgumentForms.TryDuration(call.With["at-most"], out var most);
        var instance = await PostfixInstance.OfAsync(site, call.With["service"], cancellationToken);
        var mail = await QueuedMail.SeenAsync(instance, cancellationToken);
        var waiting = mail.Where(one => !one.IsHeld).ToList();
        var held = mail.Count - waiting.Count;
        var (judged, left) = await JudgedAsync(instance, waiting, call.With.GetValueOrDefault("unreached"), cancellationToken);
        var oldest = judged.Count == 0 ? 0 : judged.Min(one => one.Arrived);
        var age = TimeSpan.FromSeconds((await site.Host.Machine.TimeAsync(cancellationToken) / 1_000_000) - oldest);
        var reasons = waiting
            .SelectMany(one => one.Reasons)
            .GroupBy(reason => reason, StringComparer.Ordinal)
            .OrderByDescending(reason => reason.Count())
            .Take(3)
            .Select(reason => $"{reason.Count()} × {reason.Key}")
            .ToList();
        var said = reasons.Count == 0 ? "" : $": {string.Join(" | ", reasons)}";
        var aside = held == 0 ? "" : $" {Words.Count(held, "message")} held.";
        return Finding.Of(
            Finding.When(judged.Count == 0 || age <= most),
            (
                waiting.Count == 0 ? "Nothing waits."
                : judged.Count == 0 ? $"{Words.Count(left, "message")} waiting, for next servers alone{said}."
                : $"{Words.Count(judged.Count, "message")} waiting, the oldest for {Words.Age(age)}"
                    + $"{(left == 0 ? "" : $", and {left} for next servers alone")}{said}."
            ) + aside,
            ("oldest", (oldest * 1_000_000).ToString()),
            ("waiting", waiting.Count.ToString()),
            ("next", left.ToString()),
            ("held", held.ToString()),
            ("reasons", string.Join('\n', reasons))
        );
    }

    /// <summary>Those whose age counts, and how many others wait for next servers alone, which is left to these.</summary>
    private static async Task<(List<QueuedMail> Judged, int Left)> JudgedAsync(
        PostfixInstance instance,
        List<QueuedMail> waiting,
        string? unreached,
        CancellationToken cancellationToken
    )
    {
        if (unreached is null || waiting.Count == 0)
        {
            return (waiting, 0);
        }

        var filters = await Filters.OfAsync(instance, cancellationToken);
        var judged = waiting.Where(one => !PostfixDestination.IsAllOfNext(one, filters)).ToList();
        var left = waiting.Count - judged.Count;
        return left <= await PostfixDestination.MostAsync(instance, unreached, cancellationToken) ? (judged, left) : (waiting, 0);
    }
}
