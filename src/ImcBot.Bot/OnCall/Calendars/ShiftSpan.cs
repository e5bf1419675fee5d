using NodaTime;
using NodaTime.Text;

namespace ImcBot.Bot.OnCall.Calendars;

/// <summary>How long a shift lasts: to a time on the wall (days and hours of the clock), or for an exact time.</summary>
internal readonly record struct ShiftSpan(Duration Length, bool IsOnTheWall)
{
    private static readonly Duration Longest = Duration.FromDays(400);

    /// <summary>A whole day.</summary>
    public static ShiftSpan Day { get; } = new(Duration.FromDays(1), IsOnTheWall: true);

    public Instant End(CalendarTime start) =>
        IsOnTheWall ? (start with { Wall = start.Wall + Period.FromTicks((long)Length.TotalTicks) }).Instant : start.Instant + Length;

    /// <summary>
    /// The span of an event: to its DTEND, for its DURATION, or for the whole day. An end in the zone of the start, and every DURATION of a
    /// series, is counted on the wall: shifts that follow each other then leave no gap and do not overlap when clocks change.
    /// </summary>
    /// <exception cref="FormatException">It has none; the message is a part of a sentence.</exception>
    public static ShiftSpan Of(CalendarPart shift, CalendarTime start, bool isSeries, ZoneTable zones)
    {
        var span =
            shift.First("DTEND") is { } end ? To(CalendarTime.Read(end, zones, start.Zone), start)
            : shift.First("DURATION") is { } lasting ? For(lasting.Value, start, isSeries)
            : start.IsDate ? Day
            : new ShiftSpan(Duration.Zero, IsOnTheWall: true);
        return span.Length <= Duration.Zero
                ? throw new FormatException(span.Length < Duration.Zero ? "it ends before it begins" : "it ends when it begins")
            : isSeries && span.Length > Longest ? throw new FormatException($"each of its shifts lasts longer than {Longest.Days} days")
            : span;
    }

    /// <summary>The span of a period in a list of dates (RFC 5545, 3.3.9): to its end, or for its length.</summary>
    /// <exception cref="FormatException">It has none; the message is a part of a sentence.</exception>
    public static ShiftSpan OfPeriod(ContentLine dates, string end, CalendarTime start, ZoneTable zones)
    {
        var span =
            end.StartsWith('P') || end.StartsWith('p') || end.StartsWith('+')
                ? For(end, start, isSeries: true)
                : To(CalendarTime.Read(dates, end, zones, start.Zone), start);
        return span.Length > Duration.Zero && span.Length <= Longest
            ? span
            : throw new FormatException($"its period to {end} cannot be read");
    }

    private static ShiftSpan To(CalendarTime end, CalendarTime start) =>
        start.IsDate && end.Wall == start.Wall ? Day
        : end.Zone.Equals(start.Zone) ? new ShiftSpan(OnTheWall(end.Wall) - OnTheWall(start.Wall), IsOnTheWall: true)
        : new ShiftSpan(end.Instant - start.Instant, IsOnTheWall: false);

    private static ShiftSpan For(string text, CalendarTime start, bool isSeries)
    {
        var period = PeriodPattern.Roundtrip.Parse(text.Trim().TrimStart('+').ToUpperInvariant());
        if (!period.Success || period.Value.Years != 0 || period.Value.Months != 0)
        {
            throw new FormatException($"its length '{text}' cannot be read");
        }

        var onTheWall = new ShiftSpan(period.Value.ToDuration(), IsOnTheWall: true);
        return isSeries || start.IsDate
            ? onTheWall
            : new ShiftSpan(
                (start with { Wall = start.Wall.PlusDays((period.Value.Weeks * 7) + period.Value.Days) }).Instant
                    + TimeOf(period.Value)
                    - start.Instant,
                IsOnTheWall: false
            );
    }

    private static Duration TimeOf(Period period) =>
        Duration.FromHours(period.Hours) + Duration.FromMinutes(period.Minutes) + Duration.FromSeconds(period.Seconds);

    private static Instant OnTheWall(LocalDateTime time) => time.InUtc().ToInstant();
}
