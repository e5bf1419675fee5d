namespace ImcBot.Relay.Policy;

/// <summary>The bot's time as far as this relay can know it: told in the last authenticated poll, then carried on by the monotonic clock.
/// The relay's own wall clock has no say, so setting it forward or back does not lengthen any grant.</summary>
internal sealed class BotClock(TimeProvider time)
{
    private sealed record Heard(long BotTime, long Stamp);

    private volatile Heard? _heard;

    /// <summary>Unix microseconds; null before the first poll was answered.</summary>
    public long? Now => _heard is { } heard ? heard.BotTime + (long)time.GetElapsedTime(heard.Stamp).TotalMicroseconds : null;

    public void Hear(long botTime) => _heard = new Heard(botTime, time.GetTimestamp());
}
