using System.Collections.Concurrent;
using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Execution;
using ImcBot.Relay.Gate;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Policy;
using Microsoft.Extensions.Logging;

namespace ImcBot.Relay.Session;

/// <summary>Takes jobs, carries each out at most once at a time, and leaves its report in the outbox.</summary>
internal sealed class RunExecutor : IDisposable
{
    private readonly ConcurrentDictionary<(RunId, JobKind), Job> _underWay = new();
    private readonly RelayLedger _ledger;
    private readonly Answers _answers;
    private readonly ReadOnlyRuns _reading;
    private readonly ActingRuns _acting;
    private readonly ActingTurn _turn;
    private readonly ILogger _log;

    public RunExecutor(
        ActionSet actions,
        Site site,
        RelayLedger ledger,
        GuardedPlanner planner,
        GateKeeper gate,
        PolicyGuard guard,
        Reserve reserve,
        RelayKey key,
        ILogger log
    )
    {
        (_ledger, _log) = (ledger, log);
        _answers = new(site);
        _turn = new(site.Time);
        var runner = new PlanRunner(actions, site, ledger, guard);
        _reading = new(actions, site, ledger, planner, _answers);
        var lost = new LostRuns(site, ledger, runner, gate, _answers);
        _acting = new(gate, runner, lost, ledger, reserve, key, _answers, site.Time, log);
        Unasked = new(actions, site, ledger, reserve, _acting, lost, _turn, log);
    }

    /// <summary>What is done without a job.</summary>
    public UnaskedRuns Unasked { get; }

    /// <summary>Changes whenever this relay begins or ends to act.</summary>
    public int Acting => _turn.Changes;

    public IReadOnlyList<RunId> UnderWay => [.. _underWay.Values.Select(job => job.Run)];

    /// <summary>Whether a person has taken over, by the bot's last word.</summary>
    public bool IsTakenOver => _ledger.IsTakenOver;

    /// <summary>Carries out a job. A job that is under way already is left alone: it was only delivered twice.</summary>
    public async Task TakeAsync(Job job, Receipt receipt, CancellationToken cancellationToken)
    {
        if (!_underWay.TryAdd((job.Run, job.Kind), job))
        {
            return;
        }

        try
        {
            var report = job.Kind switch
            {
                JobKind.Check => await _reading.CheckAsync(job, cancellationToken),
                JobKind.Plan => await _reading.PlanAsync(job, cancellationToken),
                JobKind.Try => await _reading.TryAsync(job, cancellationToken),
                JobKind.Act => await _turn.TakeAsync(() => _acting.RunAsync(job, receipt, cancellationToken), cancellationToken),
                _ => _answers.To(job, Verdict.Unknown, "This relay does not know that kind of job; update the relay."),
            };
            if (report is not null)
            {
                _ledger.Post(await _answers.StampedAsync(report, cancellationToken));
            }
        }
        finally
        {
            _underWay.TryRemove((job.Run, job.Kind), out _);
        }
    }

    /// <summary>Takes the bot's word on who acts: the relay only reads while a person has taken over.</summary>
    public void HandOver(string? reason)
    {
        if (IsTakenOver != reason is not null)
        {
            _ledger.SetMark(Marks.TakenOver, reason is null ? 0 : 1);
            _log.LogWarning(
                "{Reason}",
                reason is null ? "This relay acts again when it is asked to." : $"This relay only reads from now on: {reason}"
            );
        }
    }

    /// <summary>Waits until no run is under way; no other begins after that. False when it took longer.</summary>
    public Task<bool> SettleAsync(TimeSpan limit) => _turn.CloseAsync(limit);

    public void Dispose() => _turn.Dispose();
}
