using System.Globalization;
using NodaTime;

namespace ImcBot.Bot.OnCall.Calendars;

/// <summary>When something begins or ends, by the clock on the wall.</summary>
/// <param name="Wall">Midnight for a whole day.</param>
internal readonly record struct CalendarTime(LocalDateTime Wall, bool IsDate, DateTimeZone Zone)
{
    /// <summary>
    /// A time that clocks skip is meant by the offset before the gap, one that they show twice is the first (RFC 5545, 3.3.5).
    /// </summary>
    public Instant Instant => Zone.AtLeniently(Wall).ToInstant();

    /// <summary>Reads a property of one time.</summary>
    /// <param name="floating">The zone where it names none.</param>
    /// <exception cref="FormatException">It cannot be read; the message is a part of a sentence.</exception>
    public static CalendarTime Read(ContentLine line, ZoneTable zones, DateTimeZone floating) => Read(line, line.Value, zones, floating);

    /// <summary>Reads a property of several times.</summary>
    public static IEnumerable<CalendarTime> ReadAll(ContentLine line, ZoneTable zones, DateTimeZone floating) =>
        line.Value.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(value => Read(line, value, zones, floating));

    /// <summary>Reads one value of a property; of a period its start.</summary>
    public static CalendarTime Read(ContentLine line, string value, ZoneTable zones, DateTimeZone floating)
    {
        var (time, isDate, isUtc) = Local(value.Split('/')[0]);
        return new CalendarTime(
            time,
            isDate,
            isUtc ? DateTimeZone.Utc
                : line.Parameter("TZID") is { Length: > 0 } id ? zones.Find(id)
                : floating
        );
    }

    /// <summary>A date, or a date and a time, whatever zone it is in.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static (LocalDateTime Time, bool IsDate, bool IsUtc) Local(string text)
    {
        var value = text.Trim();
        var (date, time) = value.IndexOf('T', StringComparison.OrdinalIgnoreCase) is >= 0 and var at
            ? (value[..at], value[(at + 1)..].TrimEnd('z', 'Z'))
            : (value, "");
        if (
            date.Length != 8
            || !Digits(date)
            || (time.Length is not (0 or 4 or 6) || !Digits(time))
            || (value.Length > 8 && time.Length == 0)
        )
        {
            throw new FormatException($"'{value}' is no time");
        }

        var (hour, minute, second) =
            time.Length == 0 ? (0, 0, 0) : (Number(time[..2]), Number(time[2..4]), time.Length == 6 ? Math.Min(59, Number(time[4..])) : 0);
        try
        {
            var day = new LocalDate(Number(date[..4]), Number(date[4..6]), Number(date[6..]));
            return (
                hour == 24 && minute == 0 ? day.PlusDays(1).AtMidnight() : day.At(new LocalTime(hour, minute, second)),
                time.Length == 0,
                value.EndsWith('Z') || value.EndsWith('z')
            );
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw new FormatException($"'{value}' is no time", exception);
        }
    }

    private static bool Digits(string text) => text.All(char.IsAsciiDigit);

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
