using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Session;

/// <summary>A service that the bot's runbooks are about, and what was seen of it and not told yet.</summary>
internal sealed class PendingAlert(WatchedService watch, Site site)
{
    private readonly Dictionary<string, long> _heard = new(StringComparer.Ordinal);
    private long? _since;
    private bool _isUrgent;

    public string Service => watch.Name;

    public List<LogEvent> Pending { get; } = [];

    /// <summary>How many acting runs there had been when the service was last seen down; null while it runs.</summary>
    public int? DownSinceRun { get; set; }

    /// <summary>How long what waits still has; null when nothing waits.</summary>
    public TimeSpan? Left => _since is { } since ? Outage - site.Time.GetElapsedTime(since) : null;

    public bool IsDue => _isUrgent || Left <= TimeSpan.Zero;

    private TimeSpan Outage => TimeSpan.FromSeconds(site.Profile.OutageSeconds);

    public void Take(IEnumerable<LogEvent> events)
    {
        var now = site.Time.GetTimestamp();
        foreach (var entry in events)
        {
            var isUrgent = Has(entry, events => events.AtOnce.Contains(entry.Id)) || IsNews(entry, now);
            if (isUrgent || Has(entry, events => events.Patient.Contains(entry.Id)))
            {
                Pending.Add(entry);
                _isUrgent |= isUrgent;
            }
        }

        _since = Pending.Count == 0 ? null : _since ?? now;
    }

    public void Clear()
    {
        Pending.Clear();
        (_since, _isUrgent) = (null, false);
    }

    /// <summary>What goes on failing says the same with every line: it is told once in the outage time.</summary>
    private bool IsNews(LogEvent entry, long now)
    {
        if (
            !Has(entry, events => events.Kinds is not null)
            || site.Read(entry).Kind is not { } kind
            || !Has(entry, events => events.Kinds?.Contains(kind) is true)
            || (_heard.TryGetValue(kind, out var heard) && site.Time.GetElapsedTime(heard, now) < Outage)
        )
        {
            return false;
        }

        _heard[kind] = now;
        return true;
    }

    private bool Has(LogEvent entry, Func<WatchedEvents, bool> has) =>
        watch.Events.Any(events => events.IsFrom(entry.Source) && has(events));
}
