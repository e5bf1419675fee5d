using ImcBot.Lab.Server.Processes;

namespace ImcBot.Lab.Server.Host;

/// <summary>
/// The service control manager: enforces dependencies, runs the service processes, and sees how they end.
/// As on NT, starting a service starts what it depends on; stopping one is refused while running services depend on it.
/// </summary>
/// <param name="stopLimit">A process that does not follow a stop request in this time is ended; NT itself would wait for ever
/// (Q168883).</param>
/// <param name="installed">What is installed.</param>
internal sealed class ServiceManager(ServiceHost host, TimeSpan stopLimit, IReadOnlyList<ServiceDefinition> installed) : IDisposable
{
    public const string Name = "service control manager";

    private readonly Lock gate = new();
    private readonly List<ManagedService> services = [.. installed.Select(definition => new ManagedService(definition))];
    private readonly ChangeSignal changed = new();
    private bool closing;

    /// <summary>Called after each change of a state.</summary>
    public Action? Changed
    {
        get => changed.Heard;
        set => changed.Heard = value;
    }

    public IReadOnlyList<ServiceInfo> List()
    {
        lock (gate)
        {
            return [.. services.Select(service => service.Info())];
        }
    }

    public ServiceInfo this[string name]
    {
        get
        {
            lock (gate)
            {
                return Find(name).Info();
            }
        }
    }

    /// <summary>Begins to start a service and, before it, what it depends on.</summary>
    public void Start(string name, string by) => Begin(name, by, Record.Start, service => service.BeginStart(closing), StartAsync);

    /// <summary>Begins to stop a service that nothing running depends on.</summary>
    public void Stop(string name, string by) => Begin(name, by, Record.Stop, service => service.BeginStop(services), StopAsync);

    /// <summary>Ends a service's process, as an operator would with the Resource Kit's kill.</summary>
    public void Kill(string name, string by)
    {
        ChildProcess child;
        lock (gate)
        {
            child = Find(name).BeginKill();
        }

        host.Record.Write(by, Record.Kill, name);
        changed.Raise();
        child.Kill();
    }

    /// <summary>Has a service that is only a state end by itself, with an event of its own.</summary>
    public void Fail(string name)
    {
        ManagedService service;
        lock (gate)
        {
            service = Find(name);
            service.RefuseToFail();
        }

        var (exitCode, serviceCode) = host.Fail(service.Name);
        Settle(service, ServiceState.Stopped, exitCode, serviceCode);
    }

    /// <summary>Waits until a service is neither starting nor stopping.</summary>
    public async Task<ServiceInfo> SettledAsync(string name)
    {
        while (true)
        {
            Task change;
            lock (gate)
            {
                var service = Find(name);
                if (service.State is ServiceState.Running or ServiceState.Stopped)
                {
                    return service.Info();
                }

                change = changed.Next;
            }

            await change;
        }
    }

    public async Task<ServiceInfo> StartAndWaitAsync(string name, string by)
    {
        if ((await SettledAsync(name)).State == ServiceState.Stopped)
        {
            Start(name, by);
        }

        return await SettledAsync(name);
    }

    /// <summary>Stops a service after everything that depends on it.</summary>
    public async Task StopTreeAsync(string name, string by)
    {
        foreach (var dependent in installed.Where(service => service.DependsOn.Contains(name, StringComparer.OrdinalIgnoreCase)))
        {
            await StopTreeAsync(dependent.Name, by);
        }

        if ((await SettledAsync(name)).State == ServiceState.Running)
        {
            Stop(name, by);
            await SettledAsync(name);
        }
    }

    /// <summary>Ends every process; what ran stays noted as running, so that the next start of the practice server resumes it.</summary>
    public async Task CloseAsync()
    {
        List<ChildProcess> children;
        lock (gate)
        {
            closing = true;
            children = [.. services.Select(service => service.Child).OfType<ChildProcess>().Reverse()];
        }

        foreach (var child in children)
        {
            child.Order(new ChildOrder(OrderKind.Stop));
            await child.EndAsync(stopLimit, host.Time);
        }
    }

    /// <summary>Tells a running process the registry as it is now.</summary>
    public void TellRegistry()
    {
        lock (gate)
        {
            foreach (var service in services)
            {
                service.Child?.Order(new ChildOrder(OrderKind.Registry, Registry: host.Registry.Snapshot()));
            }
        }
    }

    public void Dispose()
    {
        foreach (var child in services.Select(service => service.Child).OfType<ChildProcess>())
        {
            child.Kill();
            child.Dispose();
        }
    }

    private void Begin(string name, string by, string what, Action<ManagedService> begin, Func<ManagedService, Task> goOn)
    {
        ManagedService service;
        lock (gate)
        {
            service = Find(name);
            begin(service);
        }

        host.Record.Write(by, what, service.Name);
        changed.Raise();
        _ = Task.Run(() => goOn(service));
    }

    private async Task StartAsync(ManagedService service)
    {
        foreach (var name in service.Definition.DependsOn.Where(name => services.Exists(other => other.Name == name)))
        {
            if ((await StartAndWaitAsync(name, Name)).State != ServiceState.Running)
            {
                Settle(service, ServiceState.Stopped, WindowsError.DependencyFailed);
                return;
            }
        }

        if (service.Definition.Command is not { } command)
        {
            Settle(service, ServiceState.Running);
            return;
        }

        var child = ChildProcess.Start(
            command,
            host.SettingsFor(Port(Places.Store)),
            host.Secret,
            (from, report) => host.Handle(service.Name, from, report)
        );
        lock (gate)
        {
            service.Child = child;
        }

        service.Port = await child.Ready;
        if (service.Port >= 0)
        {
            Settle(service, ServiceState.Running);
        }

        await WatchAsync(service, child);
    }

    private async Task StopAsync(ManagedService service)
    {
        if (service.Child is not { } child)
        {
            Settle(service, ServiceState.Stopped);
            return;
        }

        child.Order(new ChildOrder(OrderKind.Stop));
        if (!await child.EndAsync(stopLimit, host.Time))
        {
            host.Record.Write(Name, Record.Killed, service.Name, "It did not follow the stop request.");
        }
    }

    // The one place that sees a process end, whatever the reason.
    private async Task WatchAsync(ManagedService service, ChildProcess child)
    {
        var code = await child.Exited;
        bool asked;
        lock (gate)
        {
            asked = closing || service.State == ServiceState.StopPending;
            service.Child = null;
        }

        child.Dispose();
        if (asked)
        {
            Settle(service, ServiceState.Stopped);
            return;
        }

        var (exitCode, serviceCode) = host.Explain(service.Name, code);
        Settle(service, ServiceState.Stopped, exitCode, serviceCode);
    }

    private void Settle(ManagedService service, ServiceState state, int exitCode = 0, long serviceCode = 0)
    {
        lock (gate)
        {
            (service.State, service.ExitCode, service.ServiceCode) = (state, exitCode, serviceCode);
            if (!closing)
            {
                host.NoteRunning([.. services.Where(other => other.State == ServiceState.Running).Select(other => other.Name)]);
            }
        }

        host.Record.Write(
            Name,
            state == ServiceState.Running ? Record.Running : Record.Stopped,
            service.Name,
            exitCode == 0 ? null : $"exit code {exitCode}"
        );
        changed.Raise();
    }

    private int Port(string name) => Find(name).Port;

    private ManagedService Find(string name) =>
        services.Find(service => string.Equals(service.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new WindowsError(
            WindowsError.UnknownService,
            $"There is no service '{name}'. GET /services lists them.",
            StatusCodes.Status404NotFound
        );
}
