using System.Text;

namespace ImcBot.Bot.Export.Html;

/// <summary>Makes text of people and servers into HTML that shows it and does nothing else, in text and in quoted attributes alike.</summary>
internal static class HtmlText
{
    public static string Of(string? text) => text is not null && text.Length <= Visible.Longest && IsSimple(text) ? text : Visible.Text(text, One);

    private static bool IsSimple(string text)
    {
        foreach (var letter in text)
        {
            if (letter is < ' ' or > '~' or '<' or '>' or '&' or '"' or '\'')
            {
                return false;
            }
        }

        return true;
    }

    private static string? One(Rune rune) => rune.Value switch
    {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        '"' => "&quot;",
        '\'' => "&#39;",
        _ => null,
    };
}
