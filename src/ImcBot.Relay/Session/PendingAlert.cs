using ImcBot.Contracts;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Session;

/// <summary>A service that the bot's runbooks are about, and what was seen of it and not told yet.</summary>
internal sealed class PendingAlert(WatchedService watch)
{
    private long? _since;

    public string Service => watch.Name;

    public List<LogEvent> Pending { get; } = [];

    /// <summary>How many acting runs there had been when the service was last seen down; null while it runs.</summary>
    public int? DownSinceRun { get; set; }

    public void Take(IEnumerable<LogEvent> events, long now)
    {
        Pending.AddRange(events.Where(entry => Are(entry, events => events.AtOnce) || Are(entry, events => events.Patient)));
        _since = Pending.Count == 0 ? null : _since ?? now;
    }

    /// <summary>How long what waits still has; null when nothing waits.</summary>
    public TimeSpan? Left(TimeProvider time, HostProfile profile) =>
        _since is { } since ? TimeSpan.FromSeconds(profile.OutageSeconds) - time.GetElapsedTime(since) : null;

    public bool IsDue(TimeProvider time, HostProfile profile) =>
        Left(time, profile) is { } left && (left <= TimeSpan.Zero || Pending.Exists(entry => Are(entry, events => events.AtOnce)));

    public void Clear()
    {
        Pending.Clear();
        _since = null;
    }

    private bool Are(LogEvent entry, Func<WatchedEvents, IndexSet> ids) =>
        watch.Events.Any(events => events.IsFrom(entry.Source) && ids(events).Contains(entry.Id));
}
