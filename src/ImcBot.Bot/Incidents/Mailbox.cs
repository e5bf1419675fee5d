using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Incidents;

/// <summary>
/// The incidents in memory, each alone with whoever is inside. What is closed and owes nothing leaves with the last one who was.
/// </summary>
internal sealed class Mailboxes(EngineClock clock)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, Mailbox> _all = [];
    private readonly SortedSet<(long At, int Incident)> _due = [];
    private readonly Dictionary<string, int> _threads = new(StringComparer.Ordinal);

    /// <summary>Numbers of those that are in memory.</summary>
    public IReadOnlyList<int> Known
    {
        get
        {
            lock (_lock)
            {
                return [.. _all.Keys];
            }
        }
    }

    /// <summary>Those with a deadline that has come by this time (Unix microseconds), the longest overdue first.</summary>
    public IReadOnlyList<int> Due(long now)
    {
        lock (_lock)
        {
            return [.. _due.TakeWhile(one => one.At <= now).Select(one => one.Incident)];
        }
    }

    /// <summary>The one in memory whose thread this is, or null.</summary>
    public int? InThread(string thread)
    {
        lock (_lock)
        {
            return _threads.TryGetValue(thread, out var incident) ? incident : null;
        }
    }

    /// <summary>Waits for one's turn with an incident; it is given up by disposing.</summary>
    /// <param name="read">Is waited for before, where the incident is not in memory.</param>
    public async Task<Mailbox> EnterAsync(int incident, CancellationToken cancellationToken, Func<Task>? read = null)
    {
        Mailbox mailbox;
        lock (_lock)
        {
            if (!_all.TryGetValue(incident, out mailbox!))
            {
                _all[incident] = mailbox = new Mailbox(incident, Leave) { Steps = clock.Read().Steps };
            }

            mailbox.Inside++;
        }

        try
        {
            if (mailbox.State is null && read is not null)
            {
                await read().WaitAsync(cancellationToken);
            }

            await mailbox.Gate.WaitAsync(cancellationToken);
            return mailbox;
        }
        catch
        {
            Leave(mailbox);
            throw;
        }
    }

    private void Leave(Mailbox mailbox)
    {
        lock (_lock)
        {
            Notice(mailbox);
            if (--mailbox.Inside == 0 && mailbox.IsSpent)
            {
                _all.Remove(mailbox.Incident);
                if (mailbox.Noticed?.Incident?.Thread is { } thread)
                {
                    _threads.Remove(thread);
                }
            }
        }
    }

    /// <summary>Whoever leaves may have changed the state. One that must be read again keeps its time until it is.</summary>
    private void Notice(Mailbox mailbox)
    {
        if (mailbox.State is not { } state || ReferenceEquals(state, mailbox.Noticed))
        {
            return;
        }

        if (mailbox.Noticed?.Outbox.Next is { } before)
        {
            _due.Remove((before, mailbox.Incident));
        }

        if (state.Outbox.Next is { } next)
        {
            _due.Add((next, mailbox.Incident));
        }

        if (state.Incident?.Thread is { } thread)
        {
            _threads[thread] = mailbox.Incident;
        }

        mailbox.Noticed = state;
    }
}

/// <summary>One incident's place in memory.</summary>
internal sealed class Mailbox(int incident, Action<Mailbox> leave) : IDisposable
{
    public int Incident => incident;

    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>How many are inside or wait for it.</summary>
    public int Inside { get; set; }

    /// <summary>Null when it must be read from the journal first.</summary>
    public LoadedIncident? State { get; set; }

    /// <summary>It is not known how the last append ended: the journal must be asked whether it has gone on.</summary>
    public bool IsUnsure { get; set; }

    /// <summary>The state as it was when somebody left last.</summary>
    public LoadedIncident? Noticed { get; set; }

    /// <summary>Number of the newest entry that this process has seen: a journal that ends before it was cut.</summary>
    public int Seen { get; set; }

    /// <summary>Up to which step of the clock the incident has been told, see <see cref="EngineClock.Read"/>.</summary>
    public long Steps { get; set; }

    /// <summary>Nothing is known of it, or nothing will happen any more; a frozen one stays, so that it is told once.</summary>
    public bool IsSpent => State is null ? Seen == 0 : State is { Frozen: null, Incident.Phase: Phase.Closed, Outbox.IsEmpty: true };

    public void Dispose()
    {
        Gate.Release();
        leave(this);
    }
}
