using System.Runtime.Versioning;
using System.ServiceProcess;

namespace ImcBot.Relay.Hosts.Windows;

/// <summary>
/// Services as the service manager tells them; what they need comes from their registry keys, where other products add themselves
/// (Q250500).
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsServices(WindowsServer server) : IServices
{
    /// <summary>How long a read dependency counts as live: a list of 150 services is asked for every 2 s and reads as many keys.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    private readonly Lock _one = new();
    private Dictionary<string, IReadOnlyList<string>> _needs = [];
    private long? _readAt;

    public Task<IReadOnlyList<ServiceInfo>> ListAsync(CancellationToken cancellationToken) =>
        server.AskAsync<IReadOnlyList<ServiceInfo>>("list of services", () => [.. List()], cancellationToken);

    public List<ServiceInfo> List()
    {
        var services = ServiceManager.List(server.Machine, ServiceManager.Services);
        lock (_one)
        {
            if (_readAt is not { } at || server.Time.GetElapsedTime(at) > Fresh)
            {
                _needs = Needs(services);
                _readAt = server.Time.GetTimestamp();
            }

            return services.ConvertAll(service => new ServiceInfo(
                service.Name,
                service.Display,
                State(service.State),
                _needs.GetValueOrDefault(service.Name) ?? [],
                service.ExitCode,
                service.ServiceCode
            ));
        }
    }

    private Dictionary<string, IReadOnlyList<string>> Needs(List<ServiceStatus> services)
    {
        using var root = WindowsRegistry.Root(server);
        using var keys = root.OpenSubKey(@"SYSTEM\CurrentControlSet\Services");
        var needs = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var service in services)
        {
            using var key = keys?.OpenSubKey(service.Name);
            // A plus sign begins the name of a group, which is no service.
            needs[service.Name] = key?.GetValue("DependOnService") is string[] names
                ? [.. names.Where(name => name is not ['+', ..] and not "")]
                : [];
        }

        return needs;
    }

    private static ServiceState State(int state) =>
        (ServiceControllerStatus)state switch
        {
            ServiceControllerStatus.Stopped => ServiceState.Stopped,
            ServiceControllerStatus.StartPending => ServiceState.StartPending,
            ServiceControllerStatus.Running => ServiceState.Running,
            ServiceControllerStatus.StopPending => ServiceState.StopPending,
            _ => ServiceState.Unknown,
        };
}
