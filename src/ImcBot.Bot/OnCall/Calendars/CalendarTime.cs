using NodaTime;
using NodaTime.Text;

namespace ImcBot.Bot.OnCall.Calendars;

/// <summary>When something begins or ends, by the clock on the wall.</summary>
/// <param name="Wall">Midnight for a whole day.</param>
internal readonly record struct CalendarTime(LocalDateTime Wall, bool IsDate, DateTimeZone Zone)
{
    private static readonly LocalDateTimePattern[] Forms =
    [
        .. new[] { "uuuuMMdd", "uuuuMMdd'T'HHmm", "uuuuMMdd'T'HHmmss", "uuuuMMdd'T'HHmm'Z'", "uuuuMMdd'T'HHmmss'Z'" }.Select(
            LocalDateTimePattern.CreateWithInvariantCulture
        ),
    ];

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
        var value = text.Trim().ToUpperInvariant();
        // What clocks do in a leap second is not known here.
        var shown = value.Length >= 15 && value[13] is >= '6' and <= '9' ? $"{value[..13]}59{value[15..]}" : value;
        return Forms.Select(form => form.Parse(shown)).FirstOrDefault(read => read.Success) is { Value: var time }
            ? (time, value.Length == 8, value.EndsWith('Z'))
            : throw new FormatException($"'{text.Trim()}' is no time");
    }
}
