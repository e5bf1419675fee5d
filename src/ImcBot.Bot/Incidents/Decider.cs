using ImcBot.Core.Incidents;
using ImcBot.Core.Runbooks;

namespace ImcBot.Bot.Incidents;

/// <summary>The code that decides, as the engine sees it: yesterday's journal may have been decided by another.</summary>
/// <param name="Park">Makes an incident wait for a person because this entry is decided differently today.</param>
internal sealed record Decider(
    Func<Opened, Runbook, Decision> Open,
    Func<Incident, Fact, Decision> Handle,
    Func<Incident, int, string, Decision> Park
)
{
    public static Decider Machine { get; } = new(IncidentMachine.Open, IncidentMachine.Handle, IncidentMachine.Park);
}
