namespace ImcBot.Relay.Hosts.Linux;

/// <summary>The Linux machine that the relay runs on.</summary>
internal static class LinuxHost
{
    /// <param name="described">The services of the policy.</param>
    /// <param name="notes">A folder of the relay in which places of followed logs are kept; null keeps them in memory.</param>
    public static Host Connect(IReadOnlyList<ManagedService> described, string? notes, TimeProvider time)
    {
        var commands = new LocalCommands(time);
        var managed = new ManagedServices(described, commands, time);
        var services = new LinuxServices(
            described,
            managed,
            Systemd.Runs ? new Systemd(commands, [.. described.Select(service => service.Name)]) : null,
            commands,
            time
        );
        return new Host(
            Environment.MachineName.ToUpperInvariant(),
            PathGrammar.Unix,
            services,
            new LinuxEvents(described, Journal.IsThere ? new Journal(commands, time) : null, notes, time),
            new NoRegistry(),
            new LinuxVolumes(),
            new LinuxFiles(),
            new LinuxPrograms(commands),
            new LinuxMachine(time),
            commands,
            _ => new LinuxWriter(services, commands)
        )
        {
            VolumeOf = LinuxVolumes.Of,
        };
    }

    private sealed class NoRegistry : IRegistry
    {
        public Task<IReadOnlyList<RegistryValue>> ValuesAsync(string key, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<RegistryValue>>([]);
    }
}
