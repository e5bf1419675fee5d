using ImcBot.Contracts;
using ImcBot.Core.Runbooks;

namespace ImcBot.Core.Incidents;

/// <summary>How long one round of a search takes on this host: stop, start, and the time that it is watched. All in seconds.</summary>
/// <param name="Starts">Whether a round stops and starts the service whose queue it is; else that goes on, and a round is only
/// watched.</param>
/// <param name="Stop">The longest stop measured in this incident; before one was seen, what the host profile allows.</param>
/// <param name="Start">The same for a start, with the services it needs.</param>
/// <param name="Watch">How long the profile watches a round.</param>
/// <param name="Measured">Whether stop or start was measured here.</param>
internal sealed record SearchEstimate(bool Starts, double Stop, double Start, double Watch, bool Measured)
{
    /// <summary>A culprit among the suspects: all but these, and before that the empty queue where there are starts.</summary>
    private int Fewest => Starts ? 2 : 1;

    /// <summary>What people call a round.</summary>
    public string Round => Starts ? "start" : "round";

    public double PerRound => Starts ? Stop + Start + Watch : Watch;

    /// <summary>The rounds and minutes of a search whose suspects are right.</summary>
    public (int Rounds, double Minutes) AtBest => (Fewest, Fewest * PerRound / 60);

    /// <summary>The most minutes that the budget may take.</summary>
    public double Most(SearchLimits limits) => Math.Min(limits.Minutes, limits.Starts * PerRound / 60);

    /// <summary>How many rounds still fit into what is left of the time.</summary>
    public int RoundsIn(TimeSpan left) => (int)Math.Max(0, Math.Floor(left.TotalSeconds / PerRound));

    /// <param name="plan">Says whether rounds start the service; without it, or where its relay does not say, they may.</param>
    public static SearchEstimate Of(Incident incident, Plan? plan) =>
        new(
            StartsIn(plan),
            incident.StopSeconds ?? incident.Profile.StopSeconds,
            incident.StartSeconds ?? incident.Profile.StartSeconds,
            incident.Profile.WatchSeconds,
            incident.StopSeconds is not null || incident.StartSeconds is not null
        );

    private static bool StartsIn(Plan? plan) =>
        plan is null
        || plan.Effects.Where(effect => Catalog.PurposeOf(effect.Call.Use) is Purpose.Search)
            .Any(effect =>
                effect.Stops is not { } stops
                || (
                    effect.Call.With.GetValueOrDefault("service") is { } service
                        ? stops.Contains(service, StringComparer.OrdinalIgnoreCase)
                        : stops.Count > 0
                )
            );
}
