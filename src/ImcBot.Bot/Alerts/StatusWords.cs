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
        var words = Edges().Replace(Present(status ?? ""), "");
        var word = Word().Match(words).Value;
        var rest = words[word.Length..];
        return Over.Contains(words) ? AlertState.Over
            : Unheard().IsMatch(words) || Acknowledged().IsMatch(rest) ? AlertState.Ignored
            : (Over.Contains(word) && Explained().IsMatch(rest)) || Ended().IsMatch(rest) ? AlertState.Over
            : AlertState.Firing;
    }

    // PRTG tells what was beside what is: "Warning ended (now: Down)", "Down (was: Down (Acknowledged))".
    private static string Present(string status)
    {
        var now = Now().Match(status) is { Success: true } told ? status[(told.Index + told.Length)..] : status;
        return Past().Match(now) is { Success: true } past ? now[..past.Index] : now;
    }

    [GeneratedRegex(@"\(\s*now\s*:", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Now();

    [GeneratedRegex(@"\(\s*(?:was|before)\s*:", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Past();

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

    [GeneratedRegex(@"^(?:\s+\w+)?\s*\(acknowledged\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Acknowledged();

    [GeneratedRegex(@"^(?:\s*\([^()]*\))?\s+ended\s*(?:$|\()", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Ended();

    // Nagios: "OK (hard)"; others: "OK: text", "RECOVERY - text".
    [GeneratedRegex(@"^\s*[(:]|^\s+[-\u2013\u2014]\s", RegexOptions.CultureInvariant)]
    private static partial Regex Explained();
}
