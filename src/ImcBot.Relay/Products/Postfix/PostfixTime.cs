using System.Globalization;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Products.Postfix;

/// <summary>
/// Times as Postfix writes them: a number and s, m, h, d or w, or the number alone in the unit of the setting (postconf(5)).
/// </summary>
internal static class PostfixTime
{
    /// <summary>Throws <see cref="HostException"/> for anything else, as for more seconds than Postfix counts.</summary>
    /// <param name="unit">The setting's own unit, where none is written.</param>
    public static TimeSpan Read(string text, char unit)
    {
        var (number, written) = text is [.. var before, >= 'a' and var letter] ? (before, letter) : (text, unit);
        var seconds = written switch
        {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            'w' => 7 * 86_400,
            _ => throw Wrong(text),
        };
        return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var many) && many <= int.MaxValue / seconds
            ? TimeSpan.FromSeconds(many * seconds)
            : throw Wrong(text);
    }

    private static HostException Wrong(string text) => new($"'{text}' is no time of Postfix; it is written like 5d, 300s or 1h.");
}
