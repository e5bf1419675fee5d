using System.Buffers;
using System.Globalization;
using System.Text;

namespace ImcBot.Bot.Export;

/// <summary>The characters that a form must write in another way, and how.</summary>
internal sealed class Lettering(string special, Func<Rune, string> one)
{
    /// <summary>Nothing is special.</summary>
    public static Lettering None { get; } = new("", rune => rune.ToString());

    /// <summary>What everybody sees and no form takes for anything else.</summary>
    public SearchValues<char> Plain { get; } =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(letter => (char)letter).Except(special)]);

    public string Of(Rune rune) => rune.IsAscii && special.Contains((char)rune.Value) ? one(rune) : rune.ToString();
}

/// <summary>
/// What text of people and servers may look like before it is shown anywhere: nothing in it is unseen, reversed or endless.
/// </summary>
internal static class Visible
{
    /// <summary>The most characters shown of one text.</summary>
    public const int Longest = 2000;

    /// <summary>Whether a reader could not see this character, or it would change how others are read.</summary>
    public static bool IsHidden(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned;

    /// <summary>The name that stands for a hidden character.</summary>
    public static string NameOf(Rune rune) => $"[U+{rune.Value:X4}]";

    /// <summary>Text that a spreadsheet, given it as a cell, must not take for a formula; blanks before it do not help.</summary>
    public static string Cell(string text) =>
        text.AsSpan().TrimStart() is ['=' or '+' or '-' or '@' or '\uFF1D' or '\uFF0B' or '\uFF0D' or '\uFF20', ..] ? $"'{text}" : text;

    /// <summary>One line; hidden characters named, long text cut, each rune as <paramref name="letters"/> has it.</summary>
    public static string Text(string? text, Lettering letters)
    {
        text ??= "[removed]";
        if (text.Length <= Longest && !text.AsSpan().ContainsAnyExcept(letters.Plain))
        {
            return text;
        }

        var shown = new StringBuilder(Math.Min(text.Length, Longest) + 64);
        var left = Longest;
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            if (left == 0)
            {
                return shown.Append(CultureInfo.InvariantCulture, $" … ({text.Length} characters)").ToString();
            }

            // A transcript has millions of characters that stand for themselves.
            var other = rest.IndexOfAnyExcept(letters.Plain);
            var run = Math.Min(other < 0 ? rest.Length : other, left);
            shown.Append(rest[..run]);
            rest = rest[run..];
            left -= run;
            if (run > 0)
            {
                continue;
            }

            Rune.DecodeFromUtf16(rest, out var rune, out var taken);
            rest = rest[taken..];
            left--;
            Append(shown, rune, letters);
        }

        return shown.ToString();
    }

    private static void Append(StringBuilder shown, Rune rune, Lettering letters)
    {
        if (rune.Value is '\n' or '\t')
        {
            shown.Append(' ');
        }
        else if (rune.Value is not '\r')
        {
            shown.Append(IsHidden(rune) ? string.Concat(NameOf(rune).EnumerateRunes().Select(letters.Of)) : letters.Of(rune));
        }
    }
}
