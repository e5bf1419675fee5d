using System.Collections.Concurrent;

namespace ImcBot.Relay.Hosts.Linux;

/// <summary>
/// The logs of this machine: by a service's name, its log file where the policy names one, else what its unit has written to the journal;
/// <c>kernel</c>; and under any other name the journal's warnings. Without a journal, what no file has is empty.
/// </summary>
/// <param name="notes">A folder for the places of followed files; null keeps them in memory.</param>
internal sealed class LinuxEvents(IReadOnlyList<ManagedService> described, Journal? journal, string? notes, TimeProvider time) : IEventLog
{
    public const string Kernel = "kernel";

    private readonly ConcurrentDictionary<string, FollowedLog> _followed = new(StringComparer.OrdinalIgnoreCase);

    public async Task<IReadOnlyList<LogEvent>> ReadAsync(string log, long after, TimeSpan wait, CancellationToken cancellationToken)
    {
        if (Followed(log) is { } file)
        {
            return await file.ReadAsync(after, wait, cancellationToken);
        }

        if (journal is not null)
        {
            return await journal.ReadAsync(log, Matches(log), after, wait, cancellationToken);
        }

        await Task.Delay(wait, time, cancellationToken);
        return [];
    }

    public async Task<long> NewestAsync(string log, long known, CancellationToken cancellationToken) =>
        Followed(log) is null && journal is not null
            ? (await journal.LastAsync(log, Matches(log), 1, cancellationToken)).Select(entry => entry.Index).Append(known).Max()
            : await IEventLog.ReadToEndAsync(this, log, known, cancellationToken);

    /// <summary>Of the journal and of the file, where it has both.</summary>
    public async Task<IReadOnlyList<LogEvent>> LastAsync(string service, int most, CancellationToken cancellationToken)
    {
        var events = new List<LogEvent>();
        if (journal is not null)
        {
            events.AddRange(await journal.LastAsync(service, Journal.Of(service), most, cancellationToken));
        }

        if (described.FirstOrDefault(one => one.Name.Equals(service, StringComparison.OrdinalIgnoreCase))?.Log is { } log)
        {
            events.AddRange(await FollowedLog.LastAsync(service, log, most, time, cancellationToken));
        }

        return [.. events.OrderBy(entry => entry.At).TakeLast(most)];
    }

    private static IReadOnlyList<string> Matches(string log) =>
        log == Kernel ? Journal.Kernel
        : log.EndsWith(".service", StringComparison.Ordinal) ? Journal.Of(log)
        : Journal.Warnings;

    private FollowedLog? Followed(string log) =>
        described.FirstOrDefault(one => string.Equals(one.Name, log, StringComparison.OrdinalIgnoreCase)) is { Log: { } path } service
            ? _followed.GetOrAdd(
                service.Name,
                name => new FollowedLog(name, path, notes is null ? null : Path.Combine(notes, $"followed-{name}.json"), time)
            )
            : null;
}
