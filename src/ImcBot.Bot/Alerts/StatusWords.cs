using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace ImcBot.Bot.Alerts;

/// <summary>
/// What monitoring systems write where they say how it stands, in any letter case. What is not listed fires: a word that nobody foresaw may
/// be an outage.
/// </summary>
internal static partial class StatusWords
{
    private static readonly FrozenSet<string> Over = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "resolved",
        "resolve",
        "recovery",
        "recovered",
        "ok",
        "up",
        "0",
        "inactive",
        "normal",
        "clear",
        "cleared",
        "closed",
        "success",
        "ended",
        "deactivated"
    );

    public static AlertState Read(string? status)
    {
        var words = Edges().Replace(status ?? "", "");
        var word = Word().Match(words).Value;
        var rest = words[word.Length..];
        return Over.Contains(words) ? AlertState.Over
            : Unheard().IsMatch(words) || rest.Contains("(acknowledged", StringComparison.OrdinalIgnoreCase) ? AlertState.Ignored
            : (Over.Contains(word) && Explained().IsMatch(rest)) || rest.Contains(" ended", StringComparison.OrdinalIgnoreCase)
                ? AlertState.Over
            : AlertState.Firing;
    }

    // Quotes, full stops, coloured signs, marks that nobody sees.
    [GeneratedRegex(@"^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Edges();

    [GeneratedRegex(@"^[\p{L}\p{N}]+", RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    // Acknowledged, planned or unsteady: of Nagios, Icinga, Checkmk (NOTIFICATIONTYPE), Zabbix and PRTG (Paused, Down (Acknowledged)).
    [GeneratedRegex(
        @"^(?:(?:in|under|scheduled|planned)\s+)?(?:ack|downtime|flap|paused|maintenance)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Unheard();

    // PRTG: "Up (was: Down)", "Down ended (now: Up)"; Nagios: "OK (hard)"; others: "OK: text", "RECOVERY - text".
    [GeneratedRegex(@"^\s*[(:]|^\s+[-\u2013\u2014]\s", RegexOptions.CultureInvariant)]
    private static partial Regex Explained();
}
