using System.Diagnostics;
using System.Runtime.Versioning;

namespace ImcBot.Relay.Hosts.Windows;

/// <summary>The classic event log: servers of this age have no other, and EventLogReader cannot read theirs over the network.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsEventLog(WindowsServer server) : IEventLog
{
    private const int Most = 1000;

    /// <summary>
    /// New entries of another machine are not announced (EntryWritten works on the local one only), so the log is looked at.
    /// </summary>
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    public Task<IReadOnlyList<LogEvent>> ReadAsync(string log, long after, TimeSpan wait, CancellationToken cancellationToken) =>
        IEventLog.PollAsync(
            () => server.AskAsync<IReadOnlyList<LogEvent>>($"event log {log}", () => Read(log, after), cancellationToken),
            Pace,
            wait,
            server.Time,
            cancellationToken
        );

    private List<LogEvent> Read(string name, long after)
    {
        using var log = new EventLog(name, server.Machine ?? ".");
        var entries = log.Entries;
        var found = new List<LogEvent>();
        var count = entries.Count;
        if (count == 0)
        {
            return found;
        }

        // Record numbers have no gaps, and begin again at 1 when somebody clears the log.
        long oldest = entries[0].Index,
            newest = oldest + count - 1;
        var first = after < oldest || after > newest ? 0 : (int)(after + 1 - oldest);
        for (var at = first; at < count && found.Count < Most; at++)
        {
            try
            {
                found.Add(Told(name, entries[at]));
            }
            catch (ArgumentException)
            {
                // The log has wrapped around meanwhile; the next look begins with what is the oldest then.
                return found;
            }
        }

        return found;
    }

    private static LogEvent Told(string log, EventLogEntry entry)
    {
        var strings = entry.ReplacementStrings;
        // The higher half of the number is severity and facility.
        return new LogEvent(
            entry.Index,
            log,
            Hosts.Clock.Micros(new DateTimeOffset(entry.TimeGenerated)),
            entry.Source,
            entry.Category ?? "",
            (int)(entry.InstanceId & 0xFFFF),
            strings,
            Text(entry, strings)
        )
        {
            Data = entry.Data is { Length: > 0 } data ? data : null,
        };
    }

    /// <summary>The text, or the bare strings where the source's message file cannot be read from here.</summary>
    private static string Text(EventLogEntry entry, string[] strings)
    {
        try
        {
            return entry.Message is { Length: > 0 } message && !message.StartsWith("The description for Event ID", StringComparison.Ordinal)
                ? message
                : string.Join(' ', strings);
        }
        catch (Exception exception) when (WindowsError.Of(exception) is not null)
        {
            return string.Join(' ', strings);
        }
    }
}
