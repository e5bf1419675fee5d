using System.Runtime.Versioning;

namespace ImcBot.Relay.Hosts.Windows;

/// <summary>A Windows server over what Windows itself gives: service manager, classic event log, registry and administrative shares.
/// With a machine name everything is asked of that machine over the network, else of this one.</summary>
[SupportedOSPlatform("windows")]
internal static class WindowsHost
{
    /// <param name="machine">The server's name, or null for the machine the relay runs on.</param>
    public static Host Connect(string? machine, TimeProvider time)
    {
        var server = new WindowsServer(machine, time);
        var services = new WindowsServices(server);
        var registry = new WindowsRegistry(server);
        var commands = new LocalCommands(time);
        return new Host(
            server.Name,
            PathGrammar.Windows,
            services,
            new WindowsEventLog(server),
            registry,
            new WindowsVolumes(server),
            new WindowsFiles(server),
            new WindowsPrograms(server),
            new WindowsMachine(server),
            commands,
            run => new WindowsWriter(server, services, commands)
        );
    }
}
