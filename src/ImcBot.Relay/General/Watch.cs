using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.General;

/// <summary>What was seen while a service was watched after its start.</summary>
/// <param name="Wrong">What is wrong, as a sentence, or null when all stayed up.</param>
/// <param name="Events">All new events.</param>
/// <param name="Died">Whether what dies of a bad item crashed or stopped.</param>
internal sealed record Watched(string? Wrong, IReadOnlyList<LogEvent> Events, bool Died);

/// <summary>Looks whether services stay up and whether events tell of a failure.</summary>
internal static class Watch
{
    /// <summary>Watches a service and everything it needs for the profile's watch time; ends early on a failure, after the service
    /// has come to rest.</summary>
    /// <param name="after">Events above this index count.</param>
    public static async Task<Watched> ForAsync(Site site, string service, long after, CancellationToken cancellationToken)
    {
        var since = site.Time.GetTimestamp();
        while (true)
        {
            var seen = await LookAsync(site, service, after, cancellationToken);
            if (seen.Wrong is not null)
            {
                return await FallenAsync(site, service, after, cancellationToken);
            }

            if (site.Time.GetElapsedTime(since).TotalSeconds >= site.Profile.WatchSeconds)
            {
                return seen;
            }

            await site.PauseAsync(cancellationToken);
        }
    }

    /// <summary>One look.</summary>
    public static async Task<Watched> LookAsync(Site site, string service, long after, CancellationToken cancellationToken)
    {
        var services = await site.Host.Services.ListAsync(cancellationToken);
        var events = await site.EventsAsync(after, cancellationToken);
        var down = services.NeededBy(service).Append(services.Find(service)!).FirstOrDefault(info => info.State != ServiceState.Running);
        var fatal = events.FirstOrDefault(site.IsFatal);
        var wrong =
            fatal is not null ? site.Read(fatal).Kind ?? $"event {fatal.Id} of {fatal.Source} was written"
            : down is not null ? $"{down.Name} is {Words.Of(down.State)}"
            : null;
        return new Watched(
            wrong,
            events,
            site.CrashesIn(events).Count > 0 || services.Find(site.FallsWith(service)) is { State: not ServiceState.Running }
        );
    }

    /// <summary>After a failure: waits until the service has stopped or is plainly up, so that its last events are in.</summary>
    /// <param name="goesOn">Whether the service outlives the failure.</param>
    public static async Task<Watched> FallenAsync(
        Site site,
        string service,
        long after,
        CancellationToken cancellationToken,
        bool goesOn = false
    )
    {
        var since = site.Time.GetTimestamp();
        var count = -1;
        while (true)
        {
            var seen = await LookAsync(site, service, after, cancellationToken);
            var state = (await site.ServiceAsync(service, cancellationToken)).State;
            if (
                ((state == ServiceState.Stopped || goesOn) && seen.Events.Count == count)
                || site.Time.GetElapsedTime(since).TotalSeconds >= site.Profile.WatchSeconds
            )
            {
                return seen;
            }

            count = seen.Events.Count;
            await site.PauseAsync(cancellationToken);
        }
    }
}
