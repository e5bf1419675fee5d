using System.Collections.Concurrent;
using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;
using Microsoft.Extensions.Logging;

namespace ImcBot.Relay.Session;

/// <summary>What the relay does without being asked: lost runs, an abandoned search, deadlines.</summary>
internal sealed class UnaskedRuns(
    ActionSet actions,
    Site site,
    RelayLedger ledger,
    Reserve reserve,
    ActingRuns acting,
    LostRuns lost,
    ActingTurn turn,
    ILogger log
)
{
    /// <summary>
    /// What could not be taken back is tried again after this: a service that hangs takes the turn each time, for all its patience.
    /// </summary>
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<long, (long Seen, TimeSpan Left)> _deadlines = new();

    private string? _unrested;

    /// <summary>Whether a search must go to safe rest because no round can be written safely any more.</summary>
    public bool MustRest => reserve.IsSpent && !reserve.IsHeld() && ledger.UnrestingSearch() is not null;

    /// <summary>After a restart: tells what was begun and never finished.</summary>
    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        foreach (var job in ledger.LostRuns())
        {
            await turn.TakeAsync(
                async () =>
                {
                    if (ledger.FinishedReport(job.Run, JobKind.Act) is null)
                    {
                        await acting.FinishLostAsync(job, cancellationToken);
                    }
                },
                cancellationToken
            );
        }
    }

    /// <summary>Nobody has spoken for too long: an open search goes to safe rest by itself. Its next round will report it.</summary>
    public Task RestAsync(CancellationToken cancellationToken) =>
        turn.TakeAsync(() => RestInTurnAsync(cancellationToken), cancellationToken);

    /// <summary>
    /// Takes back what has a deadline (a paused scanner) once that has passed, also when it passed while the relay was down. Waits for a
    /// run's end.
    /// </summary>
    public Task TakeBackOverdueAsync(CancellationToken cancellationToken) =>
        ledger.UndoRecords().Any(IsOverdue)
            ? turn.TakeAsync(() => TakeBackInTurnAsync(cancellationToken), cancellationToken)
            : Task.CompletedTask;

    private async Task RestInTurnAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (ledger.UnrestingSearch() is { } search && await lost.RestAsync(search, cancellationToken) is { } ending)
            {
                _unrested = null;
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
            TellUnrested(exception.Message);
        }
    }

    /// <summary>Once each: it is tried again every few seconds, and a policy that forbids it stays.</summary>
    private void TellUnrested(string reason)
    {
        if (reason != _unrested)
        {
            _unrested = reason;
            log.LogError("Safe rest is not reached yet: {Reason}", reason);
        }
    }

    private async Task TakeBackInTurnAsync(CancellationToken cancellationToken)
    {
        foreach (var record in ledger.UndoRecords().Where(IsOverdue))
        {
            if (await TakeBackAsync(record, cancellationToken))
            {
                ledger.MarkUndone(record.Id, record.Run);
            }
            else
            {
                _deadlines[record.Id] = (site.Time.GetTimestamp(), Again);
            }
        }
    }

    private async Task<bool> TakeBackAsync(UndoRecord record, CancellationToken cancellationToken)
    {
        var question = record.Run.Question;
        var plan = new Plan(question, "", site.Host.Name, Remedy.Undo(question), [], Impact.Unknown, null, []);
        var writer = site.Host.Writer(record.Run.ToString());
        try
        {
            var context = new RunContext(new Job(record.Run, JobKind.Act), plan, site, ledger, writer, 0);
            var outcome = await actions.FindUndo(record.Call.Use).UndoAsync(record, context, cancellationToken);
            log.LogWarning("The deadline of {Run} has passed: {Summary}", record.Run, outcome.Summary);
            return outcome.Verdict == Verdict.Clear;
        }
        catch (HostException exception)
        {
            log.LogError("The deadline of {Run} has passed and could not be kept yet: {Reason}", record.Run, exception.Message);
            return false;
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
}
