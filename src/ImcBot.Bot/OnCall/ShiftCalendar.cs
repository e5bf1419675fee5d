using Ical.Net;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Evaluation;

namespace ImcBot.Bot.OnCall;

/// <summary>The shifts of one role, as an iCalendar tells them.</summary>
internal sealed class ShiftCalendar
{
    // A shift is looked for among what began up to a month ago; a calendar that repeats by the second is no roster.
    private const int MostOccurrences = 20_000;
    private const int MostUnmatched = 20_000;

    private static readonly TimeSpan LongestShift = TimeSpan.FromDays(32);

    private readonly Calendar _calendar;

    private ShiftCalendar(Calendar calendar) => _calendar = calendar;

    /// <summary>Reads the text of an <c>.ics</c> file.</summary>
    /// <exception cref="FormatException">It is none; the message is a part of a sentence.</exception>
    public static ShiftCalendar Read(string text)
    {
        Calendar? calendar;
        try
        {
            calendar = Calendar.Load(text);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw new FormatException("it is not an iCalendar", exception);
        }

        return calendar is not { Events.Count: > 0 } ? throw new FormatException("it holds no event")
            : calendar.Events.Any(shift => shift.DtStart is null) ? throw new FormatException("one of its events has no start that can be read")
            : new ShiftCalendar(calendar);
    }

    /// <summary>Who is on shift: mail addresses of the attendees, or the names in the summary. Events of higher priority, then earlier ones, come first.</summary>
    /// <exception cref="FormatException">The calendar repeats beyond all measure.</exception>
    public IReadOnlyList<string> NamesAt(DateTimeOffset now)
    {
        var instant = now.UtcDateTime;
        var seen = 0;
        try
        {
            return [.. _calendar.GetOccurrences<CalendarEvent>(new CalDateTime(instant - LongestShift, "UTC"), new EvaluationOptions { MaxUnmatchedIncrementsLimit = MostUnmatched })
                .TakeWhile(found => found.Period.StartTime.AsUtc <= instant && ++seen <= MostOccurrences)
                .Where(found => End(found) > instant)
                .Select(found => (Event: (CalendarEvent)found.Source, found.Period.StartTime.AsUtc))
                .Where(shift => shift.Event.Status != EventStatus.Cancelled)
                .OrderBy(shift => shift.Event.Priority is 0 ? int.MaxValue : shift.Event.Priority).ThenBy(shift => shift.AsUtc)
                .SelectMany(shift => NamesOf(shift.Event)).Distinct(StringComparer.OrdinalIgnoreCase)];
        }
        catch (EvaluationException exception)
        {
            throw new FormatException("its repetitions cannot be worked out", exception);
        }
    }

    private static DateTime End(Occurrence found) => (found.Period.EffectiveEndTime ?? found.Period.StartTime).AsUtc;

    private static string[] NamesOf(CalendarEvent shift)
    {
        string[] attendees = [.. shift.Attendees.Select(attendee => attendee.Value is { Scheme: "mailto" } mail ? mail.OriginalString["mailto:".Length..] : null).OfType<string>()];
        return attendees.Length > 0 ? attendees : (shift.Summary ?? "").Split([',', ';', '/'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
