using ImcBot.Bot.Journal;
using ImcBot.Bot.OnCall;
using ImcBot.Bot.Relays;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Incidents;

/// <summary>Takes facts, one incident at a time in order, journals what the machine decided, and has the effects carried out.</summary>
internal sealed partial class IncidentEngine(
    Journals journal,
    IncidentStore store,
    RunbookRepository runbooks,
    RelayRegister relays,
    OnCallRoster roster,
    ChangeSignals signals,
    LeaseHolder leases,
    EngineClock clock
) : IIncidents
{
    // Several replicas or an operator's tool may append at the same time; each retry reads what they wrote.
    private const int Tries = 5;

    /// <summary>Tells an incident a fact; the fact's time is the engine's. Returns once the journal has it.</summary>
    /// <exception cref="KeyNotFoundException">There is no such incident.</exception>
    public Task<Decision> TellAsync(int incident, Func<long, Fact> fact, CancellationToken cancellationToken) =>
        TellAsync(incident, fact, null, cancellationToken);

    /// <summary>The same, with something that is written in one transaction with the fact, if that is taken.</summary>
    public async Task<Decision> TellAsync(
        int incident,
        Func<long, Fact> fact,
        Func<HotSql, Incident, Task>? beside,
        CancellationToken cancellationToken
    )
    {
        using var mailbox = await store.EnterAsync(incident, cancellationToken);
        return await InTriesAsync(() => TellInTurnAsync(mailbox, incident, fact, beside, cancellationToken));
    }

    private async Task<Decision> TellInTurnAsync(
        Mailbox mailbox,
        int incident,
        Func<long, Fact> fact,
        Func<HotSql, Incident, Task>? beside,
        CancellationToken cancellationToken
    )
    {
        var state =
            await store.StateAsync(mailbox, incident, cancellationToken) ?? throw new KeyNotFoundException($"There is no INC-{incident}.");
        var told = fact(Math.Max(clock.Now, state.LastAt));
        if (state.Frozen is { } frozen)
        {
            if (told is Commanded { Verb: CommandVerb.Close, By: var by } && by.Holds(Role.Administrator))
            {
                await FreeHostAsync(incident, cancellationToken);
            }

            return state.Incident is { } known ? new Decision(known, [], frozen) : throw new KeyNotFoundException(frozen);
        }

        state = await store.InTimeAsync(mailbox, state, cancellationToken);
        told = fact(Math.Max(clock.Now, state.LastAt));
        var decision = IncidentMachine.Handle(state.Incident!, told);
        return
            decision.Declined is not null && (told is Noted || (told is Refused && state.Incident!.Refusals >= RecordKeeping.MostRefusals))
            ? decision
            : await store.AppendAsync(mailbox, state, told, null, decision, cancellationToken, beside);
    }

    /// <summary>Has the incident go by the clock as it is set now, if it does not yet. Nothing is decided on a frozen one.</summary>
    public async Task FollowClockAsync(int incident, CancellationToken cancellationToken)
    {
        using var mailbox = await store.EnterAsync(incident, cancellationToken);
        await InTriesAsync(async () =>
            await store.StateAsync(mailbox, incident, cancellationToken) is { Frozen: null } state
                ? await store.InTimeAsync(mailbox, state, cancellationToken)
                : null
        );
    }

    /// <summary>Appends; anew, by what was written meanwhile, where somebody else was first.</summary>
    internal static async Task<T> InTriesAsync<T>(Func<Task<T>> append)
    {
        for (var tried = 1; ; tried++)
        {
            try
            {
                return await append();
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
        using var mailbox = await store.EnterAsync(incident, cancellationToken);
        return (await store.StateAsync(mailbox, incident, cancellationToken))?.Incident;
    }

    /// <summary>The incident whose thread this is (conversation id), or null. Rows only say where to look first.</summary>
    public async Task<Incident?> FindByThreadAsync(string thread, CancellationToken cancellationToken)
    {
        var named = store.InThread(thread) ?? (await journal.Incidents.FindByThreadAsync(thread, cancellationToken))?.Number;
        if (named is { } number && await FindAsync(number, cancellationToken) is { } there && there.Thread == thread)
        {
            return there;
        }

        foreach (var unknown in store.Unknown(await journal.Incidents.OpenNumbersAsync(cancellationToken)))
        {
            if (await FindAsync(unknown, cancellationToken) is { } open && open.Thread == thread)
            {
                return open;
            }
        }

        return null;
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

    /// <summary>Every incident that is not closed, by number.</summary>
    public async Task<IReadOnlyList<Incident>> ListOpenAsync(CancellationToken cancellationToken) =>
        await ListAsync(await journal.Incidents.OpenNumbersAsync(cancellationToken), cancellationToken);

    /// <summary>Those of them that are about this host.</summary>
    public async Task<IReadOnlyList<Incident>> ListOpenOnAsync(string host, CancellationToken cancellationToken) =>
        [
            .. (await ListAsync(await journal.Incidents.OpenOnAsync(host, cancellationToken), cancellationToken)).Where(incident =>
                incident.Host == host
            ),
        ];

    /// <summary>Those that a relay has to do with: its own that are open on its host, and that it owes a report.</summary>
    public async Task<IReadOnlyList<Incident>> ListOfAsync(RelayRow relay, CancellationToken cancellationToken) =>
        [
            .. (await ListAsync(await journal.Incidents.OfAsync(relay.Id, relay.Host, cancellationToken), cancellationToken)).Where(
                incident => incident.Relay == relay.Id
            ),
        ];

    private async Task<IReadOnlyList<Incident>> ListAsync(IEnumerable<int> numbers, CancellationToken cancellationToken)
    {
        var found = new List<Incident>();
        foreach (var number in numbers)
        {
            if (await FindAsync(number, cancellationToken) is { } incident)
            {
                found.Add(incident);
            }
        }

        return found;
    }

    /// <summary>What an incident owes in a lane, in order, from its verified journal; nothing for a frozen one.</summary>
    public async Task<IReadOnlyList<Outstanding>> OwedAsync(int incident, Lane lane, CancellationToken cancellationToken)
    {
        using var mailbox = await store.EnterAsync(incident, cancellationToken);
        if (lane is not Lane.Relay && !leases.IsAlone && mailbox.State is { } known)
        {
            // What another replica has told the channel leaves no entry behind.
            var left = (await journal.PendingAsync(incident, cancellationToken)).ToHashSet();
            mailbox.State = known with
            {
                Outbox = known.Outbox.Without(one => one.Effect.Lane is not Lane.Relay && !left.Contains((one.Seq, one.N))),
            };
        }

        return await store.StateAsync(mailbox, incident, cancellationToken) is not { Incident: { } now } state ? []
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

    /// <summary>Marks an effect for the channel as carried out.</summary>
    public async Task DoneAsync(int incident, Outstanding done, CancellationToken cancellationToken)
    {
        await journal.DoneAsync(incident, done.Seq, done.N, cancellationToken);
        using var mailbox = await store.EnterAsync(incident, cancellationToken);
        if (mailbox.State is { } state)
        {
            mailbox.State = state with { Outbox = state.Outbox.Without(one => one.Seq == done.Seq && one.N == done.N) };
        }
    }

    /// <summary>Reads the incident from its journal again before its next fact: something of the journal was taken away.</summary>
    public async Task ForgetAsync(int incident, CancellationToken cancellationToken)
    {
        using var mailbox = await store.EnterAsync(incident, cancellationToken);
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
        using var mailbox = await store.EnterAsync(incident, cancellationToken);
        return (await store.StateAsync(mailbox, incident, cancellationToken))?.Outbox ?? Outbox.Empty;
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
}
