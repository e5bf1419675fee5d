using System.Globalization;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Products.Postfix;

/// <summary>Times as Postfix writes them: a number and s, m, h, d or w (postconf(5)).</summary>
internal static class PostfixTime
{
    /// <summary>Throws <see cref="HostException"/> for anything else.</summary>
    public static TimeSpan Read(string text) =>
        text.Length > 1 && long.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var many)
            ? text[^1] switch
            {
                's' => TimeSpan.FromSeconds(many),
                'm' => TimeSpan.FromMinutes(many),
                'h' => TimeSpan.FromHours(many),
                'd' => TimeSpan.FromDays(many),
                'w' => TimeSpan.FromDays(7 * many),
                _ => throw Wrong(text),
            }
            : throw Wrong(text);

    private static HostException Wrong(string text) => new($"'{text}' is no time of Postfix; it is written like 5d, 300s or 1h.");
}
