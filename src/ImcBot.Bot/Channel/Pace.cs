namespace ImcBot.Bot.Channel;

/// <summary>
/// Holds calls to the connector back until they fit into every limit, so that a busy night is not answered with 429. A call counts from its
/// begin until a whole window after its answer: the service has seen it somewhere in between, so no window of the service's can hold more
/// calls than ours.
/// </summary>
internal sealed class Pace(TimeProvider time) : DelegatingHandler
{
    /// <summary>
    /// What one bot may send into one thread (Teams: "Optimize your bot with rate limiting"). Edits have no row of their own and count as
    /// posts.
    /// </summary>
    public static readonly IReadOnlyList<Window> OfThread = [new(7, 1), new(8, 2), new(60, 30), new(1800, 3600)];

    /// <summary>What the app may call in one tenant: 50 a second, in older texts 30; the older is kept.</summary>
    public static readonly IReadOnlyList<Window> OfApp = [new(30, 1)];

    private const int MostThreads = 1024;

    private readonly Lock _lock = new();
    private readonly CallRecord _app = new(OfApp, time);
    private readonly Dictionary<string, CallRecord> _threads = new(StringComparer.Ordinal);

    /// <summary>Returns when the call may be made; disposing what is returned tells that it was answered or given up.</summary>
    /// <param name="thread">Conversation that something is sent to, or null for a call that sends nothing.</param>
    public async Task<IDisposable> EnterAsync(string? thread, CancellationToken cancellationToken)
    {
        var ofThread = thread is null ? null : await BeginAsync(thread, cancellationToken);
        try
        {
            await _app.BeginAsync(cancellationToken);
            return new Place(_app, ofThread);
        }
        catch
        {
            ofThread?.End();
            throw;
        }
    }

    /// <summary>Something was sent to a thread that had no name when it was sent: its first post.</summary>
    public void Count(string thread)
    {
        lock (_lock)
        {
            Of(thread).Add();
        }
    }

    /// <summary>
    /// Every try of a call waits for its place. Stands between the retries and the time limit, so that waiting is no failure.
    /// </summary>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var place = await EnterAsync(OutgoingCall.Current?.Thread, cancellationToken);
        return await base.SendAsync(request, cancellationToken);
    }

    private async Task<CallRecord> BeginAsync(string thread, CancellationToken cancellationToken)
    {
        CallRecord record;
        Task begun;
        lock (_lock)
        {
            // In line before it can be taken for idle.
            record = Of(thread);
            begun = record.BeginAsync(cancellationToken);
        }

        await begun;
        return record;
    }

    private CallRecord Of(string thread)
    {
        if (_threads.TryGetValue(thread, out var known))
        {
            return known;
        }

        if (_threads.Count >= MostThreads)
        {
            foreach (var (idle, _) in _threads.Where(pair => pair.Value.IsIdle).ToArray())
            {
                _threads.Remove(idle);
            }
        }

        return _threads[thread] = new CallRecord(OfThread, time);
    }

    private sealed class Place(CallRecord app, CallRecord? thread) : IDisposable
    {
        public void Dispose()
        {
            app.End();
            thread?.End();
        }
    }
}

/// <summary>At most so many calls in so many seconds.</summary>
internal sealed record Window(int Most, int Seconds)
{
    // A hundredth longer than the service says, because two clocks never agree.
    public TimeSpan Length { get; } = TimeSpan.FromSeconds(Seconds * 1.01);
}
