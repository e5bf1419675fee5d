using System.Collections.Concurrent;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Journal;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Incidents;

/// <summary>
/// The incidents in memory, each as its journal says: read when it is not there, appended to before anything is believed, and read on where
/// it is not known how an append ended.
/// </summary>
internal sealed class IncidentStore(Journals journal, IncidentLoader loader, ChangeSignals signals, LeaseHolder leases, EngineClock clock)
{
    private readonly Mailboxes _mailboxes = new(clock);
    private readonly ConcurrentDictionary<int, Lazy<Task>> _readings = new();

    /// <summary>Numbers of those that are in memory.</summary>
    public IReadOnlyList<int> Known => _mailboxes.Known;

    /// <summary>Those in memory with a deadline that has come by now, the longest overdue first.</summary>
    public IReadOnlyList<int> Due => _mailboxes.Due(clock.Now);

    /// <summary>The one in memory whose thread this is, or null.</summary>
    public int? InThread(string thread) => _mailboxes.InThread(thread);

    /// <summary>Those of these whose threads memory does not tell: not read yet, or perhaps written by another replica.</summary>
    public IEnumerable<int> Unknown(IEnumerable<int> incidents) => leases.IsAlone ? incidents.Except(Known) : incidents;

    /// <summary>
    /// Waits for one's turn with an incident; it is given up by disposing. One that is not in memory is read before, in nobody's turn: once
    /// for all who wait, to its end though they give up.
    /// </summary>
    public Task<Mailbox> EnterAsync(int incident, CancellationToken cancellationToken) =>
        _mailboxes.EnterAsync(
            incident,
            cancellationToken,
            () => _readings.GetOrAdd(incident, number => new Lazy<Task>(() => Task.Run(() => ReadAsync(number)))).Value
        );

    private async Task ReadAsync(int incident)
    {
        LoadedIncident? read;
        try
        {
            read = await loader.ReadOnAsync(incident, null, CancellationToken.None);
            using var mailbox = await _mailboxes.EnterAsync(incident, CancellationToken.None);
            if (mailbox.State is null)
            {
                await KeepAsync(mailbox, read, CancellationToken.None);
            }
        }
        finally
        {
            _readings.TryRemove(incident, out _);
        }

        if (read is { Frozen: null, Head.Seq: > Journals.Page and var newest })
        {
            _ = VerifyAsync(incident, newest);
        }
    }

    /// <summary>A signature that is damaged changes nothing that was decided, but could not be shown to a reviewer any more.</summary>
    private async Task VerifyAsync(int incident, int newest)
    {
        try
        {
            if (!await loader.HasItsSignaturesAsync(incident, newest, CancellationToken.None))
            {
                using var mailbox = await _mailboxes.EnterAsync(incident, CancellationToken.None);
                await KeepAsync(mailbox, await loader.ReadAsync(incident, CancellationToken.None), CancellationToken.None);
            }
        }
        catch (Exception exception)
        {
            // Nobody waits for this, so nobody else would hear of it.
            signals.Tell(
                $"The signatures of INC-{incident}'s older entries could not be asked ({exception.GetBaseException().Message}). Its "
                    + "transcript asks them too."
            );
        }
    }

    /// <summary>The state by the clock as it is set now: before anything else is decided, the incident is told that it was set.</summary>
    public async Task<LoadedIncident> InTimeAsync(Mailbox mailbox, LoadedIncident state, CancellationToken cancellationToken)
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
    public async Task<LoadedIncident?> StateAsync(Mailbox mailbox, int incident, CancellationToken cancellationToken)
    {
        if (
            mailbox is { IsUnsure: false, State: { } known }
            && (leases.IsAlone || known.Frozen is not null || await journal.Incidents.IsHeadAsync(known.Head, cancellationToken))
        )
        {
            return known;
        }

        return await KeepAsync(mailbox, await loader.ReadOnAsync(incident, mailbox.State, cancellationToken), cancellationToken);
    }

    private async Task<LoadedIncident?> KeepAsync(Mailbox mailbox, LoadedIncident? state, CancellationToken cancellationToken)
    {
        if (state is null)
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

        if (mailbox.State is not null)
        {
            signals.RingMoved(mailbox.Incident);
        }

        (mailbox.State, mailbox.IsUnsure) = (state, false);
        mailbox.Seen = Math.Max(mailbox.Seen, state.Head.Seq);
        if (state.Frozen is not null)
        {
            signals.Tell(state.Frozen);
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

    /// <summary>Journals what was decided; the state in memory is what the journal then has.</summary>
    /// <param name="beside">Written in the same transaction where the fact is taken.</param>
    public async Task<Decision> AppendAsync(
        Mailbox mailbox,
        LoadedIncident state,
        Fact? fact,
        Parking? parking,
        Decision decision,
        CancellationToken cancellationToken,
        Func<HotSql, Incident, Task>? beside = null
    )
    {
        // Whatever goes wrong from here on, only the journal knows how it ended.
        mailbox.IsUnsure = true;
        var at = fact?.At ?? Math.Max(clock.Now, state.LastAt);
        var head = await journal.AppendAsync(state.Head, fact, parking, decision, at, cancellationToken, beside);
        var effects = decision.Declined is null ? decision.Effects : [];
        mailbox.State = new LoadedIncident(decision.Incident, head, at, null, null)
        {
            Outbox = state.Outbox.After(head.Seq, fact, decision.Declined is not null, effects, decision.Incident),
        };
        (mailbox.Seen, mailbox.IsUnsure) = (head.Seq, false);
        signals.RingMoved(head.Incident);
        if (fact is not Noted || mailbox.State.Outbox.In(Lane.Channel).Any())
        {
            // Talk alone gives nobody anything to do.
            signals.RingRelay(decision.Incident.Relay);
            signals.RingIncident(head.Incident);
        }

        return decision;
    }
}
