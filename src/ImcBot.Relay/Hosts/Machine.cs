namespace ImcBot.Relay.Hosts;

/// <summary>The server as a whole.</summary>
internal interface IMachine
{
    /// <summary>The server's own clock, Unix microseconds: ages of its files are counted from it.</summary>
    Task<long> TimeAsync(CancellationToken cancellationToken);

    /// <summary>Environment of the server itself, never of the management host.</summary>
    Task<IReadOnlyDictionary<string, string>> EnvironmentAsync(CancellationToken cancellationToken);

    /// <summary>Names of the programs that run; none where this driver does not tell.</summary>
    Task<IReadOnlyList<string>> ProcessesAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

    /// <summary>Who listens on a TCP port, in words; null where nobody does, or this driver does not tell.</summary>
    Task<string?> ListenerAsync(int port, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    /// <summary>
    /// How many processes the system has ended because memory ran out, since it was started; null where this driver does not tell.
    /// </summary>
    Task<long?> MemoryKillsAsync(CancellationToken cancellationToken) => Task.FromResult<long?>(null);

    /// <summary>The greeting on one of the server's TCP ports; null when nothing answers.</summary>
    Task<string?> GreetingAsync(int port, CancellationToken cancellationToken);

    /// <summary>As <see cref="Greeting.TalkAsync"/>. Throws <see cref="HostException"/> where the driver cannot.</summary>
    /// <param name="address">One of the server's own addresses, or a name of one.</param>
    Task<IReadOnlyList<string>?> TalkAsync(
        string address,
        int port,
        IReadOnlyList<string> lines,
        TimeSpan limit,
        CancellationToken cancellationToken
    ) => throw new HostException("This relay talks to no port there.");
}
