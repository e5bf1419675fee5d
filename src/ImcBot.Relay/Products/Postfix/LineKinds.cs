using System.Text.RegularExpressions;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Products.Postfix;

/// <summary>
/// What a line of the log means, by a stable word. The first that fits counts. A filter is reached over the loopback or a socket, under
/// whatever name, or is a program that pipe(8) runs; a connection that breaks elsewhere is the network's.
/// </summary>
internal static partial class LineKinds
{
    public const string FilterLost = "filter.lost",
        MilterLost = "milter.lost",
        NoSpace = "postfix.no-space",
        Throttled = "postfix.throttled";

    private static readonly (string Kind, string Said, Func<LogText, bool>? And)[] Table =
    [
        .. QueuedMail.Failures.Select(said => (FilterLost, said, (Func<LogText, bool>?)IsLostByFilter)),
        ("filter.down", "Connection refused", IsDeferredByFilter),
        ("filter.down", "connect to ", IsDeferredByFilter),
        ("filter.down", "mail transport unavailable", null),
        (NoSpace, "No space left on device", null),
        (NoSpace, "Insufficient system storage", null),
        (NoSpace, "not enough free space in mail queue", null),
        (Throttled, "-- throttling", null),
        ("postfix.program", "master_spawn: exec", null),
        ("postfix.settings", "unknown smtpd restriction", null),
        ("postfix.settings", "Server configuration error", null),
        ("postfix.settings", "fatal: parameter ", null),
        ("postfix.settings", "bad numerical configuration", null),
        ("postfix.map", "open database ", null),
        ("postfix.map", "Temporary lookup failure", null),
        ("postfix.certificate", "error opening chain file", null),
        ("postfix.certificate", "cannot load Certification", null),
        ("postfix.corrupt", "saving corrupt file", null),
        ("postfix.port", "Address already in use", null),
        ("postfix.limit", "has reached its process limit", null),
        (MilterLost, "connect to Milter service", null),
        (MilterLost, "can't read", line => line.Own.Contains("milter ", StringComparison.Ordinal)),
        ("destination.unknown", "Host or domain name not found", null),
        ("destination.down", "connect to ", line => IsDeferred(line) && !QueuedMail.IsSuspended(line.Own)),
        ("postfix.fatal", "fatal: ", line => line.Own.StartsWith("fatal: ", StringComparison.Ordinal)),
        ("postfix.panic", "panic: ", line => line.Own.StartsWith("panic: ", StringComparison.Ordinal)),
    ];

    public static IEnumerable<string> Words => Table.Select(one => one.Kind).Distinct(StringComparer.Ordinal);

    /// <summary>Null for what no Postfix wrote.</summary>
    public static EventMeaning? Read(LogEvent entry)
    {
        if (LogText.Of(entry.Message, entry.Category) is not { } line)
        {
            return Suppressed().IsMatch(entry.Message) ? EventMeaning.Nothing with { Kind = "journal.suppressed" } : null;
        }

        var own = line.Own;
        var (kind, said, _) = Table.FirstOrDefault(one =>
            own.Contains(one.Said, StringComparison.Ordinal) && one.And?.Invoke(line) is not false
        );
        var isLost = kind is FilterLost;
        return new EventMeaning(kind is not null, isLost, isLost, kind is NoSpace, isLost && line.Id is { } id ? [id] : [], null)
        {
            Kind = kind,
            Told = kind is null ? line.Daemon : $"{line.Daemon}: {said}",
        };
    }

    private static bool IsDeferred(LogText line) => line.Delivery?.Status is "deferred";

    private static bool IsLostByFilter(LogText line) => IsDeferredByFilter(line) && QueuedMail.IsOwnFailure(line.Own);

    private static bool IsDeferredByFilter(LogText line) =>
        IsDeferred(line) && !QueuedMail.IsSuspended(line.Own) && (line.Daemon is "pipe" || NamesFilter(line));

    private static bool NamesFilter(LogText line) =>
        Filters.MayBe(line.Delivery!.Relay) || (QueuedMail.IsUnconnected(line.Own) && Filters.MayBe(line.Own));

    [GeneratedRegex(@"^Suppressed \d+ messages from ", RegexOptions.CultureInvariant)]
    private static partial Regex Suppressed();
}
