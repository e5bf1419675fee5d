using ImcBot.Bot.Journal;
using ImcBot.Bot.Relays;
using ImcBot.Core.Approvals;

namespace ImcBot.Bot.Incidents;

/// <summary>
/// Which open incidents have to be looked at: each once, so that after a start one after the other is read from its journal; then those
/// that have moved, those whose relay fell silent or is heard again, and all of them when the roster is another. What is idle is not even
/// counted.
/// </summary>
/// <param name="limit">A relay that has not spoken for longer is silent.</param>
internal sealed class WatchList(
    Journals journal,
    RelayPresence presence,
    ChangeSignals signals,
    LeaseHolder leases,
    TimeProvider machine,
    TimeSpan limit
)
{
    // Deadlines that come meanwhile wait for no more than these.
    private const int MostAtOnce = 100;

    private readonly long _started = machine.GetTimestamp();
    private readonly Queue<int> _next = new();
    private readonly HashSet<int> _waiting = [];
    private readonly Dictionary<string, Watched> _watched = new(StringComparer.Ordinal);
    private readonly PriorityQueue<string, TimeSpan> _timed = new();
    private bool _hasBegun;
    private DutyRoster? _roster;

    /// <summary>The next ones, at most so many that others need not wait long.</summary>
    public async Task<IReadOnlyList<IncidentRow>> NextAsync(DutyRoster roster, CancellationToken cancellationToken)
    {
        if (!leases.IsAlone)
        {
            await presence.ReadAsync(cancellationToken);
        }

        if (!_hasBegun)
        {
            Add(await journal.Incidents.OpenNumbersAsync(cancellationToken));
            _hasBegun = true;
        }

        Add(signals.TakeMoved());
        foreach (var relay in presence.TakeHeard())
        {
            Compare(relay);
        }

        while (_timed.TryPeek(out var relay, out var due) && due < Uptime)
        {
            _timed.Dequeue();
            if (_watched.TryGetValue(relay, out var watched))
            {
                watched.IsTimed = false;
                Compare(relay);
                Time(relay, watched);
            }
        }

        if (!roster.Equals(_roster))
        {
            Add(_watched.Values.SelectMany(watched => watched.Incidents));
            _roster = roster;
        }

        var batch = new List<int>();
        while (batch.Count < MostAtOnce && _next.TryDequeue(out var number))
        {
            _waiting.Remove(number);
            batch.Add(number);
        }

        return batch.Count == 0 ? [] : await journal.Incidents.OpenAsync(batch, cancellationToken);
    }

    /// <summary>
    /// Whether a relay is silent that has not spoken for so long. It could not be heard while the bot was away: its silence counts from the
    /// start. Null while it is too early to say.
    /// </summary>
    public bool? IsSilent(TimeSpan silence) =>
        silence <= limit ? false
        : Uptime > limit ? true
        : null;

    /// <summary>An open incident was looked at.</summary>
    public void Keep(int incident, string relay, bool? isSilent)
    {
        if (!_watched.TryGetValue(relay, out var watched))
        {
            _watched[relay] = watched = new Watched();
        }

        watched.Incidents.Add(incident);
        watched.IsSilent = isSilent;
        Time(relay, watched);
    }

    /// <summary>An incident is over.</summary>
    public void Drop(int incident, string relay)
    {
        if (_watched.TryGetValue(relay, out var watched) && watched.Incidents.Remove(incident) && watched.Incidents.Count == 0)
        {
            _watched.Remove(relay);
        }
    }

    /// <summary>Another replica watches: everything has to be looked at should this one do so again.</summary>
    public void Clear()
    {
        signals.TakeMoved();
        presence.TakeHeard();
        _next.Clear();
        _waiting.Clear();
        _watched.Clear();
        _timed.Clear();
        _hasBegun = false;
    }

    private TimeSpan Uptime => machine.GetElapsedTime(_started);

    private void Compare(string relay)
    {
        if (_watched.TryGetValue(relay, out var watched) && IsSilent(presence.SilenceOf(relay)) is { } silent && silent != watched.IsSilent)
        {
            Add(watched.Incidents);
        }
    }

    /// <summary>Has a relay looked at when it may have fallen silent; one that is silent already is waited for.</summary>
    private void Time(string relay, Watched watched)
    {
        var silence = presence.SilenceOf(relay);
        if (!watched.IsTimed && IsSilent(silence) is not true)
        {
            watched.IsTimed = true;
            _timed.Enqueue(relay, silence <= limit ? Uptime + (limit - silence) : limit);
        }
    }

    private void Add(IEnumerable<int> incidents)
    {
        foreach (var incident in incidents.Where(_waiting.Add))
        {
            _next.Enqueue(incident);
        }
    }

    /// <summary>The open incidents of a relay, and whether it was silent when they were looked at last.</summary>
    private sealed class Watched
    {
        public HashSet<int> Incidents { get; } = [];

        public bool? IsSilent { get; set; }

        public bool IsTimed { get; set; }
    }
}
