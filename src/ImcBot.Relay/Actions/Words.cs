namespace ImcBot.Relay.Actions;

/// <summary>How amounts are said to people.</summary>
internal static class Words
{
    public static string Bytes(long bytes) =>
        bytes switch
        {
            >= 10L << 30 => $"{bytes >> 30} GB",
            >= 1L << 30 => $"{bytes / (double)(1L << 30):0.0} GB",
            >= 1L << 20 => $"{bytes / (double)(1L << 20):0.#} MB",
            >= 1L << 10 => $"{bytes / (double)(1L << 10):0.#} KB",
            _ => $"{bytes} bytes",
        };

    public static string Count(long count, string one, string? many = null) => count == 1 ? $"1 {one}" : $"{count} {many ?? one + "s"}";

    /// <summary>An age in its largest whole unit.</summary>
    public static string Age(TimeSpan age) =>
        age.Ticks % TimeSpan.TicksPerDay == 0 ? Count((int)age.TotalDays, "day")
        : age.Ticks % TimeSpan.TicksPerHour == 0 ? Count((int)age.TotalHours, "hour")
        : age.Ticks % TimeSpan.TicksPerMinute == 0 ? Count((int)age.TotalMinutes, "minute")
        : Count((int)age.TotalSeconds, "second");

    /// <summary>State of a service as the wire and the plans say it.</summary>
    public static string Of(Hosts.ServiceState state) => char.ToLowerInvariant(state.ToString()[0]) + state.ToString()[1..];

    public static string Number(long value) => $"{value} (0x{value:X})";
}
