using System.Collections.Concurrent;
using ImcBot.Contracts;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Actions;

/// <summary>The server that checks and plans look at, with the questions they share. Nothing here changes it.</summary>
/// <param name="log">The log whose events are meant where none is named.</param>
internal sealed class Site(
    Host host,
    HostProfile profile,
    TimeProvider time,
    IReadOnlyList<IProduct> products,
    string log = Site.ApplicationLog
)
{
    public const string ApplicationLog = "Application";

    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Site> _hearing = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Task> _asked = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (long Asked, object Answer)> _recalled = new(StringComparer.Ordinal);
    private long _newest;

    public Host Host => host;

    /// <summary>The same server, with another log in mind.</summary>
    public Site Hearing(string other) =>
        other == log ? this : _hearing.GetOrAdd(other, named => new Site(host, profile, time, products, named));

    public HostProfile Profile => profile;

    public TimeProvider Time => time;

    /// <summary>What may be installed there.</summary>
    public IReadOnlyList<IProduct> Products => products;

    /// <summary>How often something that is being waited for is looked at: a fortieth of the watch, between 50 ms and 2 s.</summary>
    public TimeSpan Pace => TimeSpan.FromMilliseconds(Math.Clamp(profile.WatchSeconds * 25, 50, 2000));

    public Task PauseAsync(CancellationToken cancellationToken) => PauseAsync(Pace, cancellationToken);

    /// <summary>Waits for the pace, or longer where one look takes long.</summary>
    public Task PauseAsync(TimeSpan atLeast, CancellationToken cancellationToken) =>
        Task.Delay(atLeast > Pace ? atLeast : Pace, time, cancellationToken);

    /// <summary>
    /// Has a dear question answered once for all who ask it while it is being answered, as the checks of a survey do. The answer may have
    /// begun before the caller asked, so it says nothing about a change of the caller's own. It is not cancelled with one of those who ask.
    /// </summary>
    /// <param name="question">What tells it from others.</param>
    public Task<T> ShareAsync<T>(string question, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        lock (_asked)
        {
            if (_asked.GetValueOrDefault(question) is not Task<T> { IsCompleted: false } asked)
            {
                asked = AskAsync();
                if (!asked.IsCompleted)
                {
                    _asked[question] = asked;
                }
            }

            return asked.WaitAsync(cancellationToken);
        }

        async Task<T> AskAsync()
        {
            try
            {
                return await ask(CancellationToken.None);
            }
            finally
            {
                lock (_asked)
                {
                    _asked.Remove(question);
                }
            }
        }
    }

    public async Task<ServiceInfo> ServiceAsync(string name, CancellationToken cancellationToken) =>
        (await host.Services.ListAsync(cancellationToken)).Find(name)
        ?? throw new HostException($"{host.Name} has no service '{name}'; check the name.");

    public async Task<RegistryValue?> ValueAsync(string key, string name, CancellationToken cancellationToken) =>
        (await host.Registry.ValuesAsync(key, cancellationToken)).FirstOrDefault(value =>
            string.Equals(value.Name, name, StringComparison.OrdinalIgnoreCase)
        );

    public async Task<Volume> VolumeAsync(string path, CancellationToken cancellationToken)
    {
        var name = host.VolumeOf(path);
        return (await host.Volumes.ListAsync(cancellationToken))
                .Where(volume => host.Paths.IsWithin(name, volume.Name))
                .MaxBy(volume => volume.Name.Length)
            ?? throw new HostException($"{host.Name} has no volume {name}.");
    }

    /// <summary>Index of the newest entry of the log; 0 when it is empty.</summary>
    public async Task<long> NewestEventAsync(CancellationToken cancellationToken)
    {
        var newest = await host.Events.NewestAsync(log, Interlocked.Read(ref _newest), cancellationToken);
        Interlocked.Exchange(ref _newest, newest);
        return newest;
    }

    /// <summary>All entries of the log above an index.</summary>
    public Task<List<LogEvent>> EventsAsync(long after, CancellationToken cancellationToken) => EventsAsync(log, after, cancellationToken);

    /// <summary>All entries of a log above an index; of a service's log its own.</summary>
    public async Task<List<LogEvent>> EventsAsync(string named, long after, CancellationToken cancellationToken)
    {
        var events = new List<LogEvent>();
        while (await host.Events.ReadAsync(named, after, TimeSpan.Zero, cancellationToken) is [.., var last] page)
        {
            events.AddRange(page);
            after = last.Index;
        }

        return [.. await OwnAsync(named, events, cancellationToken)];
    }

    /// <summary>The last entries of a service's log that are its own, oldest first.</summary>
    /// <param name="most">How many are read.</param>
    public async Task<IReadOnlyList<LogEvent>> LastEventsAsync(string service, int most, CancellationToken cancellationToken) =>
        await OwnAsync(service, await host.Events.LastAsync(service, most, cancellationToken), cancellationToken);

    /// <summary>Leaves out what others have written to a service's log.</summary>
    public async Task<IReadOnlyList<LogEvent>> OwnAsync(
        string service,
        IReadOnlyList<LogEvent> entries,
        CancellationToken cancellationToken
    )
    {
        foreach (var product in products)
        {
            entries = await product.OwnAsync(this, service, entries, cancellationToken);
        }

        return entries;
    }

    /// <summary>Has a question answered that need not be asked again within a minute.</summary>
    /// <param name="question">What tells it from others.</param>
    public async Task<T> RecallAsync<T>(string question, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
        where T : notnull
    {
        if (_recalled.TryGetValue(question, out var known) && time.GetElapsedTime(known.Asked) < Fresh)
        {
            return (T)known.Answer;
        }

        var asked = time.GetTimestamp();
        var answer = await ask(cancellationToken);
        _recalled[question] = (asked, answer);
        return answer;
    }
}
