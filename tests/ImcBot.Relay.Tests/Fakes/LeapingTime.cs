namespace ImcBot.Relay.Tests.Fakes;

/// <summary>A clock that leaps over every wait: a timer is due at once and moves the clock forward by its time.</summary>
internal sealed class LeapingTime : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 2, 47, 0, TimeSpan.Zero);

    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Start + TimeSpan.FromTicks(Interlocked.Read(ref _ticks)) + WallClockOff;

    /// <summary>How wrong the wall clock is; the monotonic one does not care.</summary>
    public TimeSpan WallClockOff { get; set; }

    /// <summary>Longer waits never end: loops that only wait for the next hour do not spin through a year.</summary>
    public TimeSpan LongestLeap { get; set; } = TimeSpan.MaxValue;

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime != Timeout.InfiniteTimeSpan && dueTime <= LongestLeap)
        {
            Advance(dueTime);
            ThreadPool.QueueUserWorkItem(_ => callback(state));
        }

        return new Fired();
    }

    private sealed class Fired : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose() { }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
