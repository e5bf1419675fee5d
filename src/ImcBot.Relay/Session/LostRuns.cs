using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Execution;
using ImcBot.Relay.Gate;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Queues;

namespace ImcBot.Relay.Session;

/// <summary>What becomes of a run that was begun and whose end nobody wrote down, and of a search that nobody speaks for.</summary>
internal sealed class LostRuns(Site site, RelayLedger ledger, PlanRunner runner, GateKeeper gate, Answers answers)
{
    /// <summary>
    /// A search goes to safe rest from its manifest; anything else is looked at, and finished where it may begin now too.
    /// </summary>
    public async Task<Report> ReportAsync(Job job, CancellationToken cancellationToken)
    {
        var lost = answers.To(job, Verdict.Unknown, "The relay was restarted during this run; how far it came is not known.") with
        {
            Effects = ledger.Outcomes(job.Run),
        };
        try
        {
            var (plan, refusal) = await gate.JudgeBegunAsync(job, bringsToRest: job.Order is not null);
            return plan is null ? lost with { Summary = $"{lost.Summary} It was not finished: {refusal}" }
                : job.Order is { } order ? await RestAsync(job, plan, order, lost, cancellationToken)
                : await runner.FinishAsync(job, plan, CancellationToken.None) ?? lost;
        }
        catch (HostException exception)
        {
            return lost with { Summary = $"{lost.Summary} {exception.Message}" };
        }
    }

    /// <summary>Brings a search to safe rest without being asked. Null when it has no run.</summary>
    public async Task<Ending?> RestAsync(SearchRecord search, CancellationToken cancellationToken)
    {
        if (ledger.BegunRuns(search.Question) is not [.., var last])
        {
            return null;
        }

        var order = new RoundOrder(RoundKind.Rest, IndexSet.Empty, IndexSet.Empty, search.Digest);
        var job = new Job(last.Run, JobKind.Act, Plan: last.Plan, Order: order);
        var (plan, refusal) = await gate.JudgeBegunAsync(job, bringsToRest: true);
        var context = await runner.ContextAsync(job, plan ?? throw new HostException(refusal!), cancellationToken);
        return await SearchRound.RunAsync(context, MailSearch.In(context.Plan), order, () => Task.CompletedTask, cancellationToken);
    }

    private async Task<Report> RestAsync(Job job, Plan plan, RoundOrder order, Report lost, CancellationToken cancellationToken)
    {
        var context = await runner.ContextAsync(job, plan, cancellationToken);
        var since = site.Time.GetUtcNow();
        return await SearchRound.RecoverAsync(context, order, CancellationToken.None) is { } ending
            ? context.Report(ending.Verdict, ending.Summary, since, outcomes: ledger.Outcomes(job.Run))
            : lost with
            {
                Summary = "The relay was restarted before anything was moved.",
            };
    }
}
