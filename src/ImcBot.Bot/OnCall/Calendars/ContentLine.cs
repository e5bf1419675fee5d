using System.Text.RegularExpressions;

namespace ImcBot.Bot.OnCall.Calendars;

/// <summary>One unfolded line of an iCalendar, such as <c>DTSTART;TZID=Europe/Berlin:20260706T090000</c>.</summary>
/// <param name="Name">In capitals.</param>
/// <param name="Value">As it stands, escapes and all.</param>
internal sealed partial record ContentLine(string Name, string Value, IReadOnlyList<(string Name, string Value)> Parameters)
{
    /// <summary>The value as text: escapes of RFC 5545, 3.3.11, resolved.</summary>
    public string Text => Unescape(Value);

    /// <summary>The first parameter of this name without quotes, or null.</summary>
    public string? Parameter(string name) =>
        Parameters.FirstOrDefault(parameter => parameter.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    public static string Unescape(string text) =>
        Escape().Replace(text, escape => escape.Groups[1].Value is "n" or "N" ? "\n" : escape.Groups[1].Value);

    /// <summary>Reads a line; null for one that is none.</summary>
    public static ContentLine? Read(string name, string line)
    {
        var colon = ValueAt(name, line);
        return colon < 0 ? null : new ContentLine(name, line[(colon + 1)..], [.. ParametersIn(line[name.Length..colon])]);
    }

    // Values of times hold no colon and addresses begin with their scheme: so a colon that should have been quoted (TZID=tzone://…,
    // CN=Lindqvist: Lena) does no harm.
    private static int ValueAt(string name, string line) =>
        name switch
        {
            "DTSTART" or "DTEND" or "RECURRENCE-ID" or "EXDATE" or "RDATE" => line.LastIndexOf(':'),
            "ATTENDEE" when line.LastIndexOf(":mailto:", StringComparison.OrdinalIgnoreCase) is >= 0 and var mail => mail,
            _ => Unquoted(line, ':').Append(line.IndexOf(':', StringComparison.Ordinal)).First(),
        };

    private static IEnumerable<(string, string)> ParametersIn(string text)
    {
        var begin = 0;
        foreach (var end in Unquoted(text, ';').Append(text.Length))
        {
            if (text[begin..end].Split('=', 2) is [var name, var value])
            {
                yield return (name.Trim(), value.Trim().Trim('"'));
            }

            begin = end + 1;
        }
    }

    /// <summary>Where a mark stands outside of quotes.</summary>
    private static IEnumerable<int> Unquoted(string text, char mark)
    {
        var isQuoted = false;
        for (var at = 0; at < text.Length; at++)
        {
            isQuoted ^= text[at] == '"';
            if (text[at] == mark && !isQuoted)
            {
                yield return at;
            }
        }
    }

    [GeneratedRegex(@"\\(.)", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Escape();
}
