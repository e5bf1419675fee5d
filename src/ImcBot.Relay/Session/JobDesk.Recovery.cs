using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Queues;
using Microsoft.Extensions.Logging;

namespace ImcBot.Relay.Session;

/// <content>What the relay does without being asked: lost runs, an abandoned search, deadlines.</content>
internal sealed partial class JobDesk
{
    /// <summary>
    /// After a restart: reports what was begun and never finished. A search goes to safe rest from its manifest; anything else is unknown.
    /// </summary>
    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        foreach (var job in ledger.LostRuns())
        {
            await BeginActingAsync(cancellationToken);
            try
            {
                if (ledger.FinishedReport(job.Run, JobKind.Act) is null)
                {
                    ledger.Finish(await StampedAsync(await LostAsync(job, cancellationToken), cancellationToken), key);
                }
            }
            finally
            {
                EndActing();
            }
        }
    }

    /// <summary>Nobody has spoken for too long: an open search goes to safe rest by itself. Its next round will report it.</summary>
    public async Task RestAsync(CancellationToken cancellationToken)
    {
        await BeginActingAsync(cancellationToken);
        try
        {
            if (
                ledger.UnrestingSearch() is { } search
                && ledger.BegunRuns(search.Question) is [.., var last]
                && ledger.FindPlan(last.Plan) is { } bytes
            )
            {
                var job = new Job(
                    last.Run,
                    JobKind.Act,
                    Plan: last.Plan,
                    Order: new RoundOrder(RoundKind.Rest, IndexSet.Empty, IndexSet.Empty, search.Digest)
                );
                var deed = new Deed(
                    job,
                    Plan.FromBytes(bytes),
                    site,
                    ledger,
                    site.Host.Hands(job.Run.ToString()),
                    await site.NewestEventAsync(cancellationToken)
                );
                var ending = await SearchRound.RunAsync(
                    deed,
                    MailSearch.In(deed.Plan),
                    job.Order!,
                    () => Task.CompletedTask,
                    cancellationToken
                );
                log.LogWarning(
                    "The search of {Question} went to safe rest by itself, because nobody has spoken for a while or the ledger's "
                        + "volume is full: {Summary}",
                    search.Question,
                    ending.Summary
                );
            }
        }
        catch (HostException exception)
        {
            log.LogError("Safe rest is not reached yet: {Reason}", exception.Message);
        }
        finally
        {
            EndActing();
        }
    }

    /// <summary>
    /// Takes back what has a deadline (a paused scanner) once that has passed, also when it passed while the relay was down. Waits for a
    /// run's end.
    /// </summary>
    public async Task TakeBackOverdueAsync(CancellationToken cancellationToken)
    {
        if (!ledger.UndoRecords().Any(IsOverdue))
        {
            return;
        }

        await BeginActingAsync(cancellationToken);
        try
        {
            foreach (var record in ledger.UndoRecords().Where(IsOverdue))
            {
                var plan = new Plan(
                    record.Run.Question,
                    "",
                    site.Host.Name,
                    Remedy.Undo(record.Run.Question),
                    [],
                    Impact.Unknown,
                    null,
                    []
                );
                var deed = new Deed(new Job(record.Run, JobKind.Act), plan, site, ledger, site.Host.Hands(record.Run.ToString()), 0);
                var outcome = await actions.FindUndo(record.Call.Use).UndoAsync(record, deed, cancellationToken);
                log.LogWarning("The deadline of {Run} has passed: {Summary}", record.Run, outcome.Summary);
                if (outcome.Verdict == Verdict.Clear)
                {
                    ledger.MarkUndone(record.Id, record.Run);
                }
            }
        }
        catch (HostException exception)
        {
            log.LogError("A deadline has passed and could not be kept yet: {Reason}", exception.Message);
        }
        finally
        {
            EndActing();
        }
    }

    /// <summary>
    /// A wall clock that is set while the relay runs moves no deadline: what was left of it when it was first seen is counted by the
    /// monotonic one.
    /// </summary>
    private bool IsOverdue(UndoRecord record)
    {
        if (record.Deadline is not { } deadline)
        {
            return false;
        }

        var (seen, left) = _deadlines.GetOrAdd(
            record.Id,
            _ => (site.Time.GetTimestamp(), DateTimeOffset.FromUnixTimeSeconds(deadline) - site.Time.GetUtcNow())
        );
        return site.Time.GetElapsedTime(seen) >= left;
    }

    private async Task<Report> LostAsync(Job job, CancellationToken cancellationToken)
    {
        var lost = Answer(job, Verdict.Unknown, "The relay was restarted during this run; how far it came is not known.") with
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
                return await _executor.FinishAsync(job, Plan.FromBytes(bytes), CancellationToken.None) ?? lost;
            }

            var deed = new Deed(
                job,
                Plan.FromBytes(bytes),
                site,
                ledger,
                site.Host.Hands(job.Run.ToString()),
                await site.NewestEventAsync(cancellationToken)
            );
            var since = site.Time.GetUtcNow();
            return await SearchRound.RecoverAsync(deed, job.Order, CancellationToken.None) is { } ending
                ? deed.Report(ending.Verdict, ending.Summary, since, outcomes: ledger.Outcomes(job.Run))
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
