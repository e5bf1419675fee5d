using System.Diagnostics;
using System.Runtime.Versioning;
using System.ServiceProcess;

namespace ImcBot.Relay.Hosts.Windows;

/// <summary>
/// Changes on a Windows server. The run is not told to it: what the server itself records is its own event and security logs.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsWriter(WindowsServer server, WindowsServices services, ICommands commands) : IHostWriter
{
    private const string MailService = "MSExchangeIMC",
        MailProgram = "msexcimc";

    private static readonly TimeSpan Ending = TimeSpan.FromSeconds(10);

    private readonly FileWriter _files = new(server);

    public Task StartAsync(string service, CancellationToken cancellationToken) =>
        server.DoAsync($"start of {service}", () => Control(service, controller => controller.Start()), cancellationToken);

    /// <summary>Refuses while others need it, and says which: .NET would stop them too, unasked, and Windows does not name them.</summary>
    public Task StopAsync(string service, CancellationToken cancellationToken) =>
        server.DoAsync(
            $"stop of {service}",
            () =>
            {
                var dependants = ServiceList.RunningDependants(services.List(), service);
                if (dependants.Count > 0)
                {
                    throw new HostException(
                        $"{server.Name}: {service} is needed by {string.Join(", ", dependants.Select(info => info.Name))}, which run.",
                        HostError.DependantsRun
                    );
                }

                Control(service, controller => controller.Stop(stopDependentServices: false));
            },
            cancellationToken
        );

    /// <summary>
    /// Only here: Windows ends no process of another machine. Only the mail service's program, by its name: the store's loses transactions
    /// when it is ended.
    /// </summary>
    public Task KillAsync(string service, CancellationToken cancellationToken) =>
        server.DoAsync(
            $"end of {service}",
            () =>
            {
                if (server.Machine is not null || !string.Equals(service, MailService, StringComparison.OrdinalIgnoreCase))
                {
                    throw new HostException(
                        $"{server.Name}: only {MailProgram}.exe is ended, and only by a relay on the server itself; there, 'kill "
                            + $"{MailProgram}.exe' of the Resource Kit does it (Q168883)."
                    );
                }

                foreach (var process in Process.GetProcessesByName(MailProgram))
                {
                    using (process)
                    {
                        process.Kill();
                        process.WaitForExit(Ending);
                    }
                }
            },
            cancellationToken
        );

    public Task SetValueAsync(string key, RegistryValue value, CancellationToken cancellationToken) =>
        server.DoAsync(
            $"value {value.Name} of {key}",
            () =>
            {
                using var root = WindowsRegistry.Root(server);
                using var opened = root.CreateSubKey(WindowsRegistry.Below(key), writable: true);
                WindowsRegistry.Write(opened, value);
            },
            cancellationToken
        );

    public Task DeleteValueAsync(string key, string name, CancellationToken cancellationToken) =>
        server.DoAsync(
            $"value {name} of {key}",
            () =>
            {
                using var root = WindowsRegistry.Root(server);
                using var opened = root.OpenSubKey(WindowsRegistry.Below(key), writable: true);
                opened?.DeleteValue(name, throwOnMissingValue: false);
            },
            cancellationToken
        );

    public Task<IReadOnlyList<FileResult>> MoveAsync(IReadOnlyList<FileMove> moves, CancellationToken cancellationToken) =>
        _files.MoveAsync(moves, cancellationToken);

    public Task<IReadOnlyList<FileResult>> DeleteAsync(
        IReadOnlyList<(string Path, string FileId)> files,
        CancellationToken cancellationToken
    ) => _files.DeleteAsync(files, cancellationToken);

    public Task CreateFolderAsync(string path, CancellationToken cancellationToken) =>
        server.DoAsync($"folder {path}", () => Directory.CreateDirectory(server.FromHere(path)), cancellationToken);

    public Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        _files.WriteAsync(path, content, cancellationToken);

    public Task<CommandResult> RunAsync(IReadOnlyList<string> vector, TimeSpan limit, CancellationToken cancellationToken) =>
        commands.AskAsync(vector, limit, cancellationToken);

    private void Control(string service, Action<ServiceController> command)
    {
        using var controller = new ServiceController(service, server.Machine ?? ".");
        command(controller);
    }
}
