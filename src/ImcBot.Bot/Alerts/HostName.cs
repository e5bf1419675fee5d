using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace ImcBot.Bot.Alerts;

/// <summary>
/// A host as labels name it: an address with scheme and path, a name with a port or behind a domain, an IPv6 address with or without
/// brackets.
/// </summary>
internal static partial class HostName
{
    /// <summary>The name alone, without scheme, user, domain, brackets, port and path; empty where the text can name no host.</summary>
    public static string Of(string? text)
    {
        var given = (text ?? "").Trim();
        var scheme = given.IndexOf("://", StringComparison.Ordinal);
        var hasPath = scheme >= 0 || given.StartsWith(@"\\", StringComparison.Ordinal);
        var rest = Before(scheme >= 0 ? given[(scheme + 3)..] : given.Trim('\\'), '/', '?', '#');
        rest = rest[(rest.LastIndexOf('@') + 1)..];
        rest = Scheme().Replace(hasPath ? Before(rest, '\\') : rest[(rest.LastIndexOf('\\') + 1)..], "");
        var address = rest.StartsWith('[') && rest.Contains(']', StringComparison.Ordinal) ? Before(rest[1..], ']') : rest;
        var name = Before(rest, ':').TrimEnd('.');
        return IsVersion6(address) ? address
            : Unfit().IsMatch(name) ? ""
            : name;
    }

    /// <summary>Whether it is a macro that the sender did not fill in, such as <c>$HOSTNAME$</c> or <c>[no value]</c>.</summary>
    public static bool IsMacro(string text) => Macro().IsMatch(text);

    /// <summary>The last segment of a resource id, or the text where it is none.</summary>
    public static string LastSegment(string text) => text.Trim().TrimEnd('/').Split('/')[^1];

    private static string Before(string text, params char[] marks) =>
        text[..(text.IndexOfAny(marks) is >= 0 and var at ? at : text.Length)];

    private static bool IsVersion6(string text) =>
        IPAddress.TryParse(Before(text, '%'), out var address)
        && address.AddressFamily == AddressFamily.InterNetworkV6
        && !Unfit().IsMatch(text.Replace("%", "", StringComparison.Ordinal));

    // tcp:mx1:25, and mx1:25 is a name with its port.
    [GeneratedRegex(
        @"^(?:(?:tcp|udp|tls|ssl):(?!\d+$)|[a-z][a-z0-9+.-]*:(?=(?:[^:\[\]]+|\[[^\[\]]*\]):\d+$))",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Scheme();

    [GeneratedRegex(@"[\s<>{}\[\]$*%]", RegexOptions.CultureInvariant)]
    private static partial Regex Unfit();

    [GeneratedRegex(@"[<>{}$*%]|^\[[^:]*\]$", RegexOptions.CultureInvariant)]
    private static partial Regex Macro();
}
