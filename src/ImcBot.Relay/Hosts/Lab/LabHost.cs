namespace ImcBot.Relay.Hosts.Lab;

/// <summary>
/// The practice server over its HTTP API, which stands for what service manager, event log, registry and shares give over a network.
/// </summary>
internal static class LabHost
{
    /// <summary>Reads the server's name. Throws <see cref="HostException"/> when nothing answers there.</summary>
    public static async Task<Host> ConnectAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var api = new LabApi(http);
        var about =
            await api.GetAsync<About>("host", cancellationToken) ?? throw new HostException("The practice server does not tell its name.");
        var commands = new LocalCommands(TimeProvider.System);
        return new Host(
            about.Name,
            PathGrammar.Windows,
            new Services(api),
            new EventLog(api),
            new Registry(api),
            new Volumes(api),
            new Files(api),
            new Programs(api),
            new Machine(api),
            commands,
            run => new LabWriter(api, commands, run)
        );
    }

    internal sealed record About(string Name, long Time, IReadOnlyDictionary<string, string> Environment);

    private sealed class Services(LabApi api) : IServices
    {
        public async Task<IReadOnlyList<ServiceInfo>> ListAsync(CancellationToken cancellationToken) =>
            await api.GetAsync<List<ServiceInfo>>("services", cancellationToken) ?? [];

        public async Task<string?> SettingAsync(string service, string name, CancellationToken cancellationToken) =>
            (await api.GetAsync<LabMode>($"services/{LabApi.Escape(service)}/{LabApi.Escape(name)}", cancellationToken))?.Mode;
    }

    private sealed class EventLog(LabApi api) : IEventLog
    {
        public async Task<IReadOnlyList<LogEvent>> ReadAsync(string log, long after, TimeSpan wait, CancellationToken cancellationToken) =>
            await api.GetAsync<List<LogEvent>>(
                $"events?log={LabApi.Escape(log)}&after={after}&wait={(int)wait.TotalSeconds}",
                cancellationToken
            ) ?? [];
    }

    private sealed class Registry(LabApi api) : IRegistry
    {
        public async Task<IReadOnlyList<RegistryValue>> ValuesAsync(string key, CancellationToken cancellationToken) =>
            (await api.GetAsync<List<LabValue>>($"registry/values?key={LabApi.Escape(key)}", cancellationToken) ?? []).ConvertAll(value =>
                value.ToRegistry()
            );
    }

    private sealed class Volumes(LabApi api) : IVolumes
    {
        public async Task<IReadOnlyList<Volume>> ListAsync(CancellationToken cancellationToken) =>
            await api.GetAsync<List<Volume>>("volumes", cancellationToken) ?? [];
    }

    internal sealed class Files(LabApi api) : IFiles
    {
        public async Task<IReadOnlyList<FileEntry>?> ListAsync(
            string folder,
            string pattern,
            bool recursive,
            CancellationToken cancellationToken
        ) =>
            (
                await api.GetAsync<Listing>(
                    $"files?folder={LabApi.Escape(folder)}&pattern={LabApi.Escape(pattern)}&recursive={(recursive ? "true" : "false")}",
                    cancellationToken
                )
            )?.Entries;

        public async Task<string?> LinkAsync(string path, CancellationToken cancellationToken) =>
            (await api.GetAsync<FirstLink>($"files/link?path={LabApi.Escape(path)}", cancellationToken))?.Link;

        public Task<Stream> OpenAsync(string path, CancellationToken cancellationToken) =>
            api.OpenAsync($"files/content?path={LabApi.Escape(path)}", cancellationToken);

        public async Task<Version?> VersionAsync(string path, CancellationToken cancellationToken) =>
            await api.GetAsync<FileVersion>($"files/version?path={LabApi.Escape(path)}", cancellationToken) is { Version: { } text }
            && Version.TryParse(text, out var version)
                ? version
                : null;

        internal sealed record Listing(IReadOnlyList<FileEntry> Entries);

        internal sealed record FirstLink(string? Link = null);

        internal sealed record FileVersion(string? Version = null);
    }

    private sealed class Programs(LabApi api) : IPrograms
    {
        public async Task<IReadOnlyList<ProgramInfo>> ListAsync(CancellationToken cancellationToken) =>
            await api.GetAsync<List<ProgramInfo>>("programs", cancellationToken) ?? [];

        public async Task<IReadOnlyList<DriverInfo>> DriversAsync(CancellationToken cancellationToken) =>
            await api.GetAsync<List<DriverInfo>>("drivers", cancellationToken) ?? [];
    }

    private sealed class Machine(LabApi api) : IMachine
    {
        public async Task<long> TimeAsync(CancellationToken cancellationToken) =>
            (await api.GetAsync<About>("host", cancellationToken))?.Time
            ?? throw new HostException("The practice server does not tell its time.");

        public async Task<IReadOnlyDictionary<string, string>> EnvironmentAsync(CancellationToken cancellationToken) =>
            (await api.GetAsync<About>("host", cancellationToken))?.Environment ?? new Dictionary<string, string>();

        public async Task<string?> GreetingAsync(int port, CancellationToken cancellationToken)
        {
            var ports = await api.GetAsync<Dictionary<string, int>>("ports", cancellationToken) ?? [];
            return ports.TryGetValue(port.ToString(), out var loopback)
                ? await Greeting.ReadAsync("127.0.0.1", loopback, cancellationToken)
                : null;
        }
    }
}
