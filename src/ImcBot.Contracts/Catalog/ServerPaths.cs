using System.Text.RegularExpressions;

namespace ImcBot.Contracts;

/// <summary>
/// What is known of a server before anybody has looked at it: the names that a relay resolves, and what is never touched to gain space.
/// </summary>
public static partial class ServerPaths
{
    /// <summary>Names that may stand as <c>${name}</c> in the arguments of a runbook's calls.</summary>
    public static IReadOnlyList<string> Names { get; } = ["imcdata", "temp", "systemroot", "exchsrvr", "store", "hold", "spare-volume"];

    /// <summary>Whether a service's queue, or what was held of it, lies in this folder; its logs do not count.</summary>
    public static bool HoldsItems(string folder) =>
        Queue().Match(folder) is { Success: true } queue && !queue.Groups[1].Value.Equals("Log", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether people are connected to this service all the time: to stop it is a decision of its own.</summary>
    public static bool UsersConnectTo(string service) => service.Equals("MSExchangeIS", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"(?:^\$\{(?:imcdata|hold)\}|[\\/](?:Imcdata|ImcBotHold))(?:[\\/]([^\\/]*))?(?:[\\/].*)?$", RegexOptions.IgnoreCase)]
    private static partial Regex Queue();
}
