using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Execution;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Session;

/// <summary>Runs that only read: checks, dry runs of a remedy, and whether either is possible here. They may be repeated.</summary>
internal sealed class ReadOnlyRuns(ActionSet actions, Site site, RelayLedger ledger, GuardedPlanner planner, Answers answers)
{
    /// <summary>Base64 within a report of 256 KB.</summary>
    private const int LargestPlan = 180 * 1024;

    private readonly Trial _trial = new(actions, site, planner);

    public async Task<Report> CheckAsync(Job job, CancellationToken cancellationToken)
    {
        if (job.Check is not { } call)
        {
            return answers.To(job, Verdict.Unknown, "The job names no check.");
        }

        var finding = await actions.AskAsync(call, site, cancellationToken);
        return answers.To(job, finding.Verdict, finding.Summary, finding.Data);
    }

    public async Task<Report> PlanAsync(Job job, CancellationToken cancellationToken)
    {
        try
        {
            var remedy = job.Remedy ?? throw new HostException("The job names no remedy.");
            var (plan, refusal) = await planner.PlanAsync(job.Run.Question, remedy, cancellationToken);
            if (plan is null || refusal is not null)
            {
                throw new HostException(refusal!);
            }

            var bytes = Plan.ToBytes(plan);
            if (bytes.Length > LargestPlan)
            {
                throw new HostException(
                    $"The plan would be {bytes.Length / 1024} KB; at most {LargestPlan / 1024} KB can be sent. Split the remedy."
                );
            }

            ledger.KeepPlan(job.Run.Question, bytes);
            return answers.To(job, Verdict.Clear, string.Join("; ", plan.Effects.Select(effect => effect.Does)) + ".") with
            {
                Plan = bytes,
            };
        }
        catch (HostException exception)
        {
            return answers.To(job, Verdict.Failed, exception.Message);
        }
    }

    public async Task<Report> TryAsync(Job job, CancellationToken cancellationToken)
    {
        var tried = job switch
        {
            { Check: { } check } => await _trial.CheckAsync("", check, cancellationToken),
            { Remedy: { } remedy } => await _trial.PlanAsync("", remedy, cancellationToken),
            _ => new Tried("", Verdict.Unknown, "The job names nothing to try."),
        };
        return answers.To(job, tried.Verdict, tried.Said);
    }
}
