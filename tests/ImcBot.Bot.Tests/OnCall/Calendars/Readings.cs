using ImcBot.Bot.OnCall.Calendars;
using NodaTime;

namespace ImcBot.Bot.Tests.OnCall.Calendars;

internal static class Readings
{
    /// <summary>As a calendar without settings is read: in UTC, and the whole title is the name.</summary>
    public static CalendarReading Plain { get; } = new(DateTimeZone.Utc, new TitlePattern(""));
}
