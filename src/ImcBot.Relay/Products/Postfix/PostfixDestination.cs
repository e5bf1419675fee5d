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

    private static readonly string[] Unreached =
    [
        "connect to ",
        "Host or domain name not found",
        "Name service error",
        "Host not found",
        "unable to look up host",
        "No route to host",
    ];

    private static readonly string[] Answered = ["lost connection with ", "conversation with ", "host "];

    public string Id => Use;

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var instance = await PostfixInstance.OfAsync(site, call.With["service"], cancellationToken);
        var filters = await Filters.OfAsync(instance, cancellationToken);
        var most = await MostAsync(instance, call.With["at-most"], cancellationToken);
        var mail = await QueuedMail.WaitingAsync(instance, cancellationToken);
        var waits = mail.Select(one => one.Reasons.Where(reason => IsUnreached(reason) && !filters.AreNamed(reason)).ToList())
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

    /// <summary>How many messages may wait for next servers while all is well.</summary>
    public static async Task<int> MostAsync(PostfixInstance instance, string most, CancellationToken cancellationToken) =>
        await instance.SettingAsync("relayhost", cancellationToken) is "" ? int.Parse(most) : 0;

    /// <summary>
    /// Whether a message waits for next servers alone: they do not answer, broke off, or put it off themselves. Each has its reasons, and
    /// those of others count, for what waits because of them.
    /// </summary>
    public static bool IsAllOfNext(QueuedMail mail, Filters filters) =>
        mail.Reasons.Count > 0
        && mail.Reasons.All(reason => (IsUnreached(reason) || HasAnswered(QueuedMail.Cause(reason))) && !filters.AreNamed(reason));

    /// <summary>
    /// Also where it is said of others: those that wait because of it wait for it as well. What a server says itself is no sign.
    /// </summary>
    private static bool IsUnreached(string reason) =>
        LogText.OwnOf(reason) is var own
        && (
            Unreached.Any(sign => own.Contains(sign, StringComparison.Ordinal))
            || reason.AsSpan(own.Length).StartsWith(" refused to talk to me: ", StringComparison.Ordinal)
        );

    private static bool HasAnswered(string cause) => Answered.Any(sign => cause.StartsWith(sign, StringComparison.Ordinal));
}
