using System.Globalization;
using System.Text.RegularExpressions;

namespace ImcBot.Bot.Chat;

/// <summary>Reads <c>note --at 03:10 text</c>: when work was done by hand, as the person says.</summary>
internal static partial class NoteTime
{
    private const long Day = 86_400_000_000,
        Minute = 60_000_000;

    /// <exception cref="Unclear">What follows <c>--at</c> is no time, or no text follows it.</exception>
    public static (TimeOnly? At, string Text) Read(string argument)
    {
        var spelling = new Spelling(argument);
        if (Flag().Match(spelling.Plainly) is not { Success: true } flag)
        {
            return (null, argument);
        }

        var text = spelling.TypedFrom(flag.Length);
        return
            text.Length > 0
            && TimeOnly.TryParseExact(
                Separators().Replace(flag.Groups["time"].Value, ""),
                ["H:mm", "HHmm", "h:mmtt"],
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var at
            )
            ? (at, text)
            : throw new Unclear("Say when in UTC and what: note --at 03:10 restarted the service by hand.");
    }

    /// <summary>The last time before now that the clock showed this (Unix microseconds, UTC).</summary>
    public static long Before(long now, TimeOnly at)
    {
        var today = now - (now % Day) + (((at.Hour * 60) + at.Minute) * Minute);
        return today <= now ? today : today - Day;
    }

    // Keyboards make one dash of two.
    [GeneratedRegex(
        @"\A--?at(?:[\s=:]+(?<time>\d{1,2}:\d\d\s?[ap]\.?m\b\.?:?|\S*)\s*|\z)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Flag();

    [GeneratedRegex(@"[\s.]|:$", RegexOptions.CultureInvariant)]
    private static partial Regex Separators();
}
