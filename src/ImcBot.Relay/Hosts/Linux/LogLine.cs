using System.Globalization;
using System.Text.RegularExpressions;

namespace ImcBot.Relay.Hosts.Linux;

/// <summary>What a line of a log file says of itself: when it was written, and how bad it is.</summary>
internal static partial class LogLine
{
    /// <summary>The syslog priority of what says none (RFC 5424, 6.2.1).</summary>
    public const int Information = 6;

    private static readonly (string Word, int Priority)[] Priorities =
    [
        ("emerg", 0),
        ("panic", 0),
        ("alert", 1),
        ("crit", 2),
        ("fatal", 2),
        ("error", 3),
        ("err", 3),
        ("warn", 4),
        ("warning", 4),
        ("notice", 5),
        ("info", 6),
        ("debug", 7),
    ];

    private static readonly string[] Forms = ["yyyy/MM/dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-ddTHH:mm:ss"];

    /// <summary>
    /// Server clock, Unix microseconds; null where the line does not begin with a time. A time without a year (RFC 3164, 4.1.2) is the last
    /// one that was not later than a day from now.
    /// </summary>
    public static long? At(string line, TimeZoneInfo zone, DateTimeOffset now) => WithYear(line, zone) ?? WithoutYear(line, zone, now);

    private static long? WithoutYear(string line, TimeZoneInfo zone, DateTimeOffset now)
    {
        if (
            line.Length < 15
            || !DateTime.TryParseExact(
                $"{now.Year} {line[..15]}",
                "yyyy MMM d HH:mm:ss",
                CultureInfo.InvariantCulture,
                DateTimeStyles.AllowInnerWhite,
                out var time
            )
        )
        {
            return null;
        }

        time = time > now.DateTime.AddDays(1) ? time.AddYears(-1) : time;
        return zone.IsInvalidTime(time) ? null : Clock.Micros(new DateTimeOffset(time, zone.GetUtcOffset(time)));
    }

    private static long? WithYear(string line, TimeZoneInfo zone) =>
        line.Length >= 19
        && DateTime.TryParseExact(line[..19], Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
        && !zone.IsInvalidTime(time)
            ? Clock.Micros(new DateTimeOffset(time, zone.GetUtcOffset(time)))
            : null;

    public static int Priority(string line) =>
        Word().Match(line) is { Success: true } word
            ? Priorities.First(one => one.Word.Equals(word.Groups[1].Value, StringComparison.OrdinalIgnoreCase)).Priority
            : Information;

    [GeneratedRegex(
        @"(?:\[|\b(?=[A-Za-z]+:))(emerg|panic|alert|crit|fatal|error|err|warning|warn|notice|info|debug)(?:\]|:)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Word();
}
