namespace ImcBot.Contracts;

/// <summary>How long things take on this host; never in code.</summary>
/// <param name="WatchSeconds">How long a start is watched: 120 on Exchange, 2 in practice.</param>
/// <param name="SettleSeconds">How long mail must flow before the incident is resolved.</param>
/// <param name="StopSeconds">How long a stop may take.</param>
/// <param name="StartSeconds">How long a start may take.</param>
/// <param name="CheckSeconds">How long a read-only check or a plan may take before it counts as unknown.</param>
/// <param name="OutageSeconds">How long the service must stay down after a lone 4116 before people are called: 60 on Exchange.</param>
public sealed record HostProfile(
    int WatchSeconds,
    int SettleSeconds,
    int StopSeconds,
    int StartSeconds,
    int OutageSeconds,
    int CheckSeconds = 30
)
{
    /// <summary>
    /// For a host that has told nothing yet: as Exchange 5.5 on its own hardware needs (no article gives restart times; Q246287 tells of
    /// more than 10 minutes for a full shutdown).
    /// </summary>
    public static HostProfile Patient { get; } = new(120, 600, 120, 180, 60);
}
