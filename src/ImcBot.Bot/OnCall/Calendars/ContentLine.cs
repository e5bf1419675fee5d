namespace ImcBot.Bot.OnCall.Calendars;

/// <summary>One unfolded line of an iCalendar, such as <c>DTSTART;TZID=Europe/Berlin:20260706T090000</c>.</summary>
internal sealed class ContentLine
{
    private readonly (string Name, string Value)[] _parameters;

    private ContentLine(string name, (string Name, string Value)[] parameters, string value) =>
        (Name, _parameters, Value) = (name, parameters, value);

    /// <summary>In capitals.</summary>
    public string Name { get; }

    /// <summary>As it stands, escapes and all.</summary>
    public string Value { get; }

    /// <summary>The value as text: escapes of RFC 5545, 3.3.11, resolved.</summary>
    public string Text => Value.Contains('\\', StringComparison.Ordinal) ? Unescaped(Value) : Value;

    /// <summary>The first parameter of this name without quotes, or null.</summary>
    public string? Parameter(string name) =>
        Array.Find(_parameters, parameter => parameter.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>Reads a line; null for one that is none.</summary>
    public static ContentLine? Read(string name, string line)
    {
        var colon = ValueAt(name, line);
        return colon < 0 ? null : new ContentLine(name, [.. Parameters(line[name.Length..colon])], line[(colon + 1)..]);
    }

    // Values of times hold no colon and addresses begin with their scheme: so a colon that should have been quoted (TZID=tzone://…,
    // CN=Lindqvist: Lena) does no harm.
    private static int ValueAt(string name, string line) =>
        name switch
        {
            "DTSTART" or "DTEND" or "RECURRENCE-ID" or "EXDATE" or "RDATE" => line.LastIndexOf(':'),
            "ATTENDEE" when line.LastIndexOf(":mailto:", StringComparison.OrdinalIgnoreCase) is >= 0 and var mail => mail,
            _ when OutsideQuotes(line) is >= 0 and var colon => colon,
            _ => line.IndexOf(':', StringComparison.Ordinal),
        };

    private static int OutsideQuotes(string line)
    {
        var isQuoted = false;
        for (var at = 0; at < line.Length; at++)
        {
            if (line[at] == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (line[at] == ':' && !isQuoted)
            {
                return at;
            }
        }

        return -1;
    }

    private static IEnumerable<(string, string)> Parameters(string text)
    {
        foreach (var part in Parts(text).Where(part => part.Contains('=', StringComparison.Ordinal)))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            yield return (part[..equals].Trim(), part[(equals + 1)..].Trim().Trim('"'));
        }
    }

    private static IEnumerable<string> Parts(string text)
    {
        var (begin, isQuoted) = (0, false);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (text[at] == ';' && !isQuoted)
            {
                yield return text[begin..at];
                begin = at + 1;
            }
        }

        yield return text[begin..];
    }

    private static string Unescaped(string value)
    {
        var text = new System.Text.StringBuilder(value.Length);
        for (var at = 0; at < value.Length; at++)
        {
            text.Append(
                value[at] != '\\' || at + 1 == value.Length ? value[at]
                : value[++at] is 'n' or 'N' ? '\n'
                : value[at]
            );
        }

        return text.ToString();
    }
}
