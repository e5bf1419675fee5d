using System.Text.RegularExpressions;

namespace ImcBot.Bot.OnCall.Calendars;

/// <summary>Who an event names: its attendees, or what its title says.</summary>
/// <param name="Attendees">Address and name of each who may be asked, in their order; empty where the event has none.</param>
/// <param name="Title">Without its level; null where attendees stand in its place.</param>
/// <param name="Level">1 is asked first; 0 where the title has none.</param>
internal sealed partial record ShiftTitle(IReadOnlyList<(string Address, string Name)> Attendees, string? Title, int Level)
{
    /// <summary>
    /// Whoever has declined or passed it on, rooms, things, and those who only get a copy, are nobody; where nobody is left the title is no
    /// name.
    /// </summary>
    public static ShiftTitle Of(CalendarPart shift)
    {
        var invited = shift.All("ATTENDEE").ToArray();
        var title = shift.First("SUMMARY")?.Text.Trim() ?? "";
        var level = LevelMark().Match(title);
        return new ShiftTitle(
            [.. invited.Where(IsAsked).Select(attendee => (Address(attendee), attendee.Parameter("CN")?.Trim() ?? ""))],
            invited.Length > 0 ? null
                : level.Success ? LevelMark().Replace(title, " ", 1).Trim()
                : title,
            level.Success ? int.Parse(level.Groups[1].ValueSpan) : 0
        );
    }

    private static bool IsAsked(ContentLine attendee) =>
        !Is(attendee, "PARTSTAT", "DECLINED")
        && !Is(attendee, "PARTSTAT", "DELEGATED")
        && !Is(attendee, "CUTYPE", "ROOM")
        && !Is(attendee, "CUTYPE", "RESOURCE")
        && !Is(attendee, "ROLE", "NON-PARTICIPANT");

    private static bool Is(ContentLine line, string parameter, string value) =>
        value.Equals(line.Parameter(parameter)?.Trim(), StringComparison.OrdinalIgnoreCase);

    private static string Address(ContentLine attendee) =>
        attendee.Value.Trim() is var value && value.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase)
            ? Uri.UnescapeDataString(value["mailto:".Length..]).Trim()
            : attendee.Parameter("EMAIL")?.Trim() ?? (value.Contains('@', StringComparison.Ordinal) ? value : "");

    [GeneratedRegex(@"\[\s*L(\d{1,2})\s*\]", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LevelMark();
}
