using System.Text.Json;
using ImcBot.Lab.Server;
using ImcBot.Lab.Server.Host;

namespace ImcBot.Lab.Wine;

/// <summary>
/// Shows the practice host as a Windows server: its services in a prefix's service manager, its registry, events, programs and drives where
/// Windows has them. What is ordered there the practice host does, so that its mail service fails there as anywhere.
/// </summary>
internal sealed class WindowsFace : IDisposable
{
    /// <summary>Who changed something, for the record: Windows does not tell which of its users it was.</summary>
    public const string Name = "Windows";

    private readonly Lock installing = new();
    private readonly PracticeHost host;
    private readonly WinePrefix prefix;
    private readonly RegistryMirror registry;
    private readonly ServiceMirror services;
    private readonly WindowsAgent agent;

    private WindowsFace(PracticeHost host, WinePrefix prefix, string machine)
    {
        (this.host, this.prefix) = (host, prefix);
        InstallPrograms();
        registry = new(host.Registry, host.Record, Order);
        services = new(host.Services, () => registry.SyncAsync(host.Time), Order);
        Events = new(prefix.DriveC("evlog", "local"), machine);
        agent = WindowsAgent.Start(prefix, prefix.Program(Places.HotfixBuild)!, registry.Hear);
    }

    private EventRecords Events { get; }

    /// <summary>Before the host's first service starts.</summary>
    public static async Task<WindowsFace> OpenAsync(PracticeHost host, string folder, CancellationToken cancellationToken)
    {
        var made = new WinePrefix(folder, host.Drives.Root);
        var face = new WindowsFace(host, made, await made.NameAsync(cancellationToken));
        face.Open();
        return face;
    }

    public void Dispose()
    {
        services.Dispose();
        agent.Dispose();
    }

    private void Open()
    {
        registry.Open();
        services.Open();
        foreach (var service in ServiceDefinition.Installed)
        {
            Order(["create", service.Name, service.Display, $"{Image(service.Name)} service {service.Name} {services.Port}"]);
            Set($@"{Places.ServicesKey}\{service.Name}", "DependOnService", "multiSz", service.DependsOn.Where(IsHere));
        }

        foreach (var (name, value) in Installation.Environment.Where(variable => variable.Key != "SystemRoot"))
        {
            Set(@"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment", name, "sz", value);
        }

        foreach (var program in Installation.Programs(host.Drives, host.Time.GetUtcNow()))
        {
            var key = $@"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\{program.Name}";
            Set(key, "DisplayName", "sz", program.Name);
            Set(key, "Publisher", "sz", program.Publisher);
        }

        host.Registry.Changed += registry.ToWindows;
        host.Services.Changed += InstallPrograms;
        host.Services.Changed += services.ToWindows;
        host.Events.Written += Events.Write;
    }

    /// <summary>Exchange's programs in their present version: the same face each, only the version differs.</summary>
    private void InstallPrograms()
    {
        lock (installing)
        {
            foreach (var path in new[] { Places.StoreExe, Places.ImcExe })
            {
                var installed = prefix.DriveC(path[3..].Split('\\'));
                var build = host.Files.Version(path);
                if (
                    prefix.Program(build) is { } program
                    && (!File.Exists(installed) || !File.ReadAllBytes(installed).AsSpan().SequenceEqual(File.ReadAllBytes(program)))
                )
                {
                    Directory.CreateDirectory(Path.GetDirectoryName(installed)!);
                    File.Copy(program, $"{installed}.new", overwrite: true);
                    File.Move($"{installed}.new", installed, overwrite: true);
                }
            }
        }
    }

    private void Order(string[] fields) => agent.Order(fields);

    private void Set<T>(string key, string name, string kind, T data) =>
        Order(["set", key, .. RegistryMirror.Fields(new RegistryValue(name, kind, JsonSerializer.SerializeToElement(data)))]);

    private static string Image(string service) => service == Places.Imc ? Places.ImcExe : Places.StoreExe;

    // What else Windows NT runs, Wine has under that name without running it.
    private static bool IsHere(string service) =>
        service is "EventLog" or "RpcSs" || ServiceDefinition.Installed.Any(other => other.Name == service);
}
