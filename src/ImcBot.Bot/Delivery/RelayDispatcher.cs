using System.Collections.Concurrent;
using ImcBot.Bot.Incidents;
using ImcBot.Bot.Journal;
using ImcBot.Bot.Relays;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Delivery;

/// <summary>
/// Hands out the work that relays owe reports for: at least once until reported. What a job says comes from the verified journal, so a row
/// planted in the database makes no job and no grant.
/// </summary>
internal sealed class RelayDispatcher(
    IncidentEngine engine,
    RelayClaims claims,
    GrantIssuer grants,
    EphemeralJobs ephemeral,
    RunbookRepository runbooks,
    ActingOrder order,
    ChangeSignals signals,
    TimeProvider clock
)
{
    /// <summary>How long a poll is held when there is nothing to do.</summary>
    public static readonly TimeSpan Hold = TimeSpan.FromSeconds(25);

    /// <summary>A job that the relay does not know of is sent again after this: the answer to its poll may have been lost.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(5);

    /// <summary>A relay that still follows something else is told again after this.</summary>
    private static readonly TimeSpan ToldAgain = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<(RunId Run, JobKind Kind), (string Relay, long At)> _sent = new();

    private readonly ConcurrentDictionary<string, (string Watching, string Digest, long At)> _told = new(StringComparer.Ordinal);

    /// <summary>
    /// Answers a poll: at once when there is work the relay has not got, else when work comes, else after the hold with nothing.
    /// </summary>
    /// <param name="instance">Which process of the relay polls; null from one that is older than this.</param>
    public async Task<Work> NextAsync(RelayRow row, RelayInstance? instance, Poll poll, CancellationToken cancellationToken)
    {
        var (relay, process) = (row.Id, instance?.Text ?? "");
        await claims.CompareAsync(relay, poll.Begun ?? [], cancellationToken);
        var watches = Watches(row, poll.Watching);
        var begunAt = clock.GetTimestamp();
        HashSet<(RunId Run, JobKind Kind)>? known = null;
        while (true)
        {
            var ring = signals.NextRing(relay);
            var incidents = await engine.ListOfAsync(row, cancellationToken);
            var owed = await OwedAsync(incidents, cancellationToken);
            ForgetSent(relay, owed);
            known ??= await KnownAsync(owed, poll, cancellationToken);
            known.IntersectWith(owed.Select(job => job.Effect.Job!.Value));
            var now = clock.Micros();
            var due = await GrantedAsync(process, [.. owed.Where(job => IsDue(job, known))], incidents, owed, poll, cancellationToken);
            Job[] aside = [.. ephemeral.For(relay, poll)];
            if (due.Count + aside.Length > 0 || watches is not null || clock.GetElapsedTime(begunAt) >= Hold)
            {
                return new Work(
                    now,
                    [.. await SendAsync(relay, process, poll.Nonce, due, cancellationToken), .. aside],
                    WhyItOnlyReads(incidents),
                    due.Count > 0 ? grants.Notice : null,
                    watches
                );
            }

            var held = Hold - clock.GetElapsedTime(begunAt);
            var left =
                owed.Count > 0 && Again < held ? Again
                : held < TimeSpan.Zero ? TimeSpan.Zero
                : held;
            await ring.WaitAsync(left, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            if (incidents.Count == 0 && !ring.IsCompleted && clock.GetElapsedTime(begunAt) >= Hold)
            {
                // Where a ring was lost, the next poll looks, which comes at once.
                return new Work(clock.Micros(), []);
            }
        }
    }

    /// <summary>
    /// What the relay has got of what it is owed. The act that follows a plan has the plan's name, so a run that the relay names is an act
    /// only where that has been handed out.
    /// </summary>
    private async Task<HashSet<(RunId Run, JobKind Kind)>> KnownAsync(
        IReadOnlyList<Outstanding> owed,
        Poll poll,
        CancellationToken cancellationToken
    )
    {
        HashSet<(RunId Run, JobKind Kind)> named =
        [
            .. owed.Select(job => job.Effect.Job!.Value).Where(job => poll.Known.Contains(job.Run)),
        ];
        foreach (var act in named.Where(job => job.Kind == JobKind.Act).ToList())
        {
            if (await order.HandedToAsync(act.Run, cancellationToken) is null)
            {
                named.Remove(act);
            }
        }

        return named;
    }

    /// <summary>
    /// What the relay should look out for; null where it does, or has just been told: one that is older may not be able to follow all of
    /// it.
    /// </summary>
    private IReadOnlyList<WatchedService>? Watches(RelayRow row, string? watching)
    {
        var relay = row.Id;
        if (
            watching is null
            || runbooks.SubjectsOf(RelayRowReader.SubjectsOf(row)) is not { } subjects
            || watching == subjects.WatchesDigest
        )
        {
            return null;
        }

        if (
            _told.TryGetValue(relay, out var last)
            && (last.Watching, last.Digest) == (watching, subjects.WatchesDigest)
            && clock.GetElapsedTime(last.At) < ToldAgain
        )
        {
            return null;
        }

        _told[relay] = (watching, subjects.WatchesDigest, clock.GetTimestamp());
        return subjects.Watches;
    }

    /// <summary>Why a relay only reads for now: somebody has taken over an incident on its host.</summary>
    private static string? WhyItOnlyReads(IReadOnlyList<Incident> incidents) =>
        ActingOrder.TakenOver(incidents) is { TakenOverBy: { } person } taken ? $"{person.Name} has taken over {taken.Name}." : null;

    private async Task<IReadOnlyList<Outstanding>> OwedAsync(IReadOnlyList<Incident> incidents, CancellationToken cancellationToken)
    {
        var owed = new List<Outstanding>();
        foreach (var incident in incidents)
        {
            owed.AddRange((await engine.OwedAsync(incident.Number, Lane.Relay, cancellationToken)).Where(job => IsWanted(job, incident)));
        }

        return owed;
    }

    /// <summary>
    /// Without first runs whose approval has aged, or whose approvers no longer hold their roles: the incident decides that before a grant
    /// is made.
    /// </summary>
    private async Task<List<Outstanding>> GrantedAsync(
        string process,
        List<Outstanding> due,
        IReadOnlyList<Incident> incidents,
        IReadOnlyList<Outstanding> owed,
        Poll poll,
        CancellationToken cancellationToken
    )
    {
        var granted = new List<Outstanding>();
        foreach (var job in due)
        {
            // What the relay has begun it reports, and never begins again.
            if (
                job.Effect is not RunAction { Run: { Run: 1 } run }
                || poll.Begun?.Contains(run) == true
                || await order.MayBeginAsync(run, process, incidents, owed, cancellationToken)
            )
            {
                granted.Add(job);
            }
        }

        return granted;
    }

    /// <summary>
    /// Whether the incident still waits for this run: what was withdrawn meanwhile is not handed out, least of all an action.
    /// </summary>
    private static bool IsWanted(Outstanding job, Incident now)
    {
        var (run, kind) = job.Effect.Job!.Value;
        return kind switch
        {
            JobKind.Check => now.Questions.TryGetValue(run.Question.Number, out var open) && open.Checks.ContainsKey(run.Run),
            JobKind.Plan => now.Proposal is { State: ChangeState.Offered } offered && offered.Question == run.Question,
            _ => now.Phase is Phase.Acting or Phase.Searching
                && now.Running.Any(change => change.Question == run.Question)
                && (now.Search?.Question != run.Question || now.Search.Run == run.Run),
        };
    }

    private void ForgetSent(string relay, IReadOnlyList<Outstanding> owed)
    {
        var still = owed.Select(job => job.Effect.Job).ToHashSet();
        foreach (var (job, sent) in _sent)
        {
            if (sent.Relay == relay && !still.Contains(job))
            {
                _sent.TryRemove(job, out _);
            }
        }
    }

    private bool IsDue(Outstanding job, HashSet<(RunId Run, JobKind Kind)> known)
    {
        var key = job.Effect.Job!.Value;
        return !known.Contains(key) && (!_sent.TryGetValue(key, out var sent) || clock.GetElapsedTime(sent.At) >= Again);
    }

    private async Task<IReadOnlyList<Job>> SendAsync(
        string relay,
        string process,
        string? nonce,
        IEnumerable<Outstanding> due,
        CancellationToken cancellationToken
    )
    {
        var jobs = new List<Job>();
        foreach (var outstanding in due)
        {
            _sent[outstanding.Effect.Job!.Value] = (relay, clock.GetTimestamp());
            jobs.Add(
                outstanding.Effect switch
                {
                    RunCheck check => new Job(check.Run, JobKind.Check, Check: check.Check),
                    MakePlan plan => new Job(plan.Run, JobKind.Plan, Remedy: plan.Remedy),
                    RunAction act => await ActAsync(relay, process, nonce, act, cancellationToken),
                    _ => throw new InvalidOperationException($"'{outstanding.Effect.GetType().Name}' is not work for a relay."),
                }
            );
        }

        return jobs;
    }

    /// <summary>
    /// An act goes with its grant to one process only: another one, be it the next of the same relay or a copy of it, is asked what its
    /// ledger knows of it.
    /// </summary>
    private async Task<Job> ActAsync(string relay, string process, string? nonce, RunAction act, CancellationToken cancellationToken)
    {
        var first = await order.HandOutAsync(act.Run, process, cancellationToken);
        var job = new Job(act.Run, JobKind.Act, Plan: act.Plan, Order: act.Order);
        return first == process
            ? job with
            {
                Grant = grants.Mint(act, relay, nonce),
            }
            : job with
            {
                HandedTo = new RelayInstance(first).Words,
            };
    }
}
