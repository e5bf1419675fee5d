using System.Text;
using ImcBot.Bot.OnCall.Calendars;
using NodaTime;

namespace ImcBot.Bot.Tests.OnCall.Calendars;

internal static class Readings
{
    /// <summary>As a calendar without settings is read: in UTC, and the whole title is the name.</summary>
    public static CalendarReading Plain { get; } = new(DateTimeZone.Utc, new TitlePattern(""));

    public static string Feed(string events) => $"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//\r\n{events}END:VCALENDAR\r\n";

    /// <summary>A shift on 6 July 2026.</summary>
    public static string Shift(string title, string line = "") =>
        $"BEGIN:VEVENT\r\nDTSTART:20260706T060000Z\r\nDTEND:20260706T180000Z\r\nSUMMARY:{title}\r\n"
        + $"{(line.Length > 0 ? line + "\r\n" : "")}END:VEVENT\r\n";

    public static OnShift AtNoon(string events, params Holder[] people) => AtNoon(Encoding.UTF8.GetBytes(Feed(events)), null, people);

    public static OnShift AtNoon(byte[] feed, string? contentType, params Holder[] people) =>
        ShiftCalendar.Read(feed, contentType, Plain).At(Instant.FromUtc(2026, 7, 6, 12, 0), new People(people));
}
