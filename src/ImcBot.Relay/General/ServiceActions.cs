using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.General;

/// <summary>An action on the service of its argument <c>service</c>, and on nothing else.</summary>
internal interface IServiceAction : IAction
{
    Task<Footprint> IAction.FootprintAsync(Call call, Site site, CancellationToken cancellationToken) =>
        Task.FromResult(Footprint.OfService(call.With["service"]));

    Task<IReadOnlyDictionary<string, string>> IAction.ObserveAsync(Call call, Site site, CancellationToken cancellationToken) =>
        ServiceWork.SeenAsync(call, site, cancellationToken);
}

/// <summary>
/// Starts a service. The runner watches it after the last start of a plan; a stopped service that it needs is an effect of its own.
/// </summary>
internal sealed class ServiceStart : IUndoable, IServiceAction
{
    public string Id => Catalog.ServiceStart;

    public bool? Resumes => null;

    public bool IsStart => true;

    public static Call Of(string service) => Call.To(Catalog.ServiceStart, ("service", service));

    public async Task<PlannedEffect> PlanAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var service = await site.ServiceAsync(call.With["service"], cancellationToken);
        var detail = await site.Host.Services.DetailAsync(service.Name, cancellationToken);
        if (detail?.Intent is ServiceIntent.Disabled or ServiceIntent.Masked && service.State == ServiceState.Stopped)
        {
            throw new HostException($"{service.Name} is switched off; who wants it to run switches it on first.");
        }

        var does =
            service.State == ServiceState.Running
                ? $"leave {service.Display} running and watch it"
                : $"start {service.Display}{(ServerPaths.UsersConnectTo(service.Name) ? "" : " and watch it")}"
                    + (detail?.End is ServiceEnd.StartLimit ? "; its start limit, which was hit, is reset first" : "");
        return Effects.Of(
            call,
            does,
            await ServiceWork.SeenAsync(call, site, cancellationToken),
            undo: "stops it again",
            services: service.State == ServiceState.Running ? ServiceChange.None : ServiceChange.Start(service.Name)
        );
    }

    public async Task<EffectOutcome> ActAsync(PlannedEffect effect, RunContext context, CancellationToken cancellationToken)
    {
        var service = effect.Call.With["service"];
        if ((await context.Site.ServiceAsync(service, cancellationToken)).State == ServiceState.Stopped)
        {
            context.KeepUndo(effect.Call, ("state", "stopped"));
        }

        return await ServiceWork.StartAsync(context, service, cancellationToken);
    }

    public async Task<UndoPlan> PlanUndoAsync(UndoRecord record, Site site, CancellationToken cancellationToken) =>
        new(
            $"stop {record.Call.With["service"]}, as it was before {record.Run}",
            await ServiceChange.StopIfRunningAsync(site, record.Call.With["service"], cancellationToken)
        );

    public Task<EffectOutcome> UndoAsync(UndoRecord record, RunContext context, CancellationToken cancellationToken) =>
        ServiceWork.StopAsync(context, record.Call.With["service"], cancellationToken);
}

/// <summary>Stops a service.</summary>
internal sealed class ServiceStop : IUndoable, IServiceAction
{
    public const string Use = "service.stop";

    public string Id => Use;

