using ImcBot.Contracts;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Actions;

/// <summary>Questions to whatever products may be installed on the server.</summary>
internal static class Installed
{
    /// <summary>A text of an event is told up to here.</summary>
    private const int MostText = 600;

    private const long Second = 1_000_000;

    /// <summary>The first answer that any product gives; null where none does.</summary>
    public static T? First<T>(this Site site, Func<IProduct, T?> ask)
        where T : class => site.Products.Select(ask).FirstOrDefault(answer => answer is not null);

    public static EventMeaning Read(this Site site, LogEvent entry) => site.First(product => product.Read(entry)) ?? EventMeaning.Nothing;

    public static bool IsFatal(this Site site, LogEvent entry) => site.Read(entry).IsFatal;

    /// <summary>
    /// When something crashed, by these events: server clock, Unix microseconds, growing. What is told within a second is one crash, which
    /// may break off much at once; some logs have whole seconds anyway.
    /// </summary>
    public static IReadOnlyList<long> CrashesIn(this Site site, IEnumerable<LogEvent> events)
    {
        var crashes = new List<long>();
        foreach (var at in events.Where(entry => site.Read(entry).IsCrash).Select(entry => entry.At).Order())
        {
            if (crashes is not [.., var last] || at - last >= Second)
            {
                crashes.Add(at);
            }
        }

        return crashes;
    }

    /// <summary>What dies when an item of this service is bad: the service itself, where no product says otherwise.</summary>
    public static string FallsWith(this Site site, string service) => site.First(product => product.FallsWith(service)) ?? service;

    /// <summary>How people call a service.</summary>
    public static string Called(this Site site, string service) => site.First(product => product.Called(service)) ?? service;

    /// <summary>
    /// The volumes on which products keep their work; throws <see cref="HostException"/> where one is there and does not tell. The system's
    /// own where none is there.
    /// </summary>
    public static async Task<IReadOnlyList<string>> WorkVolumesAsync(this Site site, CancellationToken cancellationToken)
    {
        var volumes = new List<string>();
        foreach (var product in site.Products)
        {
            volumes.AddRange((await product.FilesAsync(site, cancellationToken)).Work.Select(site.Host.VolumeOf));
        }

        return volumes.Count > 0
            ? [.. volumes.Distinct(site.Host.Paths.Comparer)]
            : [site.Host.VolumeOf(await site.ResolveAsync("${systemroot}", cancellationToken))];
    }

    public static HostEvent ToHostEvent(this Site site, LogEvent entry)
    {
        var read = site.Read(entry);
        if ((read.Told ?? (read.Kind is { } kind ? Catalog.EventKinds.GetValueOrDefault(kind, kind) : null)) is { } told)
        {
            return new(entry.Index, entry.At, entry.Source, entry.Id, told, [], read.Kind);
        }

        var text = entry.Message.Length > MostText ? entry.Message[..MostText] : entry.Message;
        return new(entry.Index, entry.At, entry.Source, entry.Id, read.Detail is { } detail ? $"{text} ({detail})" : text, read.Items);
    }
}
