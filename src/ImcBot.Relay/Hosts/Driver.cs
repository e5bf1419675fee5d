using ImcBot.Relay.Hosts.Lab;
using ImcBot.Relay.Hosts.Linux;
using ImcBot.Relay.Hosts.Windows;

namespace ImcBot.Relay.Hosts;

/// <summary>Chooses the driver that the settings name.</summary>
internal static class Driver
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The drivers, each with how its servers spell their paths; the practice server is a Windows server.</summary>
    public static IReadOnlyDictionary<string, PathGrammar> Known { get; } =
        new Dictionary<string, PathGrammar>(StringComparer.Ordinal)
        {
            ["windows"] = PathGrammar.Windows,
            ["linux"] = PathGrammar.Unix,
            ["lab"] = PathGrammar.Windows,
        };

    /// <summary>
    /// Throws <see cref="HostException"/> when the practice server does not answer. A Windows server is first asked with the first
    /// question.
    /// </summary>
    public static async Task<Host> ConnectAsync(RelayOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        if (options.Driver == "linux")
        {
            return LinuxHost.Connect(options.Services, options.Data, time);
        }

        if (options.HostUrl is not { } url)
        {
            return OperatingSystem.IsWindows()
                ? WindowsHost.Connect(options.HostName, time)
                : throw new HostException("The driver windows works on Windows only.");
        }

        // The host keeps the client for as long as it lives itself.
        var http = new HttpClient { BaseAddress = new Uri(url.ToString().TrimEnd('/') + "/"), Timeout = Patience };
        return await LabHost.ConnectAsync(http, cancellationToken);
    }
}
