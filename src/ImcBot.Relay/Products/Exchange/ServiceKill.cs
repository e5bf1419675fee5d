using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.General;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Products.Exchange;

/// <summary>Ends the process of the Internet Mail Service when it neither stops nor starts any more (Q168883). Its spool is on disk; a
/// message in work may be sent twice.
/// The store is never ended: it would lose what it has not written.</summary>
internal sealed class ServiceKill : IWindowsAction, IServiceAction
{
    public string Id => Catalog.ServiceKill;

    public async Task<PlannedEffect> PlanAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var service = await site.ServiceAsync(call.With["service"], cancellationToken);
        return !service.Is(Installation.ImcService)
                ? throw new HostException(
                    $"Only {Installation.ImcService} may be ended this way; {service.Name} is stopped, or a person looks at it."
                )
            : !IsWedged(service)
                ? throw new HostException($"{service.Name} is {Words.Of(service.State)}, not wedged; use {ServiceStop.Use}.")
            : Effects.Of(
                call,
                $"end the process of {service.Display}, which is still {Words.Of(service.State)}; a message in work may go out twice",
                await ServiceWork.SeenAsync(call, site, cancellationToken),
                services: ServiceChange.Stop(service.Name)
            );
    }

    public async Task<EffectOutcome> ActAsync(PlannedEffect effect, RunContext context, CancellationToken cancellationToken)
    {
        var name = effect.Call.With["service"];
        await context.Writer.KillAsync(name, cancellationToken);
        var left = await ServiceWork.SettledAsync(context.Site, name, context.Site.Profile.StopSeconds, cancellationToken);
        return left.State == ServiceState.Stopped
            ? new EffectOutcome(Id, Verdict.Clear, $"The process of {name} was ended; it is stopped.")
            : new EffectOutcome(
                Id,
                Verdict.Unknown,
                $"The process of {name} was ended, and it is still {Words.Of(left.State)}: only a restart of the "
                    + "server helps now (Q279798)."
            );
    }

    private static bool IsWedged(ServiceInfo service) => service.State is ServiceState.StopPending or ServiceState.StartPending;
}
