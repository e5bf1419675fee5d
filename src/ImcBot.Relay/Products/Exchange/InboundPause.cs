using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.General;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Products.Exchange;

/// <summary>
/// Stops taking mail from the Internet where arriving mail keeps crashing the store: Transfer Mode "Outbound only" and a restart (Q293288,
/// steps 5 and 6). The mode is read at the start, so a running service is restarted, here and when it is taken back.
/// </summary>
internal sealed class InboundPause : IUndoable, IWindowsAction, IServiceAction
{
    private const string Mode = "mode";

    public string Id => Catalog.InboundPause;

    public bool? Resumes => true;

    public async Task<PlannedEffect> PlanAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var service = await site.ServiceAsync(call.With["service"], cancellationToken);
        var mode = await site.Host.Services.TransferModeAsync(service.Name, cancellationToken);
        var paused =
            Paused(mode)
            ?? throw new HostException(
                mode == TransferMode.Unknown
                    ? $"This relay cannot tell the Transfer Mode of {service.Name}; see the Connections page of the Internet Mail "
                        + "Service (Q293288)."
                    : $"{service.Name} takes no inbound mail already: its Transfer Mode is {Word(mode)}."
            );
        return Effects.Of(
            call,
            $"set the Transfer Mode of {service.Display} from {Word(mode)} to {Word(paused)}"
                + $"{(service.State == ServiceState.Running ? " and restart it" : "; it counts from the next start")}",
            await ObserveAsync(call, site, cancellationToken),
            undo: $"sets it back to {Word(mode)} and restarts the service if it runs",
            services: Restart(service)
        );
    }

    public async Task<IReadOnlyDictionary<string, string>> ObserveAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var service = await site.ServiceAsync(call.With["service"], cancellationToken);
        return Effects.Seen(
            (service.Name, Words.Of(service.State)),
            ("Transfer Mode", Word(await site.Host.Services.TransferModeAsync(service.Name, cancellationToken)))
        );
    }

    public async Task<EffectOutcome> ActAsync(PlannedEffect effect, RunContext context, CancellationToken cancellationToken)
    {
        var service = effect.Call.With["service"];
        var running = await context.RanBeforeAsync(service, cancellationToken);
        var before = context.Ledger.UndoRecords(context.Run.Question).FirstOrDefault(record => record.Call.Use == Id)?.Before[Mode];
        if (before is null)
        {
            before = (await context.Site.Host.Services.TransferModeAsync(service, cancellationToken)).ToString();
            context.KeepUndo(effect.Call, (Mode, before));
        }

        var paused = Paused(Enum.Parse<TransferMode>(before)) ?? throw new HostException($"{service} takes no inbound mail already.");
        return await SetAsync(context, service, paused, running, "takes no mail from the Internet", cancellationToken);
    }

    public async Task<UndoPlan> PlanUndoAsync(UndoRecord record, Site site, CancellationToken cancellationToken) =>
        new(
            $"set the Transfer Mode of {record.Call.With["service"]} back to {Word(Enum.Parse<TransferMode>(record.Before[Mode]))} "
                + "and restart it if it runs",
            Restart(await site.ServiceAsync(record.Call.With["service"], cancellationToken))
        );

    public async Task<EffectOutcome> UndoAsync(UndoRecord record, RunContext context, CancellationToken cancellationToken)
    {
        var service = record.Call.With["service"];
        var running = await context.RanBeforeAsync(service, cancellationToken);
        return await SetAsync(
            context,
            service,
            Enum.Parse<TransferMode>(record.Before[Mode]),
            running,
            "takes mail from the Internet again",
            cancellationToken
        );
    }

    private async Task<EffectOutcome> SetAsync(
        RunContext context,
        string service,
        TransferMode mode,
        bool restart,
        string said,
        CancellationToken cancellationToken
    )
    {
        await context.Writer.SetTransferModeAsync(service, mode, cancellationToken);
        if (!restart)
        {
            return new EffectOutcome(Id, Verdict.Clear, $"The Transfer Mode of {service} is {Word(mode)}; it counts from the next start.");
        }

        var stopped = await ServiceWork.StopAsync(context, service, cancellationToken);
        var started = stopped.Verdict == Verdict.Clear ? await ServiceWork.StartAsync(context, service, cancellationToken) : stopped;
        return started.Verdict == Verdict.Clear
            ? new EffectOutcome(Id, Verdict.Clear, $"The Transfer Mode of {service} is {Word(mode)}: it {said}.")
            : started with
            {
                Use = Id,
                Summary = $"The Transfer Mode of {service} is {Word(mode)}, but: {started.Summary}",
            };
    }

    private static ServiceChange Restart(ServiceInfo service) =>
        service.State == ServiceState.Running ? new([service.Name], [service.Name]) : ServiceChange.None;

    /// <summary>The mode without its inbound half; null when there is none.</summary>
    private static TransferMode? Paused(TransferMode mode) =>
        mode switch
        {
            TransferMode.InboundAndOutbound => TransferMode.OutboundOnly,
            TransferMode.InboundOnly => TransferMode.None,
            _ => null,
        };

    private static string Word(TransferMode mode) =>
        mode switch
        {
            TransferMode.InboundAndOutbound => "Inbound & Outbound",
            TransferMode.InboundOnly => "Inbound Only",
            TransferMode.OutboundOnly => "Outbound Only",
            TransferMode.None => "None",
            _ => "not known",
        };
}
