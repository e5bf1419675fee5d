using System.Globalization;
using System.Text;

namespace ImcBot.Bot.Export;

/// <summary>What text of people and servers may look like before it is shown anywhere: nothing in it is unseen, reversed or endless.</summary>
internal static class Visible
{
    /// <summary>The most characters shown of one text.</summary>
    public const int Longest = 2000;

    /// <summary>Whether a reader could not see this character, or it would change how others are read.</summary>
    public static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;

    /// <summary>The name that stands for a hidden character.</summary>
    public static string NameOf(Rune rune) => $"[U+{rune.Value:X4}]";

    /// <summary>One line; hidden characters named, long text cut, each rune as <paramref name="one"/> shows it.</summary>
    public static string Text(string? text, Func<Rune, string> one)
    {
        if (text is null)
        {
            return string.Concat("[removed]".EnumerateRunes().Select(one));
        }

        var shown = new StringBuilder(text.Length + 16);
        var left = Longest;
        foreach (var rune in text.EnumerateRunes())
        {
            if (left-- == 0)
            {
                return shown.Append(CultureInfo.InvariantCulture, $" … ({text.Length} characters)").ToString();
            }

            shown.Append(rune.Value switch
            {
                '\r' => "",
                '\n' or '\t' => " ",
                _ when IsHidden(rune) => string.Concat(NameOf(rune).EnumerateRunes().Select(one)),
                _ => one(rune),
            });
        }

        return shown.ToString();
    }
}
