namespace ImcBot.Relay.Hosts;

/// <summary>One entry of an event log.</summary>
/// <param name="Index">The log's own record number; only grows.</param>
/// <param name="At">Server clock, Unix microseconds.</param>
internal sealed record LogEvent(
    long Index,
    string Log,
    long At,
    string Source,
    string Category,
    int Id,
    IReadOnlyList<string> Strings,
    string Message
)
{
    /// <summary>The binary data, or null.</summary>
    public byte[]? Data { get; init; }
}

internal interface IEventLog
{
    /// <summary>
    /// At most 1,000 entries above <paramref name="after"/>, oldest first; waits up to <paramref name="wait"/> (25 s at most) when there
    /// are none.
    /// </summary>
    Task<IReadOnlyList<LogEvent>> ReadAsync(string log, long after, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>Index of the newest entry; <paramref name="known"/> where there is none above it.</summary>
    Task<long> NewestAsync(string log, long known, CancellationToken cancellationToken) =>
        ReadToEndAsync(this, log, known, cancellationToken);

    /// <summary>The last lines that a service has written, oldest first; none where this driver keeps no log of a service.</summary>
    Task<IReadOnlyList<LogEvent>> LastAsync(string service, int most, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<LogEvent>>([]);

    /// <summary>Index of the last entry that is read; the one that is known where there is none above it.</summary>
    static async Task<long> ReadToEndAsync(IEventLog events, string log, long known, CancellationToken cancellationToken)
    {
        while (await events.ReadAsync(log, known, TimeSpan.Zero, cancellationToken) is [.., var last])
        {
            known = last.Index;
        }

        return known;
    }

    /// <summary>For a log that announces nothing: looks at it, at this pace, until there is something or the wait is over.</summary>
    static async Task<IReadOnlyList<LogEvent>> PollAsync(
        Func<Task<IReadOnlyList<LogEvent>>> look,
        TimeSpan pace,
        TimeSpan wait,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var since = time.GetTimestamp();
        while (true)
        {
            var page = await look();
            var left = wait - time.GetElapsedTime(since);
            if (page.Count > 0 || left <= TimeSpan.Zero)
            {
                return page;
            }

            await Task.Delay(left < pace ? left : pace, time, cancellationToken);
        }
    }
}
