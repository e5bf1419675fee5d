using ImcBot.Core.Isolation;

namespace ImcBot.Testing.Isolation;

/// <summary>A search carried to its end on a simulated spool, and what it cost.</summary>
/// <param name="Rounds">Rounds without the start on the empty spool.</param>
/// <param name="CrashesUntilFlow">Store crashes before the first round that ran with mail.</param>
internal sealed record SearchRun(SearchEnd End, int Rounds, int Crashes, int CrashesUntilFlow, IReadOnlyList<SearchState> States)
{
    public static SearchRun Of(SearchState state, SimulatedSpool spool)
    {
        var states = new List<SearchState> { state };
        int crashes = 0,
            untilFlow = 0;
        var flows = false;
        while (true)
        {
            switch (state.NextRound())
            {
                case SearchEnd end:
                    return new SearchRun(end, state.Rounds, crashes, untilFlow, states);
                case SearchRound round:
                    var result = spool.Try(round);
                    flows |= !result.Failed && round.Number > 0;
                    crashes += result.Failed ? 1 : 0;
                    untilFlow += result.Failed && !flows ? 1 : 0;
                    state = state.After(result);
                    states.Add(state);
                    break;
            }
        }
    }
}
