using System.Globalization;
using System.Text.RegularExpressions;

namespace ImcBot.Contracts;

/// <summary>The text forms of typed arguments: what is allowed and what it means.</summary>
public static partial class ArgumentForms
{
    /// <summary>What is wrong with this argument of the call, as a sentence, or null.</summary>
    public static string? Refuse(this Argument argument, Call call)
    {
        if (!call.With.TryGetValue(argument.Name, out var text))
        {
            return argument.Required ? $"'{call.Use}' needs the argument '{argument.Name}'." : null;
        }

        return Fits(argument.Kind, text)
            ? null
            : $"'{text}' is not a {argument.Kind.ToString().ToLowerInvariant()} for '{argument.Name}' of '{call.Use}'; "
                + $"{Example(argument.Kind)}.";
    }

    /// <summary>Reads <c>500MB</c> as bytes (powers of 1024).</summary>
    public static bool TrySize(string text, out long bytes)
    {
        var match = SizeForm().Match(text);
        bytes = match.Success
            ? Quantity(match)
                << (10 * "BKMGT".IndexOf(match.Groups[2].Value is "" ? 'B' : match.Groups[2].Value[0], StringComparison.Ordinal))
            : 0;
        return match.Success;
    }

    /// <summary>Reads <c>1d</c>, <c>2h</c>, <c>30min</c>, <c>20s</c>.</summary>
    public static bool TryDuration(string text, out TimeSpan duration)
    {
        var match = DurationForm().Match(text);
        duration = !match.Success
            ? TimeSpan.Zero
            : match.Groups[2].Value switch
            {
                "d" => TimeSpan.FromDays(Quantity(match)),
                "h" => TimeSpan.FromHours(Quantity(match)),
                "min" => TimeSpan.FromMinutes(Quantity(match)),
                _ => TimeSpan.FromSeconds(Quantity(match)),
            };
        return match.Success;
    }

    /// <summary>Whether a text has the form of its kind.</summary>
    public static bool Fits(ArgumentKind kind, string text) =>
        kind switch
        {
            ArgumentKind.Text => text.Length is > 0 and <= 256,
            ArgumentKind.Path => PathForm().IsMatch(text),
            ArgumentKind.Pattern => PatternForm().IsMatch(text),
            ArgumentKind.Number => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _),
            ArgumentKind.Size => TrySize(text, out _),
            ArgumentKind.Duration => TryDuration(text, out _),
            ArgumentKind.Service => ServiceForm().IsMatch(text),
            ArgumentKind.Numbers => NumbersForm().IsMatch(text),
            ArgumentKind.Version => VersionForm().IsMatch(text),
            _ => false,
        };

    private static string Example(ArgumentKind kind) =>
        "write it like "
        + kind switch
        {
            ArgumentKind.Path => @"${imcdata}\Log or D:\Temp",
            ArgumentKind.Pattern => "L*.log",
            ArgumentKind.Number => "25",
            ArgumentKind.Size => "500MB",
            ArgumentKind.Duration => "1d, 30min or 20s",
            ArgumentKind.Service => "MSExchangeIMC",
            ArgumentKind.Numbers => "4102,4182",
            ArgumentKind.Version => "5.5.2656.60",
            _ => "text of at most 256 characters",
        };

    private static long Quantity(Match match) => long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^([0-9]{1,6})([KMGT]?)B$")]
    private static partial Regex SizeForm();

    [GeneratedRegex(@"^([0-9]{1,5})(d|h|min|s)$")]
    private static partial Regex DurationForm();

    /// <summary>Rooted as on Windows, as on Unix, or by a name; which of them the server takes, its relay knows.</summary>
    [GeneratedRegex(
        @"^(?:(?:[A-Za-z]:|\$\{[a-z-]+\}|\\\\[^\\/:*?""<>|]+\\[^\\/:*?""<>|]+)(?:\\(?!\.{1,2}(?:\\|$))[^\\/:*?""<>|]+)*\\?"
            + @"|/(?:(?!\.{1,2}/)[^\\/*?""<>|\p{Cc}]+/)*(?:(?!\.{1,2}\z)[^\\/*?""<>|\p{Cc}]+)?\z)$"
    )]
    private static partial Regex PathForm();

    [GeneratedRegex(@"^[^\\/:""<>|]{1,64}$")]
    private static partial Regex PatternForm();

    [GeneratedRegex(@"^[A-Za-z0-9_.@$ -]{1,80}$")]
    private static partial Regex ServiceForm();

    [GeneratedRegex(@"^[0-9]{1,9}(,[0-9]{1,9})*$")]
    private static partial Regex NumbersForm();

    [GeneratedRegex(@"^[0-9]{1,9}(\.[0-9]{1,9}){3}$")]
    private static partial Regex VersionForm();
}
