using System.Text.RegularExpressions;

namespace ImcBot.Relay.General;

/// <summary>Records of who did what on a server: event, audit and authentication logs. They are never deleted to gain space.</summary>
internal static partial class AuditRecords
{
    public static bool Is(string path) => Log().IsMatch(path) || Place().IsMatch(path);

    [GeneratedRegex(
        @"(?:^|[\\/])(?:[^\\/]*\.evtx?|(?:auth\.log|secure|audit\.log|wtmp|btmp|utmp|lastlog|faillog|tallylog|sudo\.log|sulog)[^\\/]*"
            + @"|system@[^\\/]*\.journal|system\.journal)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Log();

    [GeneratedRegex(
        @"[\\/](?:system32[\\/](?:config|winevt)|log[\\/](?:audit|journal|sudo-io)|systemd-private-[^\\/]*)[\\/]",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Place();
}
