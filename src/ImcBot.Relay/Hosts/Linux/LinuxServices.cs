namespace ImcBot.Relay.Hosts.Linux;

/// <summary>Services of this machine: those of the policy's own vectors, and the rest as systemd has them, where it runs.</summary>
internal sealed class LinuxServices(
    IReadOnlyList<ManagedService> described,
    ManagedServices managed,
    Systemd? systemd,
    ICommands commands,
    TimeProvider time
) : IServices
{
    public IReadOnlyDictionary<string, string> Settings { get; } =
        described
            .Where(service => service.Settings is not null)
            .ToDictionary(service => service.Name, service => service.Settings!, StringComparer.OrdinalIgnoreCase);

    public async Task<IReadOnlyList<ServiceInfo>> ListAsync(CancellationToken cancellationToken)
    {
        var own = await managed.ListAsync(cancellationToken);
        if (systemd is null)
        {
            return own;
        }

        var units = await systemd.ListAsync(cancellationToken);
        var done = units.Where(unit => unit.HasDoneItsWork).Select(unit => unit.Id).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. own,
            .. units
                .Where(unit => own.All(info => !info.Is(unit.Id)))
                .Select(unit => unit.Info)
                .Select(info => info with { DependsOn = [.. info.DependsOn.Where(needed => !done.Contains(needed))] }),
        ];
    }

    public async Task<ServiceDetail?> DetailAsync(string service, CancellationToken cancellationToken)
    {
        var detail =
            managed.Find(service) is { } own ? await managed.DetailAsync(own, cancellationToken)
            : systemd is not null && await systemd.FindAsync(service, cancellationToken) is { } unit
                ? unit.Detail with
                {
                    After = unit.After(time),
                }
            : null;
        return detail is null
            ? null
            : detail with
            {
                Intent = IsSwitchedOff(service) ? ServiceIntent.Disabled : detail.Intent,
                StopsAlong =
                [
                    .. (await ListAsync(cancellationToken))
                        .RunningDependants(service)
                        .Select(info => info.Name)
                        .Union(detail.StopsAlong, StringComparer.Ordinal),
                ],
            };
    }

    public async Task<CommandResult?> TestSettingsAsync(string service, CancellationToken cancellationToken) =>
        Described(service) is { Check: { } check } one ? await commands.AskAsync(check, one.Limit, cancellationToken) : null;

    public async Task StartAsync(string service, CancellationToken cancellationToken)
    {
        await DemandAsync(
            service,
            static state => state is ServiceState.Stopped,
            new($"{service} runs already, or is about to.", HostError.AlreadyRunning),
            cancellationToken
        );
        await (
            managed.Find(service) is { } own
                ? managed.StartAsync(own, cancellationToken)
                : systemd!.StartAsync((await systemd.FindAsync(service, cancellationToken))!, cancellationToken)
        );
    }

    public async Task StopAsync(string service, CancellationToken cancellationToken)
    {
        // One that starts over and over, or never gets ready, is stopped like one that runs.
        var services = await DemandAsync(
            service,
            static state => state is ServiceState.Running or ServiceState.StartPending,
            new($"{service} does not run.", HostError.NotStarted),
            cancellationToken
        );
        if (services.RunningDependants(service) is { Count: > 0 } dependants)
        {
            throw new HostException(
                $"{service} is needed by {string.Join(", ", dependants.Select(info => info.Name))}, which run and would stop along.",
                HostError.DependantsRun
            );
        }

        await (
            managed.Find(service) is { } own ? managed.StopAsync(own, cancellationToken) : systemd!.StopAsync(service, cancellationToken)
        );
    }

    public async Task ReloadAsync(string service, CancellationToken cancellationToken)
    {
        await DemandAsync(
            service,
            static state => state is ServiceState.Running,
            new($"{service} does not run.", HostError.NotStarted),
            cancellationToken
        );
        if (await DetailAsync(service, cancellationToken) is not { CanReload: true })
        {
            throw new HostException($"{service} cannot be told to read its settings again; a restart does it.");
        }

        await (
            managed.Find(service) is { } own
                ? managed.ReloadAsync(own, cancellationToken)
                : systemd!.ReloadAsync(service, cancellationToken)
        );
    }

    public async Task KillAsync(string service, CancellationToken cancellationToken)
    {
        if (managed.Find(service) is { } own)
        {
            await LinuxCall.DoAsync($"end of {service}", () => managed.Kill(own), cancellationToken);
        }
        else
        {
            await (systemd ?? throw Missing(service)).KillAsync(service, cancellationToken);
        }
    }

    private ManagedService? Described(string service) =>
        described.FirstOrDefault(one => string.Equals(one.Name, service, StringComparison.OrdinalIgnoreCase));

    private bool IsSwitchedOff(string service) => Described(service) is { DisabledBy: { } file } && File.Exists(file);

    private async Task<IReadOnlyList<ServiceInfo>> DemandAsync(
        string service,
        Predicate<ServiceState> fits,
        HostException refusal,
        CancellationToken cancellationToken
    )
    {
        var services = await ListAsync(cancellationToken);
        return fits((services.Find(service) ?? throw Missing(service)).State) ? services : throw refusal;
    }

    private static HostException Missing(string service) =>
        new($"{Environment.MachineName} has no service '{service}'; check the name.", HostError.NotFound);
}
