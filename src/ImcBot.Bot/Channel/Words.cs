using System.Globalization;
using System.Text;
using System.Text.Json;
using ImcBot.Bot.Cards;
using ImcBot.Core.Runbooks;

namespace ImcBot.Bot.Channel;

/// <summary>
/// What is written on cards. Text from elsewhere (names, reasons, findings) is made fit to be shown: it can neither hide, nor reverse, nor
/// format, nor flood.
/// </summary>
internal static class Words
{
    /// <summary>The name of an enum's value in small letters with hyphens, such as <c>follow-up</c>.</summary>
    public static string Kebab<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    /// <summary>
    /// For text that is shown as it is (a <see cref="TextRun"/>): one line, no control or direction characters, at most this long.
    /// </summary>
    public static string Clean(string? text, int most = 400)
    {
        var clean = new StringBuilder();
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            if (clean.Length >= most)
            {
                return clean.Append('…').ToString();
            }

            Append(clean, rune);
        }

        return clean.ToString().Trim();
    }

    /// <summary>
    /// For text inside Markdown: also, nothing in it can begin a format, a link, a mention or a date. Clients differ in how they read a
    /// backslash, so the letters that matter are replaced by ones that look alike.
    /// </summary>
    public static string Escape(string? text, int most = 400)
    {
        var clean = Clean(text, most);
        var escaped = new StringBuilder(clean.Length);
        for (var at = 0; at < clean.Length; at++)
        {
            var before = at > 0 ? clean[at - 1] : ' ';
            var after = at + 1 < clean.Length ? clean[at + 1] : ' ';
            escaped.Append(Escaped(clean[at], before, after));
        }

        return escaped.ToString();
    }

    /// <summary>A number with its noun, such as "1 message" or "3 messages".</summary>
    public static string Count(long count, string noun, string? plural = null) => SubjectWords.Count(count, noun, plural);

    private static string Escaped(char letter, char before, char after) =>
        letter switch
        {
            '<' => "‹",
            '>' => "›",
            '[' => "(",
            ']' => ")",
            '*' => "∗",
            '`' => "ˋ",
            '~' => "∼",
            '_' when !(char.IsLetterOrDigit(before) && char.IsLetterOrDigit(after)) => "\u200b_\u200b",
            '\\' when char.IsAscii(after) && (char.IsPunctuation(after) || char.IsSymbol(after)) => "\\\u200b",
            '{' when after == '{' => "{\u200b",
            _ => letter.ToString(),
        };

    private static void Append(StringBuilder clean, Rune rune)
    {
        switch (Rune.GetUnicodeCategory(rune))
        {
            case UnicodeCategory.Control
            or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.SpaceSeparator:
                if (clean is [] or [.., not ' '])
                {
                    clean.Append(' ');
                }

                break;
            case UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned:
                clean.Append('·');
                break;
            default:
                clean.Append(rune.ToString());
                break;
        }
    }
}
