using System.Collections.Frozen;

namespace ImcBot.Bot.OnCall.Calendars;

/// <summary>
/// A component of an iCalendar (VCALENDAR, VEVENT, VTIMEZONE, STANDARD, DAYLIGHT) with the lines that shifts are read from.
/// </summary>
internal sealed class CalendarPart(string name)
{
    private const int Deepest = 8;

    private static readonly FrozenSet<string> Wanted = FrozenSet.Create(
        StringComparer.Ordinal,
        "METHOD",
        "UID",
        "DTSTAMP",
        "SEQUENCE",
        "STATUS",
        "PRIORITY",
        "SUMMARY",
        "ATTENDEE",
        "DTSTART",
        "DTEND",
        "DURATION",
        "RECURRENCE-ID",
        "RRULE",
        "EXRULE",
        "RDATE",
        "EXDATE",
        "X-WR-TIMEZONE",
        "TZID",
        "TZOFFSETFROM",
        "TZOFFSETTO",
        "TZNAME"
    );

    private readonly List<ContentLine> _lines = [];
    private readonly List<CalendarPart> _parts = [];

    public string Name => name;

    /// <summary>Whether its END was there.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>How many events end in it that never began.</summary>
    public int Headless { get; private set; }

    public IReadOnlyList<CalendarPart> Parts => _parts;

    public IEnumerable<ContentLine> All(string property) => _lines.Where(line => line.Name == property);

    public ContentLine? First(string property) => _lines.Find(line => line.Name == property);

    /// <summary>Every VCALENDAR of a text. Nothing is thrown: what is broken stays inside its own component.</summary>
    public static IReadOnlyList<CalendarPart> Read(string text)
    {
        var root = new CalendarPart("");
        var open = new Stack<CalendarPart>([root]);
        foreach (var range in text.AsSpan().SplitAny("\r\n"))
        {
            var line = text.AsSpan(range).Trim();
            var name = line[..Math.Max(0, line.IndexOfAny(':', ';'))].ToString().ToUpperInvariant();
            if (name is "BEGIN")
            {
                Begin(open, line["BEGIN:".Length..].Trim().ToString().ToUpperInvariant());
            }
            else if (name is "END")
            {
                End(open, line["END:".Length..].Trim().ToString().ToUpperInvariant());
            }
            else if (Wanted.Contains(name) && ContentLine.Read(name, line.ToString()) is { } read)
            {
                open.Peek()._lines.Add(read);
            }
        }

        return [.. root._parts.Where(part => part.Name == "VCALENDAR")];
    }

    // An event whose END got lost ends where the next one begins.
    private static void Begin(Stack<CalendarPart> open, string name)
    {
        while (open.Count > 1 && (name == "VCALENDAR" || (name is "VEVENT" or "VTIMEZONE" && open.Peek().Name != "VCALENDAR")))
        {
            open.Pop();
        }

        if (open.Count < Deepest)
        {
            var part = new CalendarPart(name);
            open.Peek()._parts.Add(part);
            open.Push(part);
        }
    }

    private static void End(Stack<CalendarPart> open, string name)
    {
        if (name.Length > 0 && open.Any(part => part.Name == name))
        {
            while (open.Peek().Name != name)
            {
                open.Pop();
            }

            open.Pop().IsClosed = true;
        }
        else if (name == "VEVENT" && open.FirstOrDefault(part => part.Name == "VCALENDAR") is { } calendar)
        {
            calendar.Headless++;
        }
    }
}
