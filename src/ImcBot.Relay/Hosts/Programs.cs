namespace ImcBot.Relay.Hosts;

/// <summary>An installed program.</summary>
internal sealed record ProgramInfo(string Name, string Publisher, long SizeBytes)
{
    /// <summary>As its maker writes it; null where the server does not tell.</summary>
    public string? Version { get; init; }
}

/// <summary>A file-system filter driver: stays loaded when its service stops (Q240309).</summary>
internal sealed record DriverInfo(string Name, bool Running);

internal interface IPrograms
{
    Task<IReadOnlyList<ProgramInfo>> ListAsync(CancellationToken cancellationToken);

    Task<IReadOnlyList<DriverInfo>> DriversAsync(CancellationToken cancellationToken);
}
