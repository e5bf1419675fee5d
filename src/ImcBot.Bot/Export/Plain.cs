using System.Buffers;
using System.Text;

namespace ImcBot.Bot.Export;

/// <summary>Makes text of people and servers into Markdown that shows it and does nothing else.</summary>
internal static class Plain
{
    private static readonly Lettering Markdown = new("\\`*_{}[]#|~@&<>", One);

    // What would become a link by itself.
    private static readonly SearchValues<string> Links = SearchValues.Create(["://", "www."], StringComparison.OrdinalIgnoreCase);

    /// <summary>One line with its markup escaped.</summary>
    public static string Text(string? text)
    {
        var shown = Visible.Text(text, Markdown);
        return !shown.AsSpan().ContainsAny(Links)
            ? shown
            : shown.Replace("://", "\\://", StringComparison.Ordinal).Replace("www.", "www\\.", StringComparison.OrdinalIgnoreCase);
    }

    private static string One(Rune rune) =>
        rune.Value switch
        {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            _ => $"\\{rune}",
        };
}
