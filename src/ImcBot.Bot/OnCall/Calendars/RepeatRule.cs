using Ical.Net;
using Ical.Net.DataTypes;
using Ical.Net.Evaluation;
using NodaTime;

namespace ImcBot.Bot.OnCall.Calendars;

/// <summary>
/// A recurrence rule. Ical.Net expands it on the clock on the wall, without a zone; its end (UNTIL) is compared here, in the series' zone,
/// because calendars write it as a day, as UTC and as neither.
/// </summary>
internal sealed class RepeatRule
{
    // A roster of more repetitions than a shift a day for fifty years is none.
    private const int MostCounted = 20_000,
        MostUnmatched = 20_000;

    private readonly RecurrenceRule _rule;
    private readonly (LocalDateTime Time, bool IsDate, bool IsUtc)? _until;

    private RepeatRule(RecurrenceRule rule, (LocalDateTime, bool, bool)? until) => (_rule, _until) = (rule, until);

    /// <summary>Whether it ends after a number of times.</summary>
    public bool IsCounted => _rule.Count is not null;

    /// <exception cref="FormatException">It is none that a roster can have; the message is a part of a sentence.</exception>
    public static RepeatRule Read(string text)
    {
        string[] parts = [.. text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        var until = parts.FirstOrDefault(part => part.StartsWith("UNTIL=", StringComparison.OrdinalIgnoreCase));
        RecurrenceRule rule;
        (LocalDateTime, bool, bool)? end;
        try
        {
            rule = new RecurrenceRule(
                string.Join(
                    ';',
                    parts.Where(part =>
                        part != until
                        && !part.StartsWith("X-", StringComparison.OrdinalIgnoreCase)
                        && !part.Equals("RSCALE=GREGORIAN", StringComparison.OrdinalIgnoreCase)
                    )
                )
            );
            end = until is null ? null : CalendarTime.Local(until["UNTIL=".Length..]);
        }
        catch (Exception exception)
            when (exception
                    is ArgumentException
                        or FormatException
                        or OverflowException
                        or InvalidOperationException
                        or IndexOutOfRangeException
            )
        {
            throw new FormatException($"its rule {text} cannot be read", exception);
        }

        return rule.Frequency is FrequencyType.Secondly or FrequencyType.Minutely || rule.Count > MostCounted
                ? throw new FormatException($"its rule {text} repeats more often than shifts do")
            : rule.ByDay.Any(day => day.Offset is 0) ? throw new FormatException($"its rule {text} cannot be read")
            : new RepeatRule(rule, end);
    }

    /// <summary>The starts of a series between two times on its wall, and perhaps some around them.</summary>
    /// <exception cref="EvaluationException">The rule never comes to an end.</exception>
    public IEnumerable<LocalDateTime> Starts(CalendarTime first, LocalDateTime from, LocalDateTime to)
    {
        if (to < first.Wall)
        {
            return [];
        }

        var bounded = new RecurrenceRule();
        bounded.CopyFrom(_rule);
        bounded.Until = Wall(to, hasTime: true);
        return new RecurrencePatternEvaluator(bounded)
            .Evaluate(
                Wall(Near(first.Wall, from), !first.IsDate),
                null,
                new EvaluationOptions { MaxUnmatchedIncrementsLimit = MostUnmatched }
            )
            .Select(found => LocalDateTime.FromDateTime(found.StartTime.Value))
            .TakeWhile(start => start <= to)
            .Where(start => IsInTime(start, first));
    }

    // What repeats by hours, days or weeks can begin at any of its own periods, and so can the rules of zones: years gone by are not walked
    // through again.
    private LocalDateTime Near(LocalDateTime first, LocalDateTime from)
    {
        if (
            _rule is { Frequency: FrequencyType.Yearly, Interval: 1, Count: null, ByMonth.Count: > 0, ByDay.Count: > 0 }
            && from.Year - first.Year > 1
        )
        {
            return first.PlusYears(from.Year - first.Year - 1);
        }

        var hours =
            _rule.Frequency switch
            {
                FrequencyType.Hourly => 1L,
                FrequencyType.Daily => 24,
                FrequencyType.Weekly => 7 * 24,
                _ => 0,
            } * _rule.Interval;
        var gone = (long)Math.Floor(NodaTime.Period.Between(first, from, PeriodUnits.Hours).Hours / (double)Math.Max(1, hours)) - 1;
        return hours > 0 && _rule.Count is null && gone > 0 ? first.PlusHours(gone * hours) : first;
    }

    // A plain day is meant whole, in the zone of the series; so is midnight UTC where the series is of whole days.
    private bool IsInTime(LocalDateTime start, CalendarTime first) =>
        _until switch
        {
            null => true,
            { IsDate: true } day => start.Date <= day.Time.Date,
            { IsUtc: true } utc when first.IsDate && utc.Time.TimeOfDay == LocalTime.Midnight => start.Date <= utc.Time.Date,
            { IsUtc: true } utc => (first with { Wall = start }).Instant <= utc.Time.InUtc().ToInstant(),
            { } wall => start <= wall.Time,
        };

    private static CalDateTime Wall(LocalDateTime time, bool hasTime) => new(time.ToDateTimeUnspecified(), hasTime);
}
