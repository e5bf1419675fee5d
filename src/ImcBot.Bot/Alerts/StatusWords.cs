using System.Collections.Frozen;

namespace ImcBot.Bot.Alerts;

/// <summary>
/// What monitoring systems write where they say how it stands, in any letter case. What is not listed fires: a word that nobody foresaw may
/// be an outage.
/// </summary>
internal static class StatusWords
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

    // Acknowledged, planned or unsteady: of Nagios, Icinga, Checkmk (NOTIFICATIONTYPE), Zabbix and PRTG (Paused, Down (Acknowledged)).
    private static readonly string[] IgnoredBeginnings = ["acknowledg", "downtime", "flapping", "paused", "maintenance"];

    public static AlertState Read(string? status)
    {
        var words = (status ?? "").Trim();
        var (word, rest) = words.IndexOfAny([' ', '(']) is > 0 and var at ? (words[..at], words[at..]) : (words, "");
        return Over.Contains(words) ? AlertState.Over
            : IsIgnored(word) || rest.Contains("(acknowledged", StringComparison.OrdinalIgnoreCase) ? AlertState.Ignored
            : IsTakenBack(word, rest) ? AlertState.Over
            : AlertState.Firing;
    }

    private static bool IsIgnored(string word) =>
        word.Equals("ack", StringComparison.OrdinalIgnoreCase)
        || IgnoredBeginnings.Any(beginning => word.StartsWith(beginning, StringComparison.OrdinalIgnoreCase));

    // PRTG: "Up (was: Down)", "Down ended (now: Up)"; Nagios: "OK (hard)".
    private static bool IsTakenBack(string word, string rest) =>
        (Over.Contains(word) && rest.TrimStart().StartsWith('(')) || rest.Contains(" ended", StringComparison.OrdinalIgnoreCase);
}
