using System.Globalization;
using System.Text;

namespace ImcBot.Bot.Export;

/// <summary>Makes text of people and servers into Markdown that shows it and does nothing else.</summary>
internal static class Plain
{
    private const int Longest = 2000;
    private const string Special = "\\`*_{}[]#|~@";

    /// <summary>One line: markup escaped, line ends as spaces, unseen and direction-changing characters named, long text cut.</summary>
    public static string Text(string? text)
    {
        if (text is null)
        {
            return "[removed]";
        }

        var escaped = new StringBuilder();
        foreach (var rune in text.EnumerateRunes().Take(Longest))
        {
            escaped.Append(One(rune));
        }

        // What would become a link by itself stays text.
        escaped.Replace("://", "\\://").Replace("www.", "www\\.");
        return text.Length > Longest ? $"{escaped} … ({text.Length} characters)" : escaped.ToString();
    }

    private static string One(Rune rune) => rune.Value switch
    {
        '\r' => "",
        '\n' or '\t' => " ",
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        _ when rune.IsAscii && Special.Contains((char)rune.Value) => $"\\{rune}",
        _ when Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned => $"\\[U+{rune.Value:X4}\\]",
        _ => rune.ToString(),
    };
}
