using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Execution;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Queues;

namespace ImcBot.Relay.Session;

/// <summary>What can be told of a run that was begun and whose end nobody wrote down.</summary>
internal sealed class LostRuns(Site site, RelayLedger ledger, PlanRunner runner, Answers answers)
{
    /// <summary>A search goes to safe rest from its manifest; anything else is looked at and otherwise unknown.</summary>
    public async Task<Report> ReportAsync(Job job, CancellationToken cancellationToken)
    {
        var lost = answers.To(job, Verdict.Unknown, "The relay was restarted during this run; how far it came is not known.") with
        {
            Effects = ledger.Outcomes(job.Run),
        };
        if (ledger.FindPlan(job.Plan ?? "") is not { } bytes)
        {
            return lost;
        }

        try
        {
            if (job.Order is null)
            {
                return await runner.FinishAsync(job, Plan.FromBytes(bytes), CancellationToken.None) ?? lost;
            }

            var context = new RunContext(
                job,
                Plan.FromBytes(bytes),
                site,
                ledger,
                site.Host.Writer(job.Run.ToString()),
                await site.NewestEventAsync(cancellationToken)
            );
            var since = site.Time.GetUtcNow();
            return await SearchRound.RecoverAsync(context, job.Order, CancellationToken.None) is { } ending
                ? context.Report(ending.Verdict, ending.Summary, since, outcomes: ledger.Outcomes(job.Run))
                : lost with
                {
                    Summary = "The relay was restarted before anything was moved.",
                };
        }
        catch (HostException exception)
        {
            return lost with { Summary = $"{lost.Summary} {exception.Message}" };
        }
    }
}
