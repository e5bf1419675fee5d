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

    /// <summary>Text that a spreadsheet, given it as a cell, must not take for a formula.</summary>
    public static string Cell(string text) => text is ['=' or '+' or '-' or '@', ..] ? $"'{text}" : text;

    /// <summary>One line; hidden characters named, long text cut, each rune as <paramref name="one"/> shows it, or as it is where that is null.</summary>
    public static string Text(string? text, Func<Rune, string?> one)
    {
        if (text is null)
        {
            return Text("[removed]", one);
        }

        var shown = new StringBuilder(Math.Min(text.Length, Longest) + 64);
        var left = Longest;
        foreach (var rune in text.EnumerateRunes())
        {
            if (left-- == 0)
            {
                return shown.Append(CultureInfo.InvariantCulture, $" … ({text.Length} characters)").ToString();
            }

            if (rune.Value is '\n' or '\t')
            {
                shown.Append(' ');
            }
            else if (rune.Value is not '\r')
            {
                Append(shown, rune, one);
            }
        }

        return shown.ToString();
    }

    // A transcript has millions of characters that stand for themselves: no string is made for those.
    private static void Append(StringBuilder shown, Rune rune, Func<Rune, string?> one)
    {
        if (rune.Value is < ' ' or > '~' && IsHidden(rune))
        {
            foreach (var letter in NameOf(rune).EnumerateRunes())
            {
                Append(shown, letter, one);
            }
        }
        else if (one(rune) is { } other)
        {
            shown.Append(other);
        }
        else
        {
            Span<char> letters = stackalloc char[2];
            shown.Append(letters[..rune.EncodeToUtf16(letters)]);
        }
    }
}
