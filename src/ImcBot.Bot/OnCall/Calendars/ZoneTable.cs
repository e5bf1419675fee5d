using NodaTime;

namespace ImcBot.Bot.OnCall.Calendars;

/// <summary>The zones of one VCALENDAR: by name, else by the VTIMEZONE that describes it there or elsewhere in the feed.</summary>
internal sealed class ZoneTable
{
    private readonly Dictionary<string, Lazy<DateTimeZone>> _described;
    private readonly IReadOnlyDictionary<string, Lazy<DateTimeZone>> _elsewhere;
    private readonly Dictionary<string, DateTimeZone> _found = new(StringComparer.Ordinal);

    /// <param name="elsewhere">What the whole feed describes.</param>
    /// <param name="floating">The zone of times that name none, where the calendar does not say.</param>
    /// <param name="told">Takes what is wrong with the calendar's own zone, as a sentence.</param>
    public ZoneTable(
        CalendarPart calendar,
        IReadOnlyDictionary<string, Lazy<DateTimeZone>> elsewhere,
        DateTimeZone floating,
        Action<string> told
    )
    {
        (_described, _elsewhere) = (Described(calendar.Parts), elsewhere);
        Floating = Own(calendar, floating, told);
    }

    /// <summary>The zone of times that name none: X-WR-TIMEZONE, else the setting.</summary>
    public DateTimeZone Floating { get; }

    /// <summary>The zones that some parts describe, each worked out when it is first asked for.</summary>
    public static Dictionary<string, Lazy<DateTimeZone>> Described(IEnumerable<CalendarPart> parts)
    {
        var described = new Dictionary<string, Lazy<DateTimeZone>>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in parts.Where(part => part.Name == "VTIMEZONE"))
        {
            described.TryAdd(part.First("TZID")?.Text.Trim().Trim('"') ?? "", new Lazy<DateTimeZone>(() => DescribedZone.Read(part)));
        }

        return described;
    }

    /// <summary>The zone of a name; some feeds escape commas in parameters too.</summary>
    /// <exception cref="FormatException">Nobody knows this zone; the message is a part of a sentence.</exception>
    public DateTimeZone Find(string name)
    {
        var id = ContentLine.Unescape(name);
        if (!_found.TryGetValue(id, out var zone))
        {
            _found[id] = zone =
                KnownZones.ByName(id)
                ?? (_described.TryGetValue(id, out var described) || _elsewhere.TryGetValue(id, out described) ? described.Value : null)
                ?? KnownZones.ByAbbreviation(id)
                ?? throw new FormatException($"no zone table knows its zone '{id}', and no VTIMEZONE describes it");
        }

        return zone;
    }

    private DateTimeZone Own(CalendarPart calendar, DateTimeZone floating, Action<string> told)
    {
        try
        {
            return calendar.First("X-WR-TIMEZONE")?.Text.Trim() is { Length: > 0 } named ? Find(named) : floating;
        }
        catch (FormatException problem)
        {
            told($"X-WR-TIMEZONE: {problem.Message}; times that name no zone are read in {floating.Id}.");
            return floating;
        }
    }
}
