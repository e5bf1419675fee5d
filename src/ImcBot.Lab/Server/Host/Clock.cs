namespace ImcBot.Lab.Server.Host;

internal static class Clock
{
    /// <summary>Microseconds since 1970-01-01 UTC.</summary>
    public static long UnixMicros(this TimeProvider time) => time.GetUtcNow().UnixMicros();

    public static long UnixMicros(this DateTimeOffset at) => (at.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
}
