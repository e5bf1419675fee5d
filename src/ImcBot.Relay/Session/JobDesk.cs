using System.Collections.Concurrent;
using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Execution;
using ImcBot.Relay.Gate;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Policy;
using Microsoft.Extensions.Logging;

namespace ImcBot.Relay.Session;

/// <summary>
/// Takes jobs, carries each out at most once at a time, and leaves its report in the outbox. Acting runs are one at a time.
/// </summary>
internal sealed partial class JobDesk(
    ActionSet actions,
    Site site,
    RelayLedger ledger,
    Planner planner,
    GateKeeper gate,
    PolicyGuard guard,
    Reserve reserve,
    RelayKey key,
    ILogger<JobDesk> log
) : IDisposable
{
    /// <summary>Base64 within a report of 256 KB.</summary>
    private const int LargestPlan = 180 * 1024;

    /// <summary>What was done must not wait long to be told because a clock does not answer.</summary>
    private static readonly TimeSpan ClockPatience = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<(RunId, JobKind), Job> _underWay = new();
    private readonly ConcurrentDictionary<long, (long Seen, TimeSpan Left)> _deadlines = new();
    private readonly SemaphoreSlim _acting = new(1, 1);
    private readonly Trial _trial = new(actions, site, planner, guard);
    private readonly Executor _executor = new(actions, site, ledger, guard);
    private int _actings;

    /// <summary>Changes whenever this relay begins or ends to act.</summary>
    public int Acting => Volatile.Read(ref _actings);

    public IReadOnlyList<RunId> UnderWay => [.. _underWay.Values.Select(job => job.Run)];

    /// <summary>Carries out a job. A job that is under way already is left alone: it was only delivered twice.</summary>
    /// <param name="received">Monotonic time stamp of its receipt.</param>
    public async Task TakeAsync(Job job, long received, CancellationToken cancellationToken)
    {
        if (!_underWay.TryAdd((job.Run, job.Kind), job))
        {
            return;
        }

        try
        {
            var report = job.Kind switch
            {
                JobKind.Check => await CheckAsync(job, cancellationToken),
                JobKind.Plan => await PlanAsync(job, cancellationToken),
                JobKind.Try => await TryAsync(job, cancellationToken),
                JobKind.Act => await ActAsync(job, received, cancellationToken),
                _ => Answer(job, Verdict.Unknown, "This relay does not know that kind of job; update the relay."),
            };
            if (report is not null)
            {
                ledger.Post(await StampedAsync(report, cancellationToken));
            }
        }
        finally
        {
            _underWay.TryRemove((job.Run, job.Kind), out _);
        }
    }

    /// <summary>Whether a person has taken over, by the bot's last word.</summary>
    public bool IsTakenOver => ledger.Mark(Marks.TakenOver) is > 0;

    /// <summary>Takes the bot's word on who acts: the relay only reads while a person has taken over.</summary>
    public void HandOver(string? reason)
    {
        if (IsTakenOver != reason is not null)
        {
            ledger.SetMark(Marks.TakenOver, reason is null ? 0 : 1);
            log.LogWarning(
                "{Reason}",
                reason is null ? "This relay acts again when it is asked to." : $"This relay only reads from now on: {reason}"
            );
        }
    }

    /// <summary>Waits until no run is under way; no other begins after that. False when it took longer.</summary>
    public async Task<bool> SettleAsync(TimeSpan limit)
    {
        using var deadline = new CancellationTokenSource(limit, site.Time);
        try
        {
            await _acting.WaitAsync(deadline.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public void Dispose() => _acting.Dispose();

    private async Task BeginActingAsync(CancellationToken cancellationToken)
    {
        await _acting.WaitAsync(cancellationToken);
        Interlocked.Increment(ref _actings);
    }

    private void EndActing()
    {
        Interlocked.Increment(ref _actings);
        _acting.Release();
    }

    private async Task<Report> CheckAsync(Job job, CancellationToken cancellationToken)
    {
        if (job.Check is not { } call)
        {
            return Answer(job, Verdict.Unknown, "The job names no check.");
        }

        if (actions.Policy.Refuse(call) is { } refusal)
        {
            return Answer(job, Verdict.Unknown, refusal);
        }

        if (!actions.Checks.TryGetValue(call.Use, out var check))
        {
            return Answer(job, Verdict.Unknown, $"'{call.Use}' is no check.");
        }

        try
        {
            var finding = await check.CheckAsync(await site.ResolveAsync(call, cancellationToken), site, cancellationToken);
            return Answer(job, finding.Verdict, finding.Summary, finding.Data);
        }
        catch (HostException exception)
        {
            return Answer(job, Verdict.Unknown, exception.Message);
        }
    }

    private async Task<Report> TryAsync(Job job, CancellationToken cancellationToken)
    {
        var tried = job switch
        {
            { Check: { } check } => await _trial.CheckAsync("", check, cancellationToken),
            { Remedy: { } remedy } => await _trial.PlanAsync("", remedy, cancellationToken),
            _ => new Tried("", Verdict.Unknown, "The job names nothing to try."),
        };
        return Answer(job, tried.Verdict, tried.Said);
    }

    private async Task<Report> PlanAsync(Job job, CancellationToken cancellationToken)
    {
        try
        {
            var plan = await planner.PlanAsync(
                job.Run.Question,
                job.Remedy ?? throw new HostException("The job names no remedy."),
                cancellationToken
            );
            if (await guard.RefuseAsync(plan, order: null, cancellationToken) is { } refusal)
            {
                throw new HostException(refusal);
            }

            var bytes = Plan.ToBytes(plan);
            if (bytes.Length > LargestPlan)
            {
                throw new HostException(
                    $"The plan would be {bytes.Length / 1024} KB; at most {LargestPlan / 1024} KB can be sent. Split the remedy."
                );
            }

            ledger.KeepPlan(job.Run.Question, bytes);
            return Answer(job, Verdict.Clear, string.Join("; ", plan.Effects.Select(effect => effect.Does)) + ".") with { Plan = bytes };
        }
        catch (HostException exception)
        {
            return Answer(job, Verdict.Failed, exception.Message);
        }
    }

    /// <summary>Null when the finished report is in the outbox already.</summary>
    private async Task<Report?> ActAsync(Job job, long received, CancellationToken cancellationToken)
    {
        await BeginActingAsync(cancellationToken);
        try
        {
            if (ledger.BegunRuns(job.Run.Question).FirstOrDefault(begun => begun.Run == job.Run) is { } begun)
            {
                return await AgainAsync(job, begun, cancellationToken);
            }

            if (job is { HandedTo: { } other, Plan: not null })
            {
                return NotBegun(job, other);
            }

            var admission = await gate.JudgeAsync(job, received);
            if (admission is { Plan: null, Break: null })
            {
                return Refused(job, admission.Refusal!, admission.IsUntimely ? "the grant came late or a clock was set" : null);
            }

            if (job.Order?.Kind is not RoundKind.Rest && !reserve.IsHeld())
            {
                return Refused(job, "The ledger's volume has not even 16 MB to spare; free some space there first.");
            }

            if (!ledger.Begin(job, admission.Token, admission.BotTime, Clock.Micros(site.Time.GetUtcNow())))
            {
                return Refused(job, "The grant or the run has been used before.");
            }

            // From here on the run goes to its end even when the relay is asked to stop: half a move is worse than a late stop.
            var report = admission.Plan is { } plan ? await ExecuteAsync(job, plan) : Unreached(job, admission.Break!);
            ledger.Finish(Noted(await StampedAsync(report, CancellationToken.None)), key);
            return null;
        }
        finally
        {
            EndActing();
        }
    }

    /// <summary>Whether a search must go to safe rest because no round can be written safely any more.</summary>
    public bool MustRest => reserve.IsSpent && !reserve.IsHeld() && ledger.UnrestingSearch() is not null;

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

        ledger.Finish(await StampedAsync(await LostAsync(job, cancellationToken), cancellationToken), key);
        return null;
    }

    private async Task<Report> ExecuteAsync(Job job, Plan plan)
    {
        try
        {
            return await _executor.ExecuteAsync(job, plan, CancellationToken.None);
        }
        catch (HostException exception)
        {
            return Answer(job, Verdict.Unknown, exception.Message) with { Effects = ledger.Outcomes(job.Run) };
        }
    }

    /// <summary>The report with the server's clock beside the relay's; without it where the server does not answer.</summary>
    private async Task<Report> StampedAsync(Report report, CancellationToken cancellationToken)
    {
        if (report.ServerAt is not null)
        {
            return report;
        }

        try
        {
            return report with
            {
                ServerAt = await site.Host.Machine.TimeAsync(cancellationToken).WaitAsync(ClockPatience, site.Time, cancellationToken),
            };
        }
        catch (Exception exception) when (exception is HostException or TimeoutException)
        {
            return report;
        }
    }

    /// <summary>The run is used up, so that the next one follows it, and has done nothing.</summary>
    private Report Unreached(Job job, string reason) =>
        Answer(
            job,
            Verdict.Unknown,
            $"Nothing was done: {reason}",
            new Dictionary<string, string>(StringComparer.Ordinal) { ["voided"] = "the server has stopped answering" }
        );

    /// <summary>The run is used up: whether the other process of this relay has begun it, only that one knows.</summary>
    private Report? NotBegun(Job job, string other)
    {
        var at = Clock.Micros(site.Time.GetUtcNow());
        if (!ledger.Begin(job, $"handed to another: {job.Run}", gate.BotTime ?? at, at))
        {
            return Refused(job, "The run has been used before.");
        }

        ledger.Finish(
            Answer(
                job,
                Verdict.Unknown,
                $"It was handed to {other}, which has not told how it ended; this process of the relay has not begun it, and will not."
            ),
            key
        );
        return null;
    }

    /// <param name="voided">What has changed since the approval, where what was approved may be planned again.</param>
    private Report Refused(Job job, string reason, string? voided = null)
    {
        log.LogWarning("{Run} was refused: {Reason}", job.Run, reason);
        ledger.KeepRefusal(job.Run, reason, Clock.Micros(site.Time.GetUtcNow()));
        var data = new Dictionary<string, string>(StringComparer.Ordinal) { [Refusal.Word] = "true", ["reason"] = reason };
        if (voided is not null)
        {
            data["voided"] = voided;
        }

        var refused = Answer(job, Verdict.Failed, $"Refused: {reason}", data);
        return refused with { Statement = ledger.StateRefusal(refused, job.Plan, key) };
    }

    private Report Answer(Job job, Verdict verdict, string summary, IReadOnlyDictionary<string, string>? data = null) =>
        new(
            job.Run,
            job.Kind,
            verdict,
            summary,
            data ?? new Dictionary<string, string>(StringComparer.Ordinal),
            Clock.Micros(site.Time.GetUtcNow())
        );
}
