using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Execution;
using ImcBot.Relay.Gate;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;
using Microsoft.Extensions.Logging;

namespace ImcBot.Relay.Session;

/// <summary>Runs that change something: each is judged by the gate, begun in the ledger once, and told with what it did.</summary>
internal sealed class ActingRuns(
    GateKeeper gate,
    PlanRunner runner,
    LostRuns lost,
    RelayLedger ledger,
    Reserve reserve,
    RelayKey key,
    Answers answers,
    TimeProvider time,
    ILogger log
)
{
    /// <summary>Null when the finished report is in the outbox already.</summary>
    public async Task<Report?> RunAsync(Job job, Receipt receipt, CancellationToken cancellationToken)
    {
        if (ledger.BegunRuns(job.Run.Question).FirstOrDefault(begun => begun.Run == job.Run) is { } begun)
        {
            return await AgainAsync(job, begun, cancellationToken);
        }

        if (job is { HandedTo: { } other, Plan: not null })
        {
            return gate.Misfit(job) is { } wrong ? Strange(job, other, wrong) : NotBegun(job, other);
        }

        var admission = await gate.JudgeAsync(job, receipt);
        if (admission is { Plan: null, Break: null })
        {
            return Refused(job, admission.Refusal!, admission.IsUntimely ? "the grant came late or a clock was set" : null);
        }

        if (!job.BringsToRest && !reserve.IsHeld())
        {
            return Refused(job, "The ledger's volume has not even 16 MB to spare; free some space there first.");
        }

        if (!ledger.Begin(job, admission.Token, admission.BotTime, Clock.Micros(time.GetUtcNow())))
        {
            return Refused(job, "The grant or the run has been used before.");
        }

        // From here on the run goes to its end even when the relay is asked to stop: half a move is worse than a late stop.
        var report = admission.Plan is { } plan ? await ExecuteAsync(job, plan) : Unreached(job, admission.Break!);
        ledger.Finish(Noted(await answers.StampedAsync(report, CancellationToken.None)), key);
        return null;
    }

    /// <summary>Ends a run that was begun before a restart and never finished.</summary>
    public async Task FinishLostAsync(Job job, CancellationToken cancellationToken) =>
        ledger.Finish(await answers.StampedAsync(await lost.ReportAsync(job, cancellationToken), cancellationToken), key);

    /// <summary>
    /// A run that has begun is never executed again: it is answered with its report, or as lost, if it is asked for with the plan it began
    /// with.
    /// </summary>
    private async Task<Report?> AgainAsync(Job job, BegunRun begun, CancellationToken cancellationToken)
    {
        if (begun.Plan != job.Plan)
        {
            return Refused(job, $"{job.Run} has begun before, under another plan.");
        }

        if (ledger.FinishedReport(job.Run, JobKind.Act) is { } known)
        {
            return known;
        }

        await FinishLostAsync(job, cancellationToken);
        return null;
    }

    private async Task<Report> ExecuteAsync(Job job, Plan plan)
    {
        try
        {
            return await runner.ExecuteAsync(job, plan, CancellationToken.None);
        }
        catch (HostException exception)
        {
            return answers.To(job, Verdict.Unknown, exception.Message) with { Effects = ledger.Outcomes(job.Run) };
        }
    }

    /// <summary>The run is used up, so that the next one follows it, and has done nothing.</summary>
    private Report Unreached(Job job, string reason) =>
        answers.To(
            job,
            Verdict.Unknown,
            $"Nothing was done: {reason}",
            new Dictionary<string, string>(StringComparer.Ordinal) { ["voided"] = "the server has stopped answering" }
        );

    /// <summary>The run is used up: whether the other process of this relay has begun it, only that one knows.</summary>
    private Report? NotBegun(Job job, string other)
    {
        var at = Clock.Micros(time.GetUtcNow());
        if (!ledger.Begin(job, $"handed to another: {job.Run}", gate.BotTime ?? at, at))
        {
            return Refused(job, "The run has been used before.");
        }

        ledger.Finish(
            answers.To(
                job,
                Verdict.Unknown,
                $"It was handed to {other}, which has not told how it ended; this process of the relay has not begun it, and will not."
            ),
            key
        );
        return null;
    }

    /// <summary>No run that this ledger can count, so nothing is begun; what became of it elsewhere is not known all the same.</summary>
    private Report Strange(Job job, string other, string wrong) =>
        Refused(job, $"It was handed to {other}, which has not told how it ended. {wrong}", verdict: Verdict.Unknown);

    /// <summary>People must hear that the ledger's volume is full before the next run is refused for it.</summary>
    private Report Noted(Report report) =>
        !reserve.IsSpent
            ? report
            : report with
            {
                Summary =
                    $"{report.Summary} The volume of the relay's ledger filled up; its reserve of {Words.Bytes(Reserve.Size)} was "
                    + "given up so that all of this could be written. Nothing more begins until there is room again.",
            };

    /// <param name="voided">What has changed since the approval, where what was approved may be planned again.</param>
    private Report Refused(Job job, string reason, string? voided = null, Verdict verdict = Verdict.Failed)
    {
        log.LogWarning("{Run} was refused: {Reason}", job.Run, reason);
        ledger.KeepRefusal(job.Run, reason, Clock.Micros(time.GetUtcNow()));
        var data = new Dictionary<string, string>(StringComparer.Ordinal) { [Refusal.Word] = "true", ["reason"] = reason };
        if (voided is not null)
        {
            data["voided"] = voided;
        }

        var refused = answers.To(job, verdict, $"Refused: {reason}", data);
        return refused with { Statement = ledger.StateRefusal(refused, job.Plan, key) };
    }
}