    public async Task<PlannedEffect> PlanAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var services = await site.Host.Services.ListAsync(cancellationToken);
        var service = await site.ServiceAsync(call.With["service"], cancellationToken);
        return services.RunningDependants(service.Name) is { Count: > 0 } dependants
            ? throw new HostException(
                $"{service.Name} cannot be stopped while {string.Join(", ", dependants.Select(info => info.Name))} run; use "
                    + $"{Catalog.ServiceRestart}."
            )
            : Effects.Of(
                call,
                $"stop {service.Display}{await ServiceWork.KilledAsync(site, service.Name, cancellationToken)}",
                await ServiceWork.SeenAsync(call, site, cancellationToken),
                undo: "starts it again",
                services: await ServiceChange.StopIfRunningAsync(site, service.Name, cancellationToken)
            );
    }

    public async Task<EffectOutcome> ActAsync(PlannedEffect effect, RunContext context, CancellationToken cancellationToken)
    {
        var service = effect.Call.With["service"];
        if ((await context.Site.ServiceAsync(service, cancellationToken)).State == ServiceState.Running)
        {
            context.KeepUndo(effect.Call, ("state", "running"));
        }

        return await ServiceWork.StopAsync(context, service, cancellationToken);
    }

    public async Task<UndoPlan> PlanUndoAsync(UndoRecord record, Site site, CancellationToken cancellationToken)
    {
        var service = await site.ServiceAsync(record.Call.With["service"], cancellationToken);
        return new UndoPlan(
            $"start {service.Name}, as it was before {record.Run}",
            service.State == ServiceState.Running ? ServiceChange.None : ServiceChange.Start(service.Name)
        );
    }

    public Task<EffectOutcome> UndoAsync(UndoRecord record, RunContext context, CancellationToken cancellationToken) =>
        ServiceWork.StartAsync(context, record.Call.With["service"], cancellationToken);
}

/// <summary>Restarts a service: its running dependants stop first and exactly those are started again.</summary>
internal sealed class ServiceRestart : IAction
{
    public string Id => Catalog.ServiceRestart;

    public bool IsStart => true;

    public async Task<Footprint> FootprintAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var service = call.With["service"];
        var services = await site.Host.Services.ListAsync(cancellationToken);
        return Footprint.OfService([service, .. services.RunningDependants(service).Select(info => info.Name)]);
    }

    public async Task<PlannedEffect> PlanAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var services = await site.Host.Services.ListAsync(cancellationToken);
        var service = await site.ServiceAsync(call.With["service"], cancellationToken);
        var dependants = services.RunningDependants(service.Name).Select(info => info.Name).ToList();
        var does =
            service.State == ServiceState.Stopped ? $"start {service.Display}, which is stopped"
            : dependants.Count == 0 ? $"restart {service.Display}"
            : $"stop {string.Join(", ", dependants)}, restart {service.Display}, start "
                + $"{string.Join(", ", Enumerable.Reverse(dependants))} again";
        return Effects.Of(
            call,
            does + (service.State == ServiceState.Stopped ? "" : await ServiceWork.KilledAsync(site, service.Name, cancellationToken)),
            await ObserveAsync(call, site, cancellationToken),
            services: new(
                service.State == ServiceState.Stopped ? dependants : [.. dependants, service.Name],
                [service.Name, .. Enumerable.Reverse(dependants)]
            )
        );
    }

    public async Task<IReadOnlyDictionary<string, string>> ObserveAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var services = await site.Host.Services.ListAsync(cancellationToken);
        var service = call.With["service"];
        return Effects.Seen([
            .. await ServiceWork.SeenAsync(service, site, cancellationToken),
            ("running dependants", string.Join(", ", services.RunningDependants(service).Select(info => info.Name))),
        ]);
    }

    public async Task<EffectOutcome> ActAsync(PlannedEffect effect, RunContext context, CancellationToken cancellationToken)
    {
        var service = effect.Call.With["service"];
        var services = await context.Site.Host.Services.ListAsync(cancellationToken);
        var dependants = services.RunningDependants(service).Select(info => info.Name).ToList();
        foreach (var stopping in dependants.Append(service))
        {
            var stopped = await ServiceWork.StopAsync(context, stopping, cancellationToken);
            if (stopped.Verdict != Verdict.Clear)
            {
                return stopped with { Use = Id };
            }
        }

        foreach (var starting in Enumerable.Reverse(dependants).Prepend(service))
        {
            var started = await ServiceWork.StartAsync(context, starting, cancellationToken);
            if (started.Verdict != Verdict.Clear)
            {
                return started with { Use = Id };
            }
        }

        return new EffectOutcome(
            Id,
            Verdict.Clear,
            dependants.Count == 0 ? $"{service} was restarted." : $"{service} and {string.Join(", ", dependants)} were restarted."
        );
    }
}
