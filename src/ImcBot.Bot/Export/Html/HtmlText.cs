using System.Text;

namespace ImcBot.Bot.Export.Html;

/// <summary>
/// Makes text of people and servers into HTML that shows it and does nothing else, in text and in quoted attributes alike.
/// </summary>
internal static class HtmlText
{
    private static readonly Lettering Html = new("&<>\"'", One);

    public static string Of(string? text) => Visible.Text(text, Html);

    /// <summary>Text that begins a block of the page: a spreadsheet that opens the page makes a cell of it.</summary>
    public static string Block(string text) => Of(Visible.Cell(text));

    private static string One(Rune rune) =>
        rune.Value switch
        {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            _ => "&#39;",
        };
}
