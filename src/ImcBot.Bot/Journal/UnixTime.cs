namespace ImcBot.Bot.Journal;

internal static class UnixTime
{
    /// <summary>Now, in Unix microseconds: the unit of every stored time.</summary>
    public static long Micros(this TimeProvider clock) => clock.GetUtcNow().Micros();

    public static long Micros(this DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Micros();

    public static long Micros(this TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset FromMicros(long micros) => DateTimeOffset.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);
}
