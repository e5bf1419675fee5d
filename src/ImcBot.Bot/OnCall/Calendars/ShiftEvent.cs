using System.Globalization;
using NodaTime;

namespace ImcBot.Bot.OnCall.Calendars;

/// <summary>Which occurrence of a series an event stands for.</summary>
/// <param name="IsOnwards">And all that follow (RANGE=THISANDFUTURE).</param>
internal sealed record Replaced(CalendarTime At, bool IsOnwards);

/// <summary>A VEVENT as it was understood.</summary>
internal sealed class ShiftEvent
{
    private const int LongestLabel = 80;

    private readonly IReadOnlyList<RepeatRule> _excepted;
    private readonly HashSet<Instant> _exceptedTimes;
    private readonly HashSet<LocalDate> _exceptedDays;

    private ShiftEvent(CalendarPart part, ZoneTable zones, bool isOff)
    {
        IsOff = isOff || part.First("STATUS")?.Value.Trim().ToUpperInvariant() is "CANCELLED" or "CANCELED";
        Start = (part.First("DTSTART") ?? (IsOff ? part.First("RECURRENCE-ID") : null)) is { } start
            ? CalendarTime.Read(start, zones, zones.Floating)
            : throw new FormatException("it has no start");
        Rules = [.. part.All("RRULE").Select(rule => RepeatRule.Read(rule.Value))];
        _excepted = [.. part.All("EXRULE").Select(rule => RepeatRule.Read(rule.Value))];
        Span = IsOff ? ShiftSpan.Day : ShiftSpan.Of(part, Start, part.First("RRULE") is not null || part.First("RDATE") is not null, zones);
        CalendarTime[] exceptions =
        [
            .. part.All("EXDATE").SelectMany(dates => CalendarTime.ReadAll(dates, zones, Start.Zone)).Select(AsDay),
        ];
        _exceptedTimes = [.. exceptions.Where(time => !time.IsDate).Select(time => time.Instant)];
        _exceptedDays = [.. exceptions.Where(time => time.IsDate).Select(time => time.Wall.Date)];
        Added = [.. part.All("RDATE").SelectMany(dates => AddedBy(dates, zones))];
        Uid = part.First("UID")?.Value.Trim() ?? "";
        Who = ShiftTitle.Of(part);
        Sequence = Number(part, "SEQUENCE");
        Priority = Number(part, "PRIORITY") is > 0 and var priority ? priority : int.MaxValue;
        Label = LabelOf(part);
        if (part.First("RECURRENCE-ID") is { } replaced)
        {
            Replaces = new Replaced(
                AsDay(CalendarTime.Read(replaced, zones, Start.Zone)),
                "THISANDFUTURE".Equals(replaced.Parameter("RANGE")?.Trim(), StringComparison.OrdinalIgnoreCase)
            );
        }
    }

    public string Uid { get; }

    /// <summary>What it is called when it is told of.</summary>
    public string Label { get; }

    public CalendarTime Start { get; }

    public ShiftSpan Span { get; }

    public ShiftTitle Who { get; }

    /// <summary>The higher one counts where the same event stands twice.</summary>
    public int Sequence { get; }

    public int Priority { get; }

    /// <summary>Whether it is cancelled.</summary>
    public bool IsOff { get; }

    public IReadOnlyList<RepeatRule> Rules { get; }

    /// <summary>Shifts beside the rule, some with a span of their own.</summary>
    public IReadOnlyList<(LocalDateTime Start, ShiftSpan? Span)> Added { get; }

    public Replaced? Replaces { get; }

    public bool Repeats => Rules.Count > 0 || Added.Count > 0;

    public bool IsCounted => Rules.Any(rule => rule.IsCounted);

    /// <summary>How far it moves the occurrences it stands for.</summary>
    public Duration Moved =>
        Replaces is null ? Duration.Zero
        : Start.Instant > Replaces.At.Instant ? Start.Instant - Replaces.At.Instant
        : Replaces.At.Instant - Start.Instant;

    /// <param name="isOff">Whether its calendar cancels all that it holds.</param>
    /// <exception cref="FormatException">It cannot be understood; the message is a part of a sentence.</exception>
    public static ShiftEvent Read(CalendarPart part, ZoneTable zones, bool isOff) =>
        part.IsClosed ? new ShiftEvent(part, zones, isOff) : throw new FormatException("its end is missing");

    /// <summary>What an event is called by its title and UID.</summary>
    public static string LabelOf(CalendarPart part)
    {
        var (title, uid) = (part.First("SUMMARY")?.Text.ReplaceLineEndings(" ").Trim() ?? "", part.First("UID")?.Value.Trim() ?? "");
        return (title.Length > 0, uid.Length > 0) switch
        {
            (true, true) => $"'{Short(title)}' ({Short(uid)})",
            (true, false) => $"'{Short(title)}'",
            (false, true) => Short(uid),
            _ => "an event without a title",
        };
    }

    public Shift At(CalendarTime start, ShiftSpan? span = null) => new(start.Instant, (span ?? Span).End(start), Who, Priority, Label);

    /// <summary>Whether an occurrence is excepted, by its instant or its day.</summary>
    public bool IsExcepted(CalendarTime occurrence) =>
        _exceptedTimes.Contains(occurrence.Instant)
        || _exceptedDays.Contains(occurrence.Wall.Date)
        || _excepted.Any(rule => rule.Starts(Start, occurrence.Wall, occurrence.Wall).Contains(occurrence.Wall));

    /// <summary>
    /// Where an occurrence of the series lies after this change: as far from its own time, on the wall, as the first one is.
    /// </summary>
    public CalendarTime Follow(Instant occurrence)
    {
        var (was, now) = (Replaces!.At.Instant.InZone(Start.Zone).LocalDateTime, occurrence.InZone(Start.Zone).LocalDateTime);
        return Start with
        {
            Wall = Replaces.At.IsDate
                ? (now.Date + Period.Between(was.Date, Start.Wall.Date, PeriodUnits.Days)).At(Start.Wall.TimeOfDay)
                : now + Period.Between(was, Start.Wall, PeriodUnits.Days | PeriodUnits.AllTimeUnits),
        };
    }

    // Of a series of whole days, exceptions and changes are days, also where they are written as midnight UTC.
    private CalendarTime AsDay(CalendarTime time) =>
        Start.IsDate && time.Wall.TimeOfDay == LocalTime.Midnight ? time with { IsDate = true, Zone = Start.Zone } : time;

    private IEnumerable<(LocalDateTime, ShiftSpan?)> AddedBy(ContentLine dates, ZoneTable zones)
    {
        foreach (var value in dates.Value.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var start = CalendarTime.Read(dates, value, zones, Start.Zone);
            var wall =
                start.IsDate && !Start.IsDate ? start.Wall.Date.At(Start.Wall.TimeOfDay) : start.Instant.InZone(Start.Zone).LocalDateTime;
            yield return (wall, value.Split('/') is [_, var end] ? ShiftSpan.OfPeriod(dates, end, start, zones) : null);
        }
    }

    private static int Number(CalendarPart part, string property) =>
        int.TryParse(
            part.First(property)?.Value,
            NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : 0;

    private static string Short(string text) => text.Length <= LongestLabel ? text : text[..LongestLabel] + "…";
}
