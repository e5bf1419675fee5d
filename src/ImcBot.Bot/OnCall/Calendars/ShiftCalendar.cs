using System.Globalization;
using System.Text.RegularExpressions;
using Ical.Net.Evaluation;
using NodaTime;

namespace ImcBot.Bot.OnCall.Calendars;

/// <summary>How the times and titles of one calendar are meant, where it does not say so itself.</summary>
/// <param name="Zone">Of times that name none.</param>
internal sealed record CalendarReading(DateTimeZone Zone, TitlePattern Titles);

/// <summary>Who is asked at one time.</summary>
/// <param name="Problems">What somebody should know about it; each goes on after "The roster".</param>
internal sealed record OnShift(IReadOnlyList<Holder> People, IReadOnlyList<string> Problems);

/// <summary>The shifts of one role, as an iCalendar tells them. One event that is not understood takes nothing else with it.</summary>
internal sealed class ShiftCalendar
{
    private readonly List<ShiftSeries> _series = [];
    private readonly List<string> _notUnderstood = [];
    private readonly CalendarReading _reading;

    private ShiftCalendar(CalendarReading reading, IReadOnlyList<CalendarPart> calendars)
    {
        _reading = reading;
        var events = new List<ShiftEvent>();
        var described = ZoneTable.Described(calendars.SelectMany(calendar => calendar.Parts));
        var seen = 0;
        foreach (var calendar in calendars)
        {
            var zones = new ZoneTable(calendar, described, reading.Zone, _notUnderstood.Add);
            var isOff = calendar.First("METHOD")?.Value.Trim().Equals("CANCEL", StringComparison.OrdinalIgnoreCase) == true;
            foreach (var part in calendar.Parts.Where(part => part.Name == "VEVENT"))
            {
                seen++;
                Try(ShiftEvent.LabelOf(part), () => events.Add(ShiftEvent.Read(part, zones, isOff)));
            }

            _notUnderstood.AddRange(Enumerable.Repeat("An event whose beginning is missing was left out.", Math.Min(1, calendar.Headless)));
        }

        AddSeries(events);
        Doubt =
            !calendars[^1].IsClosed ? "it ends in the middle"
            : seen > 0 && events.Count == 0 ? $"none of its events ({seen.ToString(CultureInfo.InvariantCulture)}) can be understood"
            : null;
        if (Doubt is not null && events.Count > 0)
        {
            _notUnderstood.Add("It ends in the middle; what stood behind is missing.");
        }
    }

    /// <summary>What was left out and why, as sentences.</summary>
    public IReadOnlyList<string> NotUnderstood => _notUnderstood;

    /// <summary>
    /// Why another reading of the same calendar should be believed rather than this one, as a part of a sentence; null where nothing speaks
    /// against it.
    /// </summary>
    public string? Doubt { get; }

    /// <summary>Whether it holds no shift at all.</summary>
    public bool IsEmpty => _series.Count == 0;

    /// <summary>Reads an <c>.ics</c> file as it came.</summary>
    /// <param name="contentType">What the server said of it, or null.</param>
    /// <exception cref="FormatException">It is none; the message is a part of a sentence.</exception>
    public static ShiftCalendar Read(ReadOnlySpan<byte> feed, string? contentType, CalendarReading reading) =>
        CalendarPart.Read(CalendarText.Of(feed, contentType)) is { Count: > 0 } calendars
            ? new ShiftCalendar(reading, calendars)
            : throw new FormatException("it is no iCalendar");

    /// <summary>The shifts that touch a span of time, the first to be asked first: by level, priority of the event, start.</summary>
    public IReadOnlyList<Shift> Between(Instant from, Instant to)
    {
        var shifts = new List<Shift>();
        foreach (var series in _series)
        {
            Try(series.Label, () => shifts.AddRange(series.Between(from, to)));
        }

        return
        [
            .. shifts
                .OrderBy(shift => shift.Who.Level is 0 ? int.MaxValue : shift.Who.Level)
                .ThenBy(shift => shift.Priority)
                .ThenBy(shift => shift.Start),
        ];
    }

    /// <summary>Who of these people is on shift at an instant.</summary>
    public OnShift At(Instant instant, People people) => Of(Between(instant, instant + Duration.Epsilon), people);

    /// <summary>Who of these people these shifts name.</summary>
    public OnShift Of(IEnumerable<Shift> shifts, People people)
    {
        var (known, problems) = (new List<Holder>(), new List<string>());
        foreach (var shift in shifts)
        {
            if (Named(shift, people) is not var (named, strangers, guessed))
            {
                problems.Add($"has the shift {shift.Label}, whose title takes too long to read by Pattern; nobody is asked for it.");
                continue;
            }

            known.AddRange(named);
            problems.AddRange(
                strangers.Select(stranger => $"names {stranger}, whom OnCall:People does not know; nobody is asked in their place.")
            );
            if (guessed is not null)
            {
                problems.Add($"is unsure: '{guessed}' was read as {string.Join(", ", named.Select(person => person.Name))}; set Pattern.");
            }

            if (named.Count + strangers.Count == 0)
            {
                problems.Add($"has the shift {shift.Label}, in which nobody is left who takes part; nobody is asked for it.");
            }
        }

        return new OnShift(
            [.. known.DistinctBy(person => person.Id, StringComparer.OrdinalIgnoreCase)],
            [.. problems.Distinct(StringComparer.Ordinal)]
        );
    }

    private Naming? Named(Shift shift, People people)
    {
        try
        {
            return people.Named(shift.Who, _reading.Titles);
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    private void AddSeries(List<ShiftEvent> events)
    {
        foreach (var group in events.GroupBy(shift => shift.Uid.Length > 0 ? shift.Uid : (object)shift))
        {
            var newest = group.Where(shift => shift.Replaces is null).Select(shift => shift.Sequence).DefaultIfEmpty().Max();
            ShiftEvent[] changes =
            [
                .. group
                    .Where(shift => shift.Replaces is not null)
                    .GroupBy(shift => (shift.Replaces!.At.Instant, shift.Replaces.At.IsDate, shift.Replaces.IsOnwards))
                    .Select(same => same.MaxBy(shift => shift.Sequence)!),
            ];
            _series.AddRange(
                group
                    .Where(shift => shift.Replaces is null && shift.Sequence == newest && !shift.IsOff)
                    .Select(shift => new ShiftSeries(shift, changes))
            );
            _series.AddRange(changes.Where(change => !change.IsOff).Select(change => new ShiftSeries(change, [])));
        }
    }

    private void Try(string label, Action read)
    {
        try
        {
            read();
        }
        catch (Exception exception)
            when (exception
                    is FormatException
                        or EvaluationException
                        or ArgumentException
                        or OverflowException
                        or InvalidOperationException
                        or RegexMatchTimeoutException
            )
        {
            var sentence = $"{label} was left out: {(exception is FormatException ? exception.Message : "it cannot be worked out")}.";
            if (!_notUnderstood.Contains(sentence, StringComparer.Ordinal))
            {
                _notUnderstood.Add(sentence);
            }
        }
    }
}
