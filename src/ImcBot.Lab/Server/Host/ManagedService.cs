namespace ImcBot.Lab.Server.Host;

/// <summary>One installed service as the service control manager knows it. Its callers hold the manager's lock.</summary>
internal sealed class ManagedService(ServiceDefinition definition)
{
    public ServiceDefinition Definition { get; } = definition;

    public string Name => Definition.Name;

    public ServiceState State { get; set; }

    public int ExitCode { get; set; }

    public long ServiceCode { get; set; }

    public ChildProcess? Child { get; set; }

    public int Port { get; set; }

    public ServiceInfo Info() => new(Name, Definition.Display, State, Definition.DependsOn, ExitCode, ServiceCode);

    /// <summary>Throws <see cref="WindowsError"/> where NT refuses to start it.</summary>
    public void BeginStart(bool closing)
    {
        if (closing || State == ServiceState.StopPending)
        {
            throw new WindowsError(WindowsError.CannotAcceptControl, $"{Name} is just stopping. Start it when it has stopped.");
        }

        if (State != ServiceState.Stopped)
        {
            throw new WindowsError(WindowsError.AlreadyRunning, $"{Name} is already running.");
        }

        State = ServiceState.StartPending;
        (ExitCode, ServiceCode) = (0, 0);
    }

    /// <summary>Throws <see cref="WindowsError"/> where NT refuses to stop it.</summary>
    public void BeginStop(IEnumerable<ManagedService> installed)
    {
        if (State != ServiceState.Running)
        {
            throw State == ServiceState.Stopped
                ? new WindowsError(WindowsError.NotStarted, $"{Name} is not running.")
                : new WindowsError(WindowsError.CannotAcceptControl, $"{Name} is starting or stopping and takes no orders now.");
        }

        var dependents = installed
            .Where(other => other.State != ServiceState.Stopped && other.Definition.DependsOn.Contains(Name))
            .Select(other => other.Name)
            .ToList();
        if (dependents.Count > 0)
        {
            throw new WindowsError(WindowsError.DependentsRunning, $"{string.Join(" and ", dependents)} depends on {Name}. Stop it first.");
        }

        State = ServiceState.StopPending;
    }

    /// <summary>Throws <see cref="WindowsError"/> where it has no process.</summary>
    public ChildProcess BeginKill()
    {
        var child = Child ?? throw new WindowsError(WindowsError.NotStarted, $"{Name} has no process.");
        State = ServiceState.StopPending;
        return child;
    }

    /// <summary>Throws <see cref="WindowsError"/> where it is more than a state, or does not run.</summary>
    public void RefuseToFail()
    {
        if (Definition.Command is not null || State != ServiceState.Running)
        {
            throw new WindowsError(WindowsError.NotStarted, $"{Name} has a process of its own, or does not run.");
        }
    }
}
