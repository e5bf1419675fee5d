using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.General;

/// <summary>
/// Has a running service read its settings again. Settings that the policy's own test refuses are not given to it: many a service ends on
/// them.
/// </summary>
internal sealed class ServiceReload : IServiceAction
{
    public string Id => Catalog.ServiceReload;

    public IReadOnlyList<Right> Rights => [Right.Services, Right.Programs];

    public async Task<PlannedEffect> PlanAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var service = await site.ServiceAsync(call.With["service"], cancellationToken);
        if (service.State is not ServiceState.Running)
        {
            throw new HostException($"{service.Name} is {Words.Of(service.State)}; only what runs reads its settings again.");
        }

        if (await site.Host.Services.DetailAsync(service.Name, cancellationToken) is not { CanReload: true })
        {
            throw new HostException($"{service.Name} cannot be told to read its settings again; {Catalog.ServiceRestart} does it.");
        }

        if (await RefusedAsync(site, service.Name, cancellationToken) is { } refused)
        {
            throw new HostException(refused);
        }

        return Effects.Of(
            call,
            $"have {service.Display} read its settings again",
            await ServiceWork.SeenAsync(call, site, cancellationToken),
            services: ServiceChange.None
        );
    }

    public async Task<EffectOutcome> ActAsync(PlannedEffect effect, RunContext context, CancellationToken cancellationToken)
    {
        var service = effect.Call.With["service"];
        if (await RefusedAsync(context.Site, service, cancellationToken) is { } refused)
        {
            return new EffectOutcome(Id, Verdict.Failed, refused);
        }

        await context.Writer.ReloadAsync(service, cancellationToken);
        var state = (await context.Site.ServiceAsync(service, cancellationToken)).State;
        return new EffectOutcome(
            Id,
            state is ServiceState.Running ? Verdict.Clear : Verdict.Failed,
            state is ServiceState.Running ? $"{service} was told to read its settings again." : $"{service} is {Words.Of(state)} since."
        );
    }

    private static async Task<string?> RefusedAsync(Site site, string service, CancellationToken cancellationToken) =>
        await site.Host.Services.TestSettingsAsync(service, cancellationToken) is { ExitCode: not 0 } result
            ? $"{service} does not take its settings as they are now: {result.Said}"
            : null;
}
