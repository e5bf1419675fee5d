namespace ImcBot.Relay.Hosts;

/// <summary>Times as the wire carries them.</summary>
internal static class Clock
{
    /// <summary>Unix microseconds.</summary>
    public static long Micros(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;
}
