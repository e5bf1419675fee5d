using System.Runtime.Versioning;

namespace ImcBot.Relay.Hosts.Windows;

/// <summary>Installed programs from the server's registry, drivers from its service manager.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsPrograms(WindowsServer server) : IPrograms
{
    private const int Running = 4;

    public Task<IReadOnlyList<ProgramInfo>> ListAsync(CancellationToken cancellationToken) =>
        server.AskAsync<IReadOnlyList<ProgramInfo>>("installed programs", () => [.. List()], cancellationToken);

    public Task<IReadOnlyList<DriverInfo>> DriversAsync(CancellationToken cancellationToken) =>
        server.AskAsync<IReadOnlyList<DriverInfo>>(
            "drivers",
            () =>
                [
                    .. ServiceManager
                        .List(server.Machine, ServiceManager.Drivers)
                        .Select(driver => new DriverInfo(driver.Name, driver.State == Running)),
                ],
            cancellationToken
        );

    private List<ProgramInfo> List()
    {
        using var root = WindowsRegistry.Root(server);
        using var keys = root.OpenSubKey(@"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall");
        var programs = new List<ProgramInfo>();
        foreach (var name in keys?.GetSubKeyNames() ?? [])
        {
            using var key = keys!.OpenSubKey(name);
            if (key?.GetValue("DisplayName") is string { Length: > 0 } display)
            {
                // EstimatedSize is in KB; installers of NT's time seldom write it.
                programs.Add(
                    new ProgramInfo(
                        display,
                        key.GetValue("Publisher") as string ?? "",
                        key.GetValue("EstimatedSize") is int size ? (long)size << 10 : 0
                    )
                );
            }
        }

        return programs;
    }
}
