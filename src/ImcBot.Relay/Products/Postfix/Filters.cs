using System.Net;
using System.Text.RegularExpressions;

namespace ImcBot.Relay.Products.Postfix;

/// <summary>
/// Where an instance brings mail to be looked through: what <c>content_filter</c> of main.cf names, and of single lines of master.cf. A
/// connection is a filter's where Postfix names it so, such as <c>localhost[127.0.0.1]:10025</c> or <c>mx[private/scan]</c>. A filter that
/// pipe(8) runs has no connection.
/// </summary>
internal sealed partial class Filters
{
    private Filters(IReadOnlyList<FilterPlace> places) => Places = places;

    public IReadOnlyList<FilterPlace> Places { get; }

    /// <summary>Asked for once for all that ask meanwhile.</summary>
    public static Task<Filters> OfAsync(PostfixInstance instance, CancellationToken cancellationToken) =>
        instance.Site.ShareAsync(
            $"filters of {instance.Config}",
            async asking => Of(await instance.EverywhereAsync("content_filter", asking)),
            cancellationToken
        );

    /// <param name="settings">Such as <c>scan:[127.0.0.1]:10025</c>; empty for none.</param>
    public static Filters Of(IEnumerable<string> settings) =>
        new([
            .. settings
                .Select(setting => setting.Trim())
                .Where(setting => setting.Contains(':', StringComparison.Ordinal))
                .SelectMany(setting => setting[(setting.IndexOf(':', StringComparison.Ordinal) + 1)..].Split(','))
                .Select(FilterPlace.Of)
                .OfType<FilterPlace>()
                .Distinct(),
        ]);

    /// <summary>Whether a reason is about the connection to one of them, also where it is said of others.</summary>
    public bool AreNamed(string reason) => Places.Any(place => place.IsNamed(reason));

    /// <summary>
    /// Whether a server is at this host, as a filter mostly is: at a loopback address or a socket, under any name. For where nothing but a
    /// line tells.
    /// </summary>
    public static bool MayBe(string server) =>
        Server().Match(server) is { Success: true } named
        && (named.Groups["at"].Value.Contains('/', StringComparison.Ordinal) || IsLoopback(named.Groups["at"].Value));

    public static bool IsLoopback(string address) => IPAddress.TryParse(address, out var parsed) && IPAddress.IsLoopback(parsed);

    /// <summary>A server as Postfix names one: its name, its address or socket, and mostly its port.</summary>
    [GeneratedRegex(@"(?<name>[^\s\[\]]+)\[(?<at>[^\s\[\]]+)\](?::(?<port>\d+))?", RegexOptions.CultureInvariant)]
    internal static partial Regex Server();
}

/// <summary>Where one filter is.</summary>
/// <param name="Host">Its name or address, or its socket.</param>
/// <param name="Port">Null for a socket, and where the setting names none.</param>
internal sealed partial record FilterPlace(string Host, int? Port)
{
    public bool IsSocket => Host.Contains('/', StringComparison.Ordinal);

    /// <summary>Whether it can be asked for at a port of this host.</summary>
    public bool IsHere => Port is not null && (Host == "localhost" || Filters.IsLoopback(Host));

    public override string ToString() =>
        Port is not { } port ? Host
        : Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{port}"
        : $"{Host}:{port}";

    /// <summary>Null where a transport is told no server.</summary>
    /// <param name="next">What follows the transport, such as <c>[127.0.0.1]:10025</c> or <c>unix:private/scan</c>.</param>
    public static FilterPlace? Of(string next)
    {
        var told = next.Trim();
        return told.StartsWith("unix:", StringComparison.Ordinal) ? new FilterPlace(told["unix:".Length..], null)
            : Next().Match(told) is { Success: true, Groups: var groups }
                ? new FilterPlace(groups["host"].Value.ToLowerInvariant(), int.TryParse(groups["port"].Value, out var port) ? port : null)
            : null;
    }

    public bool IsNamed(string reason)
    {
        var own = LogText.OwnOf(reason);
        return Filters
                .Server()
                .Matches(own)
                .Any(server => IsAt(server.Groups["name"].Value, server.Groups["at"].Value, server.Groups["port"].Value))
            || Unknown().Matches(own).Any(unknown => Is(unknown.Groups[1].Value));
    }

    private bool IsAt(string name, string at, string port) =>
        IsSocket
            ? at == Host
            : (Is(name) || Is(at) || (Host == "localhost" && Filters.IsLoopback(at)))
                && (Port is null || port.Length == 0 || port == $"{Port}");

    private bool Is(string name) => string.Equals(name, Host, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(
        @"^(?:inet:)?(?:\[(?:ipv6:)?(?<host>[^\]\s]+)\]|(?<host>[^\[\]:\s]+))(?::(?<port>\S+))?$",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex Next();

    /// <summary>A name that does not resolve.</summary>
    [GeneratedRegex(@"(?:for name=|unable to look up host )([^\s:]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Unknown();
}
