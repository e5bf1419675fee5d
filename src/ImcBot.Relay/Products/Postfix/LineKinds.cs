using System.Text.RegularExpressions;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Products.Postfix;

/// <summary>
/// What a line of the log means, by a stable word. The first that fits counts. A filter is reached over the loopback, or is a program that
/// pipe(8) runs; a connection that breaks elsewhere is the network's.
/// </summary>
internal static partial class LineKinds
{
    public const string FilterLost = "filter.lost",
        MilterLost = "milter.lost",
        NoSpace = "postfix.no-space",
        Throttled = "postfix.throttled";

    private static readonly (string Kind, Func<LogText, bool> Is)[] Table =
    [
        (FilterLost, line => IsDeferred(line) && IsOfFilter(line) && QueuedMail.IsOwnFailure(Reason(line))),
        ("filter.down", line => IsDeferred(line) && IsOfFilter(line) && Says(line, "Connection refused")),
        ("filter.down", line => Says(line, "mail transport unavailable")),
        (NoSpace, line => Says(line, "No space left on device") || Says(line, "Insufficient system storage")),
        (NoSpace, line => Says(line, "not enough free space in mail queue")),
        (Throttled, line => Says(line, "-- throttling")),
        ("postfix.program", line => Says(line, "master_spawn: exec")),
        ("postfix.settings", line => Says(line, "unknown smtpd restriction") || Says(line, "Server configuration error")),
        ("postfix.settings", line => Says(line, "fatal: parameter ") || Says(line, "bad numerical configuration")),
        ("postfix.map", line => Says(line, "open database ") || Says(line, "Temporary lookup failure")),
        ("postfix.certificate", line => Says(line, "error opening chain file") || Says(line, "cannot load Certification")),
        ("postfix.corrupt", line => Says(line, "saving corrupt file")),
        ("postfix.port", line => Says(line, "Address already in use")),
        ("postfix.limit", line => Says(line, "has reached its process limit")),
        (MilterLost, line => Says(line, "connect to Milter service") || (Says(line, "milter ") && Says(line, "can't read"))),
        ("destination.unknown", line => Says(line, "Host or domain name not found")),
        ("destination.down", line => IsDeferred(line) && !QueuedMail.IsSuspended(Reason(line)) && Says(line, "connect to ")),
        ("postfix.fatal", line => line.Rest.StartsWith("fatal: ", StringComparison.Ordinal)),
        ("postfix.panic", line => line.Rest.StartsWith("panic: ", StringComparison.Ordinal)),
    ];

    /// <summary>Null for what no Postfix wrote.</summary>
    public static EventMeaning? Read(LogEvent entry)
    {
        if (LogText.Of(entry.Message, entry.Category) is not { } line)
        {
            return Suppressed().IsMatch(entry.Message) ? EventMeaning.Nothing with { Kind = "journal.suppressed" } : null;
        }

        var kind = Table.FirstOrDefault(one => one.Is(line)).Kind;
        var isLost = kind is FilterLost;
        return new EventMeaning(kind is not null, isLost, isLost, kind is NoSpace, isLost && line.Id is { } id ? [id] : [], null)
        {
            Kind = kind,
        };
    }

    private static bool IsDeferred(LogText line) => line.Rest.Contains(", status=deferred (", StringComparison.Ordinal);

    private static bool IsOfFilter(LogText line) =>
        line.Daemon is "pipe" || Says(line, "relay=127.0.0.1[") || Says(line, "relay=::1[") || Says(line, "127.0.0.1[127.0.0.1]");

    private static string Reason(LogText line) =>
        line.Rest.IndexOf("status=deferred (", StringComparison.Ordinal) is >= 0 and var at
            ? line.Rest[(at + "status=deferred (".Length)..]
            : line.Rest;

    private static bool Says(LogText line, string words) => line.Rest.Contains(words, StringComparison.Ordinal);

    [GeneratedRegex(@"^Suppressed \d+ messages from ", RegexOptions.CultureInvariant)]
    private static partial Regex Suppressed();
}
