using System.Text;

namespace ImcBot.Bot.Export;

/// <summary>Makes text of people and servers into Markdown that shows it and does nothing else.</summary>
internal static class Plain
{
    private const string Special = "\\`*_{}[]#|~@";

    /// <summary>One line with its markup escaped.</summary>
    public static string Text(string? text)
    {
        // What would become a link by itself stays text.
        return Visible.Text(text, One).Replace("://", "\\://", StringComparison.Ordinal).Replace("www.", "www\\.", StringComparison.OrdinalIgnoreCase);
    }

    private static string? One(Rune rune) => rune.Value switch
    {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        _ when rune.IsAscii && Special.Contains((char)rune.Value) => $"\\{rune}",
        _ => null,
    };
}
