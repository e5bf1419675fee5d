using System.Globalization;

namespace ImcBot.Bot.Chat;

/// <summary>Reads <c>note --at 03:10 text</c>: when work was done by hand, as the person says.</summary>
internal static class NoteTime
{
    private const string Flag = "--at ";
    private const long Day = 86_400_000_000, Minute = 60_000_000;

    /// <exception cref="Unclear">What follows <c>--at</c> is no time, or no text follows it.</exception>
    public static (TimeOnly? At, string Text) Read(string argument)
    {
        if (!argument.StartsWith(Flag, StringComparison.OrdinalIgnoreCase))
        {
            return (null, argument);
        }

        var words = argument[Flag.Length..].Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words.Length == 2 && TimeOnly.TryParseExact(words[0], "H:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at)
            ? (at, words[1])
            : throw new Unclear("Say when in UTC and what: note --at 03:10 restarted the service by hand.");
    }

    /// <summary>The last time before now that the clock showed this (Unix microseconds, UTC).</summary>
    public static long Before(long now, TimeOnly at)
    {
        var today = now - (now % Day) + (((at.Hour * 60) + at.Minute) * Minute);
        return today <= now ? today : today - Day;
    }
}
