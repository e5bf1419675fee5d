namespace ImcBot.Lab.Server.Host;

internal enum EventType
{
    Information,
    Warning,
    Error,
}

/// <summary>What a process reports to the event log; the log adds index and time. Data is base64 of the event's binary data.</summary>
internal sealed record EventReport(
    string Source,
    string Category,
    EventType Type,
    int Id,
    string Message,
    IReadOnlyList<string> Strings,
    string? Data = null,
    string Log = EventLog.Application
);

internal sealed record EventEntry(
    int Index,
    string Log,
    long At,
    EventType Type,
    string Source,
    string Category,
    int Id,
    IReadOnlyList<string> Strings,
    string Message,
    string Data
);

/// <summary>Application and System log of the practice host: persisted, append-only, one numbering.</summary>
internal sealed class EventLog(string folder, TimeProvider time) : IDisposable
{
    public const string Application = "Application";
    public const string System = "System";

    private readonly AppendedList<EventEntry> entries = new(Path.Combine(folder, "events.jsonl"));

    /// <summary>Called after each entry.</summary>
    public Action<EventEntry>? Written { get; set; }

    public void Write(EventReport report)
    {
        var entry = entries.Append(index => new EventEntry(
            index,
            report.Log,
            time.UnixMicros(),
            report.Type,
            report.Source,
            report.Category,
            report.Id,
            report.Strings,
            report.Message,
            report.Data ?? ""
        ));
        Written?.Invoke(entry);
    }

    /// <summary>Entries of a log after an index, at most 1000; waits up to <paramref name="wait"/> for the first.</summary>
    public async Task<IReadOnlyList<EventEntry>> ReadAsync(string log, int after, TimeSpan wait, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + wait;
        while (true)
        {
            var growth = entries.Growth;
            var found = entries
                .After(after)
                .Where(entry => string.Equals(entry.Log, log, StringComparison.OrdinalIgnoreCase))
                .Take(1000)
                .ToList();
            var left = until - time.GetUtcNow();
            if (found.Count > 0 || left <= TimeSpan.Zero)
            {
                return found;
            }

            try
            {
                await growth.WaitAsync(left, time, cancellationToken);
            }
            catch (Exception e) when (e is TimeoutException or OperationCanceledException)
            {
                return [];
            }
        }
    }

    public void Dispose() => entries.Dispose();
}
