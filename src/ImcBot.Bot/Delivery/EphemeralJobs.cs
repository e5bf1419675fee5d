using System.Collections.Concurrent;
using ImcBot.Bot.Journal;
using ImcBot.Contracts;

namespace ImcBot.Bot.Delivery;

/// <summary>
/// Questions to a relay whose answers are for one person's eyes (a held message's headers, what of a runbook is possible there). They live
/// in this process's memory and nowhere else:
/// no journal, no database, no log. What is lost with the process, or polled at another replica, is asked again by the person.
/// </summary>
internal sealed class EphemeralJobs(ChangeSignals signals, TimeProvider clock)
{
    /// <summary>Numbers above any question that an incident asks.</summary>
    private const int First = 900_000_000;

    private readonly ConcurrentDictionary<RunId, Asked> _open = new();
    private int _last = First;

    /// <summary>How long an answer is waited for that a relay has at hand.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(30);

    /// <summary>The relay's answer, or null when it gave none in time.</summary>
    /// <param name="incident">The incident whose number the run bears.</param>
    /// <param name="job">What is asked; the run that it names is put in here.</param>
    public async Task<Report?> AskAsync(string relay, int incident, Job job, TimeSpan patience, CancellationToken cancellationToken)
    {
        var run = new RunId(new QuestionId(incident, Interlocked.Increment(ref _last)), 1);
        var asked = _open[run] = new Asked(
            relay,
            job with
            {
                Run = run,
            },
            new TaskCompletionSource<Report>(TaskCreationOptions.RunContinuationsAsynchronously)
        );
        try
        {
            signals.RingRelay(relay);
            return await asked.Answer.Task.WaitAsync(patience, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            return null;
        }
        finally
        {
            _open.TryRemove(run, out _);
        }
    }

    /// <summary>What this relay has not got yet.</summary>
    public IEnumerable<Job> For(string relay, Poll poll) =>
        _open.Where(open => open.Value.Relay == relay && !poll.Known.Contains(open.Key)).Select(open => open.Value.Job);

    /// <summary>Whether the report answers a private question; then it goes no further.</summary>
    public bool Takes(string relay, Report report)
    {
        if (report.Run.Question.Number <= First)
        {
            return false;
        }

        if (_open.TryGetValue(report.Run, out var asked) && asked.Relay == relay)
        {
            asked.Answer.TrySetResult(report);
        }

        return true;
    }

    private sealed record Asked(string Relay, Job Job, TaskCompletionSource<Report> Answer);
}
