using System.Text.RegularExpressions;

namespace ImcBot.Bot.Journal;

/// <summary>
/// Takes secrets out of people's texts before the journal has them. A rule that fails takes the whole text: a secret kept is worse than a
/// text lost.
/// </summary>
internal sealed class Masks(IReadOnlyList<Func<string, string>> rules)
{
    public const string Hidden = "[secret removed]",
        Withheld = "[withheld: it could not be checked for secrets]";

    // Tokens, private keys, and what follows a word such as password.
    private static readonly string[] Known =
    [
        @"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.?[A-Za-z0-9_-]*",
        @"-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(-----END [A-Z ]*PRIVATE KEY-----)?",
        @"(?i)\b(password|passwd|pwd|secret|api[-_ ]?key|accountkey|sharedaccesskey|token)\b\s*[:=]\s*\S+",
        @"(?i)\bbearer\s+[A-Za-z0-9._~+/=-]{12,}",
    ];

    public static Masks Standard { get; } = With([]);

    /// <summary>The known patterns and these. Matching takes time in proportion to the text, whatever the pattern.</summary>
    /// <exception cref="ArgumentException">One of them is no regular expression, or needs to look around.</exception>
    public static Masks With(IEnumerable<string> patterns) => new([.. Known.Concat(patterns).Select(Rule)]);

    public string Clean(string text)
    {
        try
        {
            return rules.Aggregate(text, (clean, rule) => rule(clean));
        }
        catch (Exception exception) when (exception is RegexMatchTimeoutException or InvalidOperationException or ArgumentException)
        {
            return Withheld;
        }
    }

    private static Func<string, string> Rule(string pattern)
    {
        var expression = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(2));
        return text => expression.Replace(text, Hidden);
    }
}
