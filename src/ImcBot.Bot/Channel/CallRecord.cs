namespace ImcBot.Bot.Channel;

/// <summary>
/// The calls of one thread, or of the app, that still count in one of its windows. Who has to wait stands in line, so that an answer wakes
/// the first alone: a thousand that all look at each answer would take a processor for themselves.
/// </summary>
internal sealed class CallRecord(IReadOnlyList<Window> windows, TimeProvider time)
{
    private readonly TimeSpan _longest = windows.Max(window => window.Length);
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _line = new(1, 1);
    private readonly List<long> _ends = [];
    private TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _inLine;
    private int _underway;

    /// <summary>Nobody waits and nothing counts any more.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_lock)
            {
                return _inLine + _underway == 0 && (_ends.Count == 0 || time.GetElapsedTime(_ends[^1]) >= _longest);
            }
        }
    }

    /// <summary>Returns when a call has begun.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _inLine);
        try
        {
            await _line.WaitAsync(cancellationToken);
            try
            {
                while (!TryBegin(out var wait, out var ended))
                {
                    // Until a place is left, or enough time has passed.
                    await ended.WaitAsync(wait, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    cancellationToken.ThrowIfCancellationRequested();
                }
            }
            finally
            {
                _line.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _inLine);
        }
    }

    /// <summary>A call was answered or given up.</summary>
    public void End()
    {
        TaskCompletionSource ended;
        lock (_lock)
        {
            _underway--;
            _ends.Add(time.GetTimestamp());
            (ended, _ended) = (_ended, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        ended.SetResult();
    }

    /// <summary>A call counts that was not known to be of this thread when it began.</summary>
    public void Add()
    {
        lock (_lock)
        {
            _ends.Add(time.GetTimestamp());
        }
    }

    /// <param name="wait">How long until another may begin. While calls under way fill a window, a guess: one of them ends first.</param>
    private bool TryBegin(out TimeSpan wait, out Task ended)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            var gone = _ends.FindIndex(end => time.GetElapsedTime(end, now) < _longest);
            _ends.RemoveRange(0, gone < 0 ? _ends.Count : gone);
            (wait, ended) = (windows.Max(window => Wait(window, now)), _ended.Task);
            var may = wait == TimeSpan.Zero;
            _underway += may ? 1 : 0;
            return may;
        }
    }

    private TimeSpan Wait(Window window, long now)
    {
        var free = window.Most - _underway;
        if (free <= 0)
        {
            return window.Length;
        }

        var rest = free > _ends.Count ? TimeSpan.Zero : window.Length - time.GetElapsedTime(_ends[^free], now);
        return rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
    }
}
