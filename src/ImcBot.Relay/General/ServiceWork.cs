using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.General;

/// <summary>Starting, stopping and watching services, with the profile's patience.</summary>
internal static class ServiceWork
{
    /// <summary>What a start, a stop or a pause of the call's service rests on.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> SeenAsync(Call call, Site site, CancellationToken cancellationToken) =>
        Effects.Seen([.. await SeenAsync(call.With["service"], site, cancellationToken)]);

    /// <summary>The state of a service, and where the policy's vectors start and stop it, which these are.</summary>
    public static async Task<IReadOnlyList<(string Name, string Value)>> SeenAsync(
        string name,
        Site site,
        CancellationToken cancellationToken
    )
    {
        var service = await site.ServiceAsync(name, cancellationToken);
        var detail = await site.Host.Services.DetailAsync(service.Name, cancellationToken);
        return
        [
            (service.Name, Words.Of(service.State)),
            .. detail?.Way is { } way ? new[] { ($"the policy's vectors of {service.Name}", way) } : [],
        ];
    }

    /// <summary>When its manager kills what does not stop, as the end of a sentence; empty where it never does, or does not tell.</summary>
    public static async Task<string> KilledAsync(Site site, string service, CancellationToken cancellationToken) =>
        await site.Host.Services.DetailAsync(service, cancellationToken) is { KilledAfter: { } after }
            ? $"; what has not stopped after {Words.Age(after)} is killed"
            : "";

    /// <summary>Starts a service and waits until it runs. Clear when it does; failed with its exit codes when it stopped again.</summary>
    public static async Task<EffectOutcome> StartAsync(RunContext context, string service, CancellationToken cancellationToken)
    {
        if ((await context.Site.ServiceAsync(service, cancellationToken)).State == ServiceState.Running)
        {
            return new EffectOutcome(Catalog.ServiceStart, Verdict.Clear, $"{service} was running already.");
        }

        context.CountStart(service);

        var since = context.Site.Time.GetTimestamp();
        await context.Writer.StartAsync(service, cancellationToken);
        var state = await SettledAsync(context.Site, service, context.Site.Profile.StartSeconds, cancellationToken);
        context.StartSeconds += context.Site.Time.GetElapsedTime(since).TotalSeconds;
        return state.State switch
        {
            ServiceState.Running => new(Catalog.ServiceStart, Verdict.Clear, $"{service} runs."),
            ServiceState.Stopped => new(
                Catalog.ServiceStart,
                Verdict.Failed,
                await context.Site.Host.Services.DetailAsync(service, cancellationToken) is { } detail
                    ? $"{service} {ServiceWhy.Ended(detail)}."
                    : $"{service} stopped again: exit code {state.ExitCode}, service code {state.ServiceCode}."
            ),
            _ => new(
                Catalog.ServiceStart,
                Verdict.Unknown,
                $"{service} is still {Words.Of(state.State)} after {context.Site.Profile.StartSeconds} s."
            ),
        };
    }

    /// <summary>Stops a service and waits until it is stopped. Unknown when it hangs (Q279798): then a person must look.</summary>
    public static async Task<EffectOutcome> StopAsync(RunContext context, string service, CancellationToken cancellationToken)
    {
        var before = await context.Site.ServiceAsync(service, cancellationToken);
        if (before.State == ServiceState.Stopped)
        {
            return new EffectOutcome(ServiceStop.Use, Verdict.Clear, $"{service} was stopped already.");
        }

        var since = context.Site.Time.GetTimestamp();
        try
        {
            if (before.State != ServiceState.StopPending)
            {
                await context.Writer.StopAsync(service, cancellationToken);
            }
        }
        catch (HostException exception) when (exception.Kind == HostError.NotStarted)
        {
            return new EffectOutcome(ServiceStop.Use, Verdict.Clear, $"{service} had stopped by itself.");
        }

        var state = await SettledAsync(context.Site, service, context.Site.Profile.StopSeconds, cancellationToken);
        context.StopSeconds += context.Site.Time.GetElapsedTime(since).TotalSeconds;
        context.Wedged = state.State == ServiceState.Stopped ? null : service;
        return context.Wedged is null
            ? new(ServiceStop.Use, Verdict.Clear, $"{service} is stopped.")
            : new(
                ServiceStop.Use,
                Verdict.Unknown,
                $"{service} is still {Words.Of(state.State)} after {context.Site.Profile.StopSeconds} s; "
                    + $"{context.Site.First(product => product.WhenWedged(service)) ?? "a person must look at it"}."
            );
    }

    /// <summary>Stops a service so that its files may be moved; null when it is stopped, else why it is not.</summary>
    public static async Task<string?> RestAsync(RunContext context, string service, CancellationToken cancellationToken)
    {
        var stopped = await StopAsync(context, service, cancellationToken);
        return stopped.Verdict == Verdict.Clear ? null : stopped.Summary;
    }

    /// <summary>Starts what a service needs and then the service. Null when all run, else what did not.</summary>
    public static async Task<string?> ResumeAsync(RunContext context, string wanted, CancellationToken cancellationToken)
    {
        var services = await context.Site.Host.Services.ListAsync(cancellationToken);
        foreach (var service in services.Missing(wanted).Append(wanted))
        {
            var started = await StartAsync(context, service, cancellationToken);
            if (started.Verdict != Verdict.Clear)
            {
                return started.Summary;
            }
        }

        return null;
    }

    /// <summary>
    /// What work on a service's files does to services that ends with it as it was: stopped if it runs, started again if it ran, and what
    /// it needs with it.
    /// </summary>
    /// <param name="ran">It is started at the end even if it does not run now.</param>
    public static async Task<ServiceChange> AroundAsync(Site site, string service, bool ran, CancellationToken cancellationToken)
    {
        var services = await site.Host.Services.ListAsync(cancellationToken);
        var runs = services.Find(service) is { State: not ServiceState.Stopped };
        string[] stops = runs ? [service] : [];
        return runs || ran ? new(stops, [.. services.Missing(service), service]) : ServiceChange.None;
    }

    /// <summary>Waits while a service is pending, at most so long.</summary>
    public static async Task<ServiceInfo> SettledAsync(Site site, string service, int seconds, CancellationToken cancellationToken)
    {
        var since = site.Time.GetTimestamp();
        while (true)
        {
            var info = await site.ServiceAsync(service, cancellationToken);
            if (info.State is ServiceState.Running or ServiceState.Stopped || site.Time.GetElapsedTime(since).TotalSeconds >= seconds)
            {
                return info;
            }

            await site.PauseAsync(cancellationToken);
        }
    }
}
