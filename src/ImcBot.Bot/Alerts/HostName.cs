using System.Net;
using System.Net.Sockets;

namespace ImcBot.Bot.Alerts;

/// <summary>
/// A host as labels name it: an address with scheme and path, a name with a port, an IPv6 address with or without brackets.
/// </summary>
internal static class HostName
{
    /// <summary>The name alone, without scheme, user, brackets, port and path; empty where there is none.</summary>
    public static string Of(string? text)
    {
        var rest = (text ?? "").Trim().TrimStart('\\');
        rest = rest.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? rest[(scheme + 3)..] : rest;
        rest = rest[..(rest.IndexOfAny(['/', '?', '#', '\\']) is >= 0 and var end ? end : rest.Length)];
        rest = rest[(rest.LastIndexOf('@') + 1)..];
        return rest.StartsWith('[') ? rest[1..(rest.IndexOf(']', StringComparison.Ordinal) is > 0 and var close ? close : rest.Length)]
            : IPAddress.TryParse(rest, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6 ? rest
            : rest[..(rest.IndexOf(':', StringComparison.Ordinal) is >= 0 and var port ? port : rest.Length)].TrimEnd('.').Trim();
    }

    /// <summary>The last segment of a resource id, or the text where it is none.</summary>
    public static string LastSegment(string text) => text.Trim().TrimEnd('/').Split('/')[^1];
}
