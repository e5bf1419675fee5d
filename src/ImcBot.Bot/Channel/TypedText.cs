using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Bot.Schema;

namespace ImcBot.Bot.Channel;

/// <summary>
/// What a person typed, out of the text of an activity: without what it quotes, without markup, mentions as <c>@name</c>, those of the bot
/// left out.
/// </summary>
internal static partial class TypedText
{
    private const int Most = 8000;

    /// <param name="mentions">Who is mentioned is known by the id alone; name and text only find the place, and some clients leave the text
    /// out.</param>
    /// <param name="bot">Account id of the bot.</param>
    public static string Of(string? text, IReadOnlyList<Mention> mentions, string? bot)
    {
        var left = WithoutQuotes(text ?? "");
        var (inOrder, place) = (Tag().Count(left) == mentions.Count, 0);
        left = Tag()
            .Replace(
                left,
                tag =>
                {
                    var next = inOrder ? mentions[place++] : null;
                    return (Find(mentions, tag.Value, tag.Groups["name"].Value) ?? next) is { } mention
                        ? Shown(mention, bot)
                        : "@" + tag.Groups["name"].Value;
                }
            );
        foreach (var mention in mentions.Where(mention => !string.IsNullOrEmpty(mention.Text)))
        {
            left = left.Replace(mention.Text!, Shown(mention, bot), StringComparison.OrdinalIgnoreCase);
        }

        var plain = WebUtility
            .HtmlDecode(Markup().Replace(left, tag => tag.Groups["block"].Success ? "\n" : ""))
            .Replace('\u00a0', ' ')
            .Trim();
        plain = Unseen().IsMatch(plain) ? "" : QuotedLines().Replace(plain, "");
        return plain.Length <= Most ? plain : plain[..Most];
    }

    /// <summary>What was typed behind @ and the bot's name, where a client made no mention of that; else all of it.</summary>
    public static (string Text, bool IsNamed) WithoutName(string text, string? name) =>
        name is { Length: > 0 }
        && text.StartsWith('@')
        && text.AsSpan(1).StartsWith(name, StringComparison.OrdinalIgnoreCase)
        && (text.Length == name.Length + 1 || !char.IsLetterOrDigit(text[name.Length + 1]))
            ? (text[(name.Length + 1)..].Trim(), true)
            : (text, false);

    /// <summary>
    /// What is quoted is nobody's command now: it goes with all that it holds, to the end of the text where it is not closed.
    /// </summary>
    private static string WithoutQuotes(string text)
    {
        var (left, depth, from) = ("", 0, 0);
        foreach (var tag in Quote().EnumerateMatches(text))
        {
            var shown = text.AsSpan(tag.Index, tag.Length);
            if (depth == 0)
            {
                left += text[from..tag.Index] + " ";
            }

            depth =
                shown.EndsWith("/>", StringComparison.Ordinal) ? depth
                : shown.StartsWith("</", StringComparison.Ordinal) ? Math.Max(0, depth - 1)
                : depth + 1;
            from = tag.Index + tag.Length;
        }

        return depth == 0 ? left + text[from..] : left;
    }

    // The tag and the entity need not agree letter by letter: an id in the tag, another letter case, a name with & that is decoded in one
    // of them. Where they do not agree at all, and there are as many of both, they stand in the same order.
    private static Mention? Find(IReadOnlyList<Mention> mentions, string tag, string inner) =>
        mentions.FirstOrDefault(mention => mention.Text == tag)
        ?? mentions.FirstOrDefault(mention =>
            Same(Plain(mention.Text ?? ""), Plain(inner)) || Same(mention.Mentioned.Name ?? "", Plain(inner))
        );

    private static bool Same(string one, string other) => one.Length > 0 && one.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static string Plain(string marked) =>
        string.Join(' ', WebUtility.HtmlDecode(AnyTag().Replace(marked, "")).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Shown(Mention mention, string? bot) =>
        mention.Mentioned.Id == bot ? " " : "@" + WebUtility.HtmlEncode(mention.Mentioned.Name ?? "");

    [GeneratedRegex(
        @"</?(?:blockquote|quoted|quote|legacyquote)\b[^>]*>",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Quote();

    [GeneratedRegex(
        @"<at\b[^>]*>(?<name>.*?)</at\s*>",
        RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Tag();

    [GeneratedRegex(
        "</?(?:(?<block>div|p|br|ul|ol|li|pre|table|tr|h[1-6]|hr|figure|codeblock)|thead|tbody|tfoot|th|td|span|strong|b|em|i|u|s|strike|"
            + @"a|code|font|sub|sup|img|emoji|customemoji|attachment)\b[^>]*>",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Markup();

    [GeneratedRegex(@"\A[\s\p{Cf}]*\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Unseen();

    // Lines behind a typed > before what somebody says to them.
    [GeneratedRegex(@"\A(?:\s*>[^\n]*\n)+\s*(?=[^\s>])", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex QuotedLines();

    [GeneratedRegex("<[^>]*>", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AnyTag();
}
