namespace ImcBot.Relay.Hosts.Linux;

/// <summary>This machine as a whole.</summary>
internal sealed class LinuxMachine(TimeProvider time) : IMachine
{
    public Task<long> TimeAsync(CancellationToken cancellationToken) => Task.FromResult(Clock.Micros(time.GetUtcNow()));

    /// <summary>The two names that paths may begin with; what the relay's own user has set does not count.</summary>
    public Task<IReadOnlyDictionary<string, string>> EnvironmentAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, string>>(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["TEMP"] = "/tmp", ["SystemRoot"] = "/" }
        );

    public Task<IReadOnlyList<string>> ProcessesAsync(CancellationToken cancellationToken) =>
        LinuxCall.AskAsync<IReadOnlyList<string>>(
            "processes",
            () => [.. LinuxProcess.All().Select(process => process.Name).Distinct(StringComparer.Ordinal)],
            cancellationToken
        );

    public Task<string?> ListenerAsync(int port, CancellationToken cancellationToken) =>
        LinuxCall.AskAsync($"port {port}", () => Listeners.On(port), cancellationToken);

    public Task<long?> MemoryKillsAsync(CancellationToken cancellationToken) =>
        LinuxCall.AskAsync("memory", () => MemoryKills.Count(MemoryKills.Sources), cancellationToken);

    public Task<string?> GreetingAsync(int port, CancellationToken cancellationToken) =>
        Greeting.ReadAsync("127.0.0.1", port, cancellationToken);

    public Task<IReadOnlyList<string>?> TalkAsync(
        string address,
        int port,
        IReadOnlyList<string> lines,
        TimeSpan limit,
        CancellationToken cancellationToken
    ) => Greeting.TalkAsync(address, port, lines, limit, cancellationToken);
}
