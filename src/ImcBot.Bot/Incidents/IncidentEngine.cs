using System.Collections.Concurrent;
using System.Text.Json;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Journal;
using ImcBot.Bot.OnCall;
using ImcBot.Bot.Relays;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Incidents;

/// <summary>Takes facts, one incident at a time in order, journals what the machine decided, and has the effects carried out.</summary>
internal sealed partial class IncidentEngine(
    Journals journal,
    IncidentLoader recall,
    RunbookRepository runbooks,
    RelayRegister relays,
    OnCallRoster duty,
    ChangeSignals bells,
    LeaseHolder replica,
    EngineClock clock
) : IIncidents
{
    // Several replicas or an operator's tool may append at the same time; each retry reads what they wrote.
    private const int Tries = 5;

    private readonly Mailboxes _mailboxes = new(clock);

    // A thread stays its incident's. Where the incident of an open one is looked for is all that is remembered: whose it is, the journal
    // says.
    private readonly ConcurrentDictionary<string, int> _threads = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _strange = new(StringComparer.Ordinal);

    /// <summary>Tells an incident a fact; the fact's time is the engine's. Returns once the journal has it.</summary>
    /// <exception cref="KeyNotFoundException">There is no such incident.</exception>
    public async Task<Decision> TellAsync(int incident, Func<long, Fact> fact, CancellationToken cancellationToken)
    {
        using var mailbox = await _mailboxes.EnterAsync(incident, cancellationToken);
        for (var tried = 1; ; tried++)
        {
            var state =
                await StateAsync(mailbox, incident, cancellationToken) ?? throw new KeyNotFoundException($"There is no INC-{incident}.");
            var told = fact(Math.Max(clock.Now, state.LastAt));
            if (state.Frozen is { } frozen)
            {
                if (told is Commanded { Verb: CommandVerb.Close, By: var by } && by.Holds(Role.Administrator))
                {
                    await FreeHostAsync(incident, cancellationToken);
                }

                return state.Incident is { } known ? new Decision(known, [], frozen) : throw new KeyNotFoundException(frozen);
            }

            try
            {
                state = await InTimeAsync(mailbox, state, cancellationToken);
            }
            catch (AppendConflictException) when (tried < Tries)
            {
                continue;
            }

            told = fact(Math.Max(clock.Now, state.LastAt));
            var decision = IncidentMachine.Handle(state.Incident!, told);
            if (
                decision.Declined is not null
                && (told is Noted || (told is Refused && state.Incident!.Refusals >= RecordKeeping.MostRefusals))
            )
            {
                return decision;
            }

            try
            {
                return await AppendAsync(mailbox, state, told, null, decision, cancellationToken);
            }
            catch (AppendConflictException) when (tried < Tries)
            {
                continue;
            }
        }
    }

    /// <summary>Has the incident go by the clock as it is set now, if it does not yet. Nothing is decided on a frozen one.</summary>
    public async Task FollowClockAsync(int incident, CancellationToken cancellationToken)
    {
        using var mailbox = await _mailboxes.EnterAsync(incident, cancellationToken);
        for (var tried = 1; ; tried++)
        {
            try
            {
                if (await StateAsync(mailbox, incident, cancellationToken) is { Frozen: null } state)
                {
                    await InTimeAsync(mailbox, state, cancellationToken);
                }

                return;
            }
            catch (AppendConflictException) when (tried < Tries)
            {
                continue;
            }
        }
    }

    /// <summary>The incident as it stands (a frozen one as far as its journal verifies), or null.</summary>
    public async Task<Incident?> FindAsync(int incident, CancellationToken cancellationToken)
    {
        using var mailbox = await _mailboxes.EnterAsync(incident, cancellationToken);
        return (await StateAsync(mailbox, incident, cancellationToken))?.Incident;
    }

    /// <summary>The incident whose thread this is (conversation id), or null.</summary>
    public async Task<Incident?> FindByThreadAsync(string thread, CancellationToken cancellationToken)
    {
        var named = _threads.TryGetValue(thread, out var known)
            ? known
            : (await journal.FindByThreadAsync(thread, cancellationToken))?.Number;
        var incident =
            named is { } number && await FindAsync(number, cancellationToken) is { } there && there.Thread == thread
                ? there
                : (await ListOpenAsync(cancellationToken)).FirstOrDefault(open => open.Thread == thread);
        if (incident is { IsOpen: true })
        {
            _threads[thread] = incident.Number;
        }
        else
        {
            _threads.TryRemove(thread, out _);
        }

        return incident;
    }

    /// <summary>
    /// Tells an incident of its deadlines that have come. Its journal says which there are; the rows beside it only say where to look.
    /// </summary>
    public async Task PassDeadlinesAsync(int incident, CancellationToken cancellationToken)
    {
        while (true)
        {
            var outbox = await OutboxAsync(incident, cancellationToken);
            if (outbox.Due(clock.Now) is not var (deadline, question))
            {
                await journal.PutDeadlinesAsync(incident, clock.Now, outbox.Deadlines, cancellationToken);
                return;
            }

            await TellAsync(incident, at => new DeadlinePassed(at, deadline, question), cancellationToken);
        }
    }

    /// <summary>Incidents in memory with a deadline that has come.</summary>
    public IReadOnlyList<int> WithDeadlines() => _mailboxes.Where(state => state.Outbox.Due(clock.Now) is not null);

    /// <summary>Incidents in memory.</summary>
    internal IReadOnlyList<int> Known => _mailboxes.Known;

    /// <summary>Every incident that is not closed, by number.</summary>
    public async Task<IReadOnlyList<Incident>> ListOpenAsync(CancellationToken cancellationToken)
    {
        var open = new List<Incident>();
        foreach (var row in await journal.OpenAsync(cancellationToken))
        {
            if (await FindAsync(row.Number, cancellationToken) is { } incident)
            {
                open.Add(incident);
            }
        }

        return open;
    }

    public async Task<IReadOnlyList<int>> EntriesOfAsync(int incident, string message, CancellationToken cancellationToken)
    {
        var entries = new List<int>();
        await foreach (var stored in journal.ReadAsync(incident, cancellationToken))
        {
            if (stored is { Values.Count: > 0, Blob: null } && stored.Read().Fact is Noted { Message: { } said } && said == message)
            {
                entries.Add(stored.Seq);
            }
        }

        return entries;
    }

    public async Task<string?> AuthorOfAsync(int incident, int entry, CancellationToken cancellationToken)
    {
        await foreach (var stored in journal.ReadAsync(incident, cancellationToken))
        {
            if (stored.Seq == entry)
            {
                return stored.Read().Fact switch
                {
                    Noted said => said.By.Id,
                    Voted said => said.By.Id,
                    Commanded said => said.By.Id,
                    _ => null,
                };
            }
        }

        return null;
    }

    /// <summary>What an incident owes in a lane, in order, from its verified journal; nothing for a frozen one.</summary>
    public async Task<IReadOnlyList<Outstanding>> OwedAsync(int incident, Lane lane, CancellationToken cancellationToken)
    {
        using var mailbox = await _mailboxes.EnterAsync(incident, cancellationToken);
        if (lane is not Lane.Relay && !replica.IsAlone && mailbox.State is { } known)
        {
            // What another replica has told the channel leaves no entry behind.
            var left = (await journal.PendingAsync(incident, cancellationToken)).ToHashSet();
            mailbox.State = known with
            {
                Outbox = known.Outbox.Without(one => one.Effect.Lane is not Lane.Relay && !left.Contains((one.Seq, one.N))),
            };
        }

        return await StateAsync(mailbox, incident, cancellationToken) is not { Incident: { } now } state ? []
            : lane is Lane.Relay ? [.. state.Outbox.In(lane)]
            :
            [
                .. state
                    .Outbox.In(lane)
                    .Select(one =>
                        one with
                        {
                            Incident = Current(one.Incident, now) with { ChainHead = $"{state.Head.Seq}:{state.Head.Hash}" },
                        }
                    ),
            ];
    }

    /// <summary>
    /// Holds the journal against a run that its relay has begun. A begun run that the journal never asked for means that the database was
    /// set
    /// back, which its own chain cannot show: the incident is frozen.
    /// </summary>
    public async Task CompareAsync(string relay, RunId begun, CancellationToken cancellationToken)
    {
        using var mailbox = await _mailboxes.EnterAsync(begun.Question.Incident, cancellationToken);
        if (await StateAsync(mailbox, begun.Question.Incident, cancellationToken) is not { Frozen: null, Incident: { } incident } state)
        {
            var strange = $"{relay} {begun.Question.Incident}";
            if (
                mailbox.State is null
                && !_strange.ContainsKey(strange)
                && bells.TellOf(
                    relay,
                    $"The relay {relay} has begun {begun}, of which this journal knows nothing: the database was set back, or the "
                        + "relay kept an old ledger."
                )
            )
            {
                _strange[strange] = true;
            }
        }
        else if (incident.Relay == relay && !HasAskedFor(incident, begun))
        {
            mailbox.State = state.Freeze($"its relay has begun {begun}, which this journal never asked for: the database was set back.");
            bells.Tell(mailbox.State.Frozen!);
        }
    }

    /// <summary>
    /// Holds a report against the one that was taken of the same run. A relay repeats a report as it was; one that its key signed and that
    /// says something else
    /// means that two have worked on the run, or that a ledger was changed: it is kept, told, and the incident waits for a person.
    /// </summary>
    /// <param name="signer">Fingerprint of the key that signed the report's ledger row; null where none of this relay's did.</param>
    public async Task ContradictAsync(string relay, Report report, string? signer, CancellationToken cancellationToken)
    {
        if (report.Kind is not JobKind.Act || signer is null)
        {
            return;
        }

        var number = report.Run.Question.Incident;
        using var mailbox = await _mailboxes.EnterAsync(number, cancellationToken);
        if (
            await StateAsync(mailbox, number, cancellationToken) is not { Frozen: null, Incident: { } incident } state
            || incident.Relay != relay
            || await TakenAsync(report.Run, cancellationToken) is not { } taken
            || LedgerRow.OutcomeOf(taken.Report) == LedgerRow.OutcomeOf(report)
            || !_strange.TryAdd($"{report.Run} {LedgerRow.OutcomeOf(report)}", true)
        )
        {
            return;
        }

        var bytes = JsonSerializer.SerializeToUtf8Bytes(report, WireJson.Options);
        await journal.KeepAsync(bytes, cancellationToken);
        var what =
            $"its relay has signed two reports of {report.Run}. Taken: {taken.Report.Summary} Later: {report.Summary} The later one "
            + $"is kept as {ContentDigest.Of(bytes)[..12]}";
        bells.Tell(
            $"The relay {relay} contradicts itself. {incident.Name}: {what}. Look whether two relays work on {incident.Host}, and "
                + "what was done there."
        );
        await AppendAsync(
            mailbox,
            state,
            null,
            new Parking(taken.Seq, what),
            IncidentMachine.Park(incident, taken.Seq, what),
            cancellationToken
        );
    }

    private async Task<(int Seq, Report Report)?> TakenAsync(RunId run, CancellationToken cancellationToken)
    {
        await foreach (var stored in journal.ReadAsync(run.Question.Incident, cancellationToken))
        {
            if (stored.Read() is { Fact: Acted acted } entry && acted.Report.Run == run)
            {
                return (entry.Seq, acted.Report);
            }
        }

        return null;
    }

    private static bool HasAskedFor(Incident incident, RunId run) =>
        incident.FindRequest(run.Question) is { IsApproved: true } request
        && (run.Run == 1 || (request.Search is not null && (incident.Search?.Question != run.Question || incident.Search.Run >= run.Run)));

    /// <summary>Marks an effect for the channel as carried out.</summary>
    public async Task DoneAsync(int incident, Outstanding done, CancellationToken cancellationToken)
    {
        await journal.DoneAsync(incident, done.Seq, done.N, cancellationToken);
        using var mailbox = await _mailboxes.EnterAsync(incident, cancellationToken);
        if (mailbox.State is { } state)
        {
            mailbox.State = state with { Outbox = state.Outbox.Without(one => one.Seq == done.Seq && one.N == done.N) };
        }
    }

    /// <summary>Reads the incident from its journal again before its next fact: something of the journal was taken away.</summary>
    public async Task ForgetAsync(int incident, CancellationToken cancellationToken)
    {
        using var mailbox = await _mailboxes.EnterAsync(incident, cancellationToken);
        mailbox.State = null;
    }

    // The card is drawn from the incident as it was, but what already stands in the channel is known only now.
    private static Incident Current(Incident then, Incident now) =>
        then with
        {
            Posts = now.Posts,
            Thread = now.Thread,
            GatheringThread = now.GatheringThread,
        };

    private async Task<Outbox> OutboxAsync(int incident, CancellationToken cancellationToken)
    {
        using var mailbox = await _mailboxes.EnterAsync(incident, cancellationToken);
        return (await StateAsync(mailbox, incident, cancellationToken))?.Outbox ?? Outbox.Empty;
    }

    /// <summary>The state by the clock as it is set now: before anything else is decided, the incident is told that it was set.</summary>
    private async Task<LoadedIncident> InTimeAsync(Mailbox mailbox, LoadedIncident state, CancellationToken cancellationToken)
    {
        var (now, steps) = clock.Read();
        if (steps == mailbox.Steps)
        {
            return state;
        }

        var set = new ClockSet(now, steps - mailbox.Steps);
        if (IncidentMachine.Handle(state.Incident!, set) is { Declined: null } decision)
        {
            await AppendAsync(mailbox, state, set, null, decision, cancellationToken);
        }

        mailbox.Steps = steps;
        return mailbox.State ?? state;
    }

    /// <summary>The incident, read from its journal when it is not in memory; null when there is none.</summary>
    private async Task<LoadedIncident?> StateAsync(Mailbox mailbox, int incident, CancellationToken cancellationToken)
    {
        if (
            mailbox.State is { } known
            && (replica.IsAlone || known.Frozen is not null || await journal.IsHeadAsync(known.Head, cancellationToken))
        )
        {
            return known;
        }

        if (await recall.ReadAsync(incident, cancellationToken) is not { } state)
        {
            return null;
        }

        if (state.Frozen is null && state.Head.Seq < mailbox.Seen)
        {
            state = state.Freeze(
                $"it had {Words.Count(mailbox.Seen, "entry", "entries")} a moment ago and "
                    + $"now ends at {state.Head.Seq}: its end was cut off."
            );
        }

        mailbox.State = state;
        mailbox.Seen = Math.Max(mailbox.Seen, state.Head.Seq);
        if (state.Frozen is not null)
        {
            bells.Tell(state.Frozen);
        }
        else if (state.Differs is { } parking)
        {
            await AppendAsync(
                mailbox,
                state,
                null,
                parking,
                IncidentMachine.Park(state.Incident!, parking.Entry, parking.What),
                cancellationToken
            );
        }

        return mailbox.State;
    }

    private async Task<Decision> AppendAsync(
        Mailbox mailbox,
        LoadedIncident state,
        Fact? fact,
        Parking? parking,
        Decision decision,
        CancellationToken cancellationToken
    )
    {
        // Whatever goes wrong from here on, only the journal knows how it ended.
        mailbox.State = null;
        var at = fact?.At ?? Math.Max(clock.Now, state.LastAt);
        var head = await journal.AppendAsync(state.Head, fact, parking, decision, at, cancellationToken);
        var effects = decision.Declined is null ? decision.Effects : [];
        mailbox.State = new LoadedIncident(decision.Incident, head, at, null, null)
        {
            Outbox = state.Outbox.After(head.Seq, fact, decision.Declined is not null, effects, decision.Incident),
        };
        mailbox.Seen = head.Seq;
        if (fact is not Noted || mailbox.State.Outbox.In(Lane.Channel).Any())
        {
            // Talk alone gives nobody anything to do.
            bells.RingIncident(head.Incident);
            bells.RingRelay(decision.Incident.Relay);
        }

        return decision;
    }
}
