using ImcBot.Contracts;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Journal;

/// <summary>Effects that a relay carries out.</summary>
internal static class Jobs
{
    /// <summary>The run and kind of an effect for a relay; null for other effects. A plan and an act of one question may both be run 1.</summary>
    public static (RunId Run, JobKind Kind)? KeyOf(Effect effect) => effect switch
    {
        RunCheck check => (check.Run, JobKind.Check),
        MakePlan plan => (plan.Run, JobKind.Plan),
        RunAction action => (action.Run, JobKind.Act),
        _ => null,
    };
}
