using ImcBot.Bot.Journal;
using ImcBot.Bot.Relays;
using ImcBot.Core.Approvals;

namespace ImcBot.Bot.Incidents;

/// <summary>
/// Which open incidents have to be looked at: each once, so that after a start one after the other is read from its journal; then those
/// that have changed, those whose relay fell silent or is heard again, and all of them when the roster is another. What is idle is only
/// held against memory.
/// </summary>
internal sealed class WatchList(IncidentEngine engine, Journals journal, RelayPresence presence, LeaseHolder leases)
{
    // Deadlines that come meanwhile wait for no more than these.
    private const int MostAtOnce = 100;

    private readonly Queue<int> _next = new();
    private readonly HashSet<int> _waiting = [];
    private readonly Dictionary<int, (string Relay, bool? Silent)> _seen = [];
    private IReadOnlyDictionary<int, int>? _heads;
    private DutyRoster? _roster;

    /// <summary>The next ones, at most so many that others need not wait long.</summary>
    /// <param name="isSilent">Whether a relay counts as silent that has not spoken for so long; null while that is not known.</param>
    public async Task<IReadOnlyList<IncidentRow>> NextAsync(
        DutyRoster roster,
        Func<TimeSpan, bool?> isSilent,
        CancellationToken cancellationToken
    )
    {
        await CompareAsync(cancellationToken);
        Add(engine.TakeChanged());
        Add(
            _seen
                .Where(one => isSilent(presence.SilenceOf(one.Value.Relay)) is { } silent && silent != one.Value.Silent)
                .Select(one => one.Key)
        );
        if (!roster.Equals(_roster))
        {
            Add(_seen.Keys);
            _roster = roster;
        }

        var batch = new List<int>();
        while (batch.Count < MostAtOnce && _next.TryDequeue(out var number))
        {
            _waiting.Remove(number);
            _seen.Remove(number);
            batch.Add(number);
        }

        return batch.Count == 0 ? [] : await journal.Incidents.OpenAsync(batch, cancellationToken);
    }

    /// <summary>An open incident was looked at.</summary>
    public void Keep(int incident, string relay, bool? isSilent) => _seen[incident] = (relay, isSilent);

    /// <summary>Another replica watches: everything has to be looked at should this one do so again.</summary>
    public void Clear()
    {
        _next.Clear();
        _waiting.Clear();
        _seen.Clear();
        engine.TakeChanged();
        _heads = null;
    }

    /// <summary>Where there are other replicas, memory does not tell what they have written.</summary>
    private async Task CompareAsync(CancellationToken cancellationToken)
    {
        if (_heads is not null && leases.IsAlone)
        {
            return;
        }

        var heads = await journal.Incidents.HeadsAsync(cancellationToken);
        Add(heads.Where(one => _heads?.TryGetValue(one.Key, out var seen) is not true || seen != one.Value).Select(one => one.Key));
        _heads = heads;
        if (!leases.IsAlone)
        {
            await presence.ReadAsync(cancellationToken);
        }
    }

    private void Add(IEnumerable<int> incidents)
    {
        foreach (var incident in incidents.Where(_waiting.Add))
        {
            _next.Enqueue(incident);
        }
    }
}
