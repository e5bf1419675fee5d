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
    async Task<long> NewestAsync(string log, long known, CancellationToken cancellationToken)
    {
        for (
            var page = await ReadAsync(log, known, TimeSpan.Zero, cancellationToken);
            page.Count > 0;
            page = await ReadAsync(log, known, TimeSpan.Zero, cancellationToken)
        )
        {
            known = page[^1].Index;
        }

        return known;
    }

    /// <summary>The last lines that a service has written, oldest first; none where this driver keeps no log of a service.</summary>
    Task<IReadOnlyList<LogEvent>> LastAsync(string service, int most, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<LogEvent>>([]);
}
