using Microsoft.Extensions.Time.Testing;

namespace ImcBot.Bot.Tests.Incidents;

/// <summary>
/// A machine whose time of day can be set while its monotonic clock goes on, as on a real one; the base class moves both.
/// </summary>
internal sealed class SettableTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private TimeSpan _set;

    public void Set(TimeSpan by) => _set += by;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _set;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;
}
