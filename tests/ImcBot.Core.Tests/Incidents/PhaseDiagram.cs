using System.Text;
using ImcBot.Core.Incidents;
using Stateless.Reflection;

namespace ImcBot.Core.Tests.Incidents;

/// <summary>
/// Draws what moves an incident, in Mermaid: an edge for each kind of fact and destination, with its guard. What is allowed at several
/// phases is drawn once, from a box that names them; what moves nothing is not drawn.
/// </summary>
internal static class PhaseDiagram
{
    private static readonly Dictionary<Phase, string> Names = new()
    {
        [IncidentMachine.AnyOpen] = nameof(IncidentMachine.AnyOpen),
        [IncidentMachine.Running] = nameof(IncidentMachine.Running),
        [IncidentMachine.Proving] = nameof(IncidentMachine.Proving),
    };

    public static string Draw()
    {
        var machine = IncidentMachine.Info;
        var text = new StringBuilder("stateDiagram-v2\n\tdirection TB\n\t[*] --> Opened\n");
        foreach (var state in machine.States.OrderBy(state => Names.ContainsKey(PhaseOf(state)) ? -1 : (int)PhaseOf(state)))
        {
            if (Names.ContainsKey(PhaseOf(state)))
            {
                text.Append(
                    $"\tstate \"{NameOf(state)}: {string.Join(", ", state.Substates.OrderBy(PhaseOf).Select(NameOf))}\" as "
                        + $"{NameOf(state)}\n"
                );
            }

            foreach (
                var way in state
                    .FixedTransitions.Select(Label)
                    .Except(Above(state).SelectMany(above => above.FixedTransitions).Select(Label))
            )
            {
                text.Append($"\t{NameOf(state)} --> {way}\n");
            }
        }

        return text.ToString();

        string Label(FixedTransitionInfo way) => $"{NameOf(way.DestinationState)} : {way.Trigger}{Guard(way)}";
        string NameOf(StateInfo state) => Names.GetValueOrDefault(PhaseOf(state)) ?? PhaseOf(state).ToString();
    }

    private static IEnumerable<StateInfo> Above(StateInfo state) => state.Superstate is { } above ? Above(above).Prepend(above) : [];

    private static string Guard(TransitionInfo way) =>
        string.Join(", ", way.GuardConditionsMethodDescriptions.Select(guard => guard.Description)) is { Length: > 0 } guards
            ? $" [{guards}]"
            : "";

    private static Phase PhaseOf(StateInfo state) => (Phase)state.UnderlyingState;
}
