namespace ImcBot.Bot.Channel;

/// <summary>The calls of one thread, or of the app, that still count in one of its windows.</summary>
internal sealed class CallRecord(IReadOnlyList<Window> windows, TimeProvider time)
{
    private readonly TimeSpan _longest = windows.Max(window => window.Length);
    private readonly List<long> _ends = [];
    private int _underway;

    /// <summary>
    /// How long until another call may begin; zero for now. While calls under way fill a window, a guess: one of them ends first.
    /// </summary>
    public TimeSpan Wait()
    {
        var now = time.GetTimestamp();
        var gone = _ends.FindIndex(end => time.GetElapsedTime(end, now) < _longest);
        _ends.RemoveRange(0, gone < 0 ? _ends.Count : gone);
        return windows.Max(window => Wait(window, now));
    }

    public void Begin() => _underway++;

    public void End()
    {
        _underway--;
        Add();
    }

    public void Add() => _ends.Add(time.GetTimestamp());

    /// <summary>Nothing counts any more.</summary>
    public bool IsIdle() => _underway == 0 && (_ends.Count == 0 || time.GetElapsedTime(_ends[^1]) >= _longest);

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
