using ImcBot.Contracts;
using ImcBot.Relay.Actions;

namespace ImcBot.Relay.Products.Postfix;

/// <summary>
/// How long the oldest message waits that nobody holds. Data: <c>oldest</c> (Unix microseconds, 0 when nothing waits), <c>waiting</c>,
/// <c>held</c>, <c>reasons</c> (the three that most wait for, a line each).
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
        var waiting = mail.Where(one => one.Queue != "hold").ToList();
        var held = mail.Count - waiting.Count;
        var oldest = waiting.Count == 0 ? 0 : waiting.Min(one => one.Arrived);
        var age = TimeSpan.FromSeconds((await site.Host.Machine.TimeAsync(cancellationToken) / 1_000_000) - oldest);
        var reasons = waiting
            .SelectMany(one => one.Reasons)
            .GroupBy(reason => reason, StringComparer.Ordinal)
            .OrderByDescending(reason => reason.Count())
            .Take(3)
            .Select(reason => $"{reason.Count()} × {reason.Key}")
            .ToList();
        var aside = held == 0 ? "" : $" {Words.Count(held, "message")} held.";
        return Finding.Of(
            Finding.When(waiting.Count == 0 || age <= most),
            waiting.Count == 0
                ? $"Nothing waits.{aside}"
                : $"{Words.Count(waiting.Count, "message")} waiting, the oldest for {Words.Age(age)}"
                    + $"{(reasons.Count == 0 ? "" : $": {string.Join(" | ", reasons)}")}.{aside}",
            ("oldest", (oldest * 1_000_000).ToString()),
            ("waiting", waiting.Count.ToString()),
            ("held", held.ToString()),
            ("reasons", string.Join('\n', reasons))
        );
    }
}
