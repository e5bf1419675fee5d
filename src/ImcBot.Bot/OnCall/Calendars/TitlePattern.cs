using System.Text.RegularExpressions;

namespace ImcBot.Bot.OnCall.Calendars;

/// <summary>
/// Where the name stands in the titles of one calendar, such as <c>On Call - {name} - Mail Platform</c>; <c>*</c> is any text. Letter case
/// and the number of spaces do not matter.
/// </summary>
internal sealed class TitlePattern
{
    private const string Name = "{name}";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Regex? _titles;

    /// <param name="pattern">Empty where the whole title is the name.</param>
    public TitlePattern(string pattern) =>
        _titles =
            pattern.Length == 0
                ? null
                : new Regex(
                    @"\A\s*" + string.Join("(?<name>.+?)", pattern.Trim().Split(Name, 2).Select(Literal)) + @"\s*\z",
                    RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.ExplicitCapture,
                    Patience
                );

    public static bool IsPattern(string pattern) => pattern.Length == 0 || pattern.Split(Name).Length == 2;

    /// <summary>The part of a title that is the name; null where the title is not of this pattern.</summary>
    public string? NameIn(string title) =>
        _titles is null ? null
        : _titles.Match(title) is { Success: true } match ? match.Groups["name"].Value.Trim()
        : null;

    private static string Literal(string text) =>
        string.Join(
            ".*?",
            text.Split('*').Select(part => Regex.Replace(Regex.Escape(part), @"(\\ )+", @"\s+", RegexOptions.None, Patience))
        );
}
