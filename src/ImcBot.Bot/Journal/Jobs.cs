using ImcBot.Contracts;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Journal;

/// <summary>Effects that a relay carries out, and the facts that it answers them with.</summary>
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

    /// <summary>What a relay has reported, if this fact is that.</summary>
    public static Report? ReportIn(Fact? fact) => fact switch
    {
        Checked done => done.Report,
        Planned done => done.Report,
        Acted done => done.Report,
        _ => null,
    };
}
