using System.Text;
using Stateless.Reflection;

namespace ImcBot.Core.Incidents;

/// <summary>
/// Draws what moves an incident, in Mermaid: an edge for each kind of fact and destination, with its guard. What is allowed at several
/// phases is drawn once,
/// from a box that names them; what moves nothing is not drawn.
/// </summary>
internal static class PhaseDiagram
{
    /// <param name="names">What the states are called that stand for several phases.</param>
    public static string Of(StateMachineInfo machine, Dictionary<Phase, string> names)
    {
        var text = new StringBuilder("stateDiagram-v2\n\tdirection TB\n\t[*] --> Opened\n");
        foreach (var state in machine.States.OrderBy(state => names.ContainsKey(PhaseOf(state)) ? -1 : (int)PhaseOf(state)))
        {
            if (names.ContainsKey(PhaseOf(state)))
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
        string NameOf(StateInfo state) => names.GetValueOrDefault(PhaseOf(state)) ?? PhaseOf(state).ToString();
    }

    private static IEnumerable<StateInfo> Above(StateInfo state) => state.Superstate is { } above ? Above(above).Prepend(above) : [];

    private static string Guard(TransitionInfo way) =>
        string.Join(", ", way.GuardConditionsMethodDescriptions.Select(guard => guard.Description)) is { Length: > 0 } guards
            ? $" [{guards}]"
            : "";

    private static Phase PhaseOf(StateInfo state) => (Phase)state.UnderlyingState;
}
