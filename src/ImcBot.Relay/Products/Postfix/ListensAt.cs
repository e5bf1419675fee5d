using System.Globalization;

namespace ImcBot.Relay.Products.Postfix;

/// <summary>Where an instance listens: by the lines of its master.cf, else by <c>inet_interfaces</c>.</summary>
internal static class ListensAt
{
    public const string Loopback = "127.0.0.1";

    private const string Loopback6 = "::1";

    /// <summary>Names that master.cf may have in place of these ports.</summary>
    private static readonly Dictionary<string, string[]> Named = new(StringComparer.Ordinal)
    {
        ["25"] = ["smtp"],
        ["465"] = ["smtps", "submissions"],
        ["587"] = ["submission"],
    };

    /// <summary>Its addresses, or names of them, at a port; the loopback where no line of its master.cf is for that port.</summary>
    public static async Task<IReadOnlyList<string>> AddressesAsync(
        PostfixInstance instance,
        int port,
        CancellationToken cancellationToken
    ) =>
        Addresses(
            await instance.AskAsync(instance.Program("postconf", "-x", "-M"), cancellationToken),
            port,
            await instance.SettingAsync("inet_interfaces", cancellationToken),
            await instance.SettingAsync("inet_protocols", cancellationToken)
        );

    /// <param name="services">What <c>postconf -M</c> writes.</param>
    public static IReadOnlyList<string> Addresses(string services, int port, string interfaces, string protocols)
    {
        var found = Listeners(services, port.ToString(CultureInfo.InvariantCulture))
            .SelectMany(name =>
                name.LastIndexOf(':') is > 0 and var colon ? [name[..colon].Trim('[', ']')] : PostfixInstance.Words(interfaces)
            )
            .SelectMany(address => address is "all" or "loopback-only" or "localhost" ? Own(protocols) : [address.Trim('[', ']')])
            .Distinct(StringComparer.Ordinal)
            .ToList();
        return found.Count > 0 ? found : Own(protocols);
    }

    /// <summary>The listeners at a port as master.cf names them, such as <c>smtp</c> or <c>192.0.2.1:25</c>.</summary>
    /// <param name="services">What <c>postconf -M</c> writes.</param>
    public static IEnumerable<string> Listeners(string services, string port) =>
        services
            .Split('\n')
            .Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words is [_, "inet", ..])
            .Select(words => words[0])
            .Where(name =>
                name[(name.LastIndexOf(':') + 1)..] is var own && (own == port || Named.GetValueOrDefault(port, []).Contains(own))
            );

    private static string[] Own(string protocols) => PostfixInstance.Words(protocols) is ["ipv6"] ? [Loopback6] : [Loopback];
}
