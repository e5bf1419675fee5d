using ImcBot.Core.Runbooks;

namespace ImcBot.Core.Incidents;

/// <summary>How long one start of a search takes on this host: stop, start, and the time that it is watched. All in seconds.</summary>
/// <param name="Stop">The longest stop measured in this incident; before one was seen, what the host profile allows.</param>
/// <param name="Start">The same for a start, with the services it needs.</param>
/// <param name="Watch">How long the profile watches a start.</param>
/// <param name="Measured">Whether stop or start was measured here.</param>
internal sealed record SearchEstimate(double Stop, double Start, double Watch, bool Measured)
{
    /// <summary>A culprit among the suspects: the start on the empty queue, and one with all but the suspects.</summary>
    private const int FewestStarts = 2;

    public double PerStart => Stop + Start + Watch;

    /// <summary>The fewest and the most minutes that the budget may take.</summary>
    public (double Fewest, double Most) Minutes(SearchLimits limits) =>
        (FewestStarts * PerStart / 60, Math.Min(limits.Minutes, limits.Starts * PerStart / 60));

    /// <summary>How many starts still fit into what is left of the time.</summary>
    public int StartsIn(TimeSpan left) => (int)Math.Max(0, Math.Floor(left.TotalSeconds / PerStart));

    public static SearchEstimate Of(Incident incident) =>
        new(
            incident.StopSeconds ?? incident.Profile.StopSeconds,
            incident.StartSeconds ?? incident.Profile.StartSeconds,
            incident.Profile.WatchSeconds,
            incident.StopSeconds is not null || incident.StartSeconds is not null
        );
}
