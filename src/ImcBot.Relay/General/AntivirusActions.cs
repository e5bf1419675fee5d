using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.General;

/// <summary>Excludes a folder, and the folder where items are held, from on-access scanning (Q317653 resolution 3).</summary>
internal sealed class AntivirusExclude : IRegistryAction
{
    public const string Use = "antivirus.exclude";

    public string Id => Use;

    public async Task<Footprint> FootprintAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var product = await ProductAsync(site, call.With["path"], cancellationToken);
        return Footprint.OfValue(product.Exclusion!.Key, product.Exclusion!.Value) with { Folders = Folders(site, call.With["path"]) };
    }

    public async Task<PlannedEffect> PlanAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var product = await ProductAsync(site, call.With["path"], cancellationToken);
        var folders = Folders(site, call.With["path"]);
        return Effects.Of(
            call,
            $"exclude {string.Join(" and ", folders)} from {product.Name}'s on-access scanning",
            await ObserveAsync(call, site, cancellationToken),
            undo: "removes the exclusion again"
        );
    }

    public async Task<IReadOnlyDictionary<string, string>> ObserveAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var product = await ProductAsync(site, call.With["path"], cancellationToken);
        return await site.ValueAsync(product.Exclusion!.Key, product.Exclusion!.Value, cancellationToken) is { } value
            ? RegistryEdit.Seen(value)
            : Effects.Seen((product.Exclusion!.Value, "not set"));
    }

    public async Task<EffectOutcome> ActAsync(PlannedEffect effect, RunContext context, CancellationToken cancellationToken)
    {
        var product = await ProductAsync(context.Site, effect.Call.With["path"], cancellationToken);
        var before = await context.Site.ValueAsync(product.Exclusion!.Key, product.Exclusion!.Value, cancellationToken);
        var lines = (before?.Lines ?? [])
            .Concat(Folders(context.Site, effect.Call.With["path"]))
            .Distinct(context.Site.Host.Paths.Comparer);
        await RegistryEdit.SetAsync(
            context,
            effect.Call,
            product.Exclusion!.Key,
            RegistryValue.MultiSz(product.Exclusion!.Value, lines),
            cancellationToken
        );
        return new EffectOutcome(Id, Verdict.Clear, $"{product.Name} leaves {effect.Call.With["path"]} alone.");
    }

    private static string[] Folders(Site site, string path) => [path, site.HoldOn(path)];

    private static async Task<AntivirusProduct> ProductAsync(Site site, string path, CancellationToken cancellationToken) =>
        await Antivirus.FindAsync(site, path, cancellationToken) is not [var found, ..]
            ? throw new HostException("No antivirus software that is known runs here.")
        : found.Product.Exclusion is { OfPrograms: false } ? found.Product
        : throw new HostException(
            found.Product.Exclusion is { } programs
                ? $"{found.Product.Name} excludes programs, not folders, and only after a restart of the server: {programs.Value} "
                    + $"of {programs.Key} (Q195919); a person must do it."
                : $"How {found.Product.Name} excludes a folder is not known; a person must do it."
        );
}

/// <summary>
/// Pauses on-access scanning. The deadline is kept in the ledger before the scanner stops: the relay starts it again then, with or without
/// the bot.
/// </summary>
internal sealed class AntivirusPause : IUndoable, IWindowsAction, IServiceAction
{
    public const string Use = "antivirus.pause";

    public string Id => Use;

    public async Task<PlannedEffect> PlanAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var service = await site.ServiceAsync(call.With["service"], cancellationToken);
        return service.State != ServiceState.Running
            ? throw new HostException($"{service.Name} is {Words.Of(service.State)}; there is nothing to pause.")
            : Effects.Of(
                call,
                $"stop {service.Display} for {call.With["for"]}; its driver may stay loaded (Q240309)",
                await ServiceWork.SeenAsync(call, site, cancellationToken),
                undo: "starts it again",
                services: new([service.Name], [service.Name])
            );
    }

    public async Task<EffectOutcome> ActAsync(PlannedEffect effect, RunContext context, CancellationToken cancellationToken)
    {
        var service = effect.Call.With["service"];
        ArgumentForms.TryDuration(effect.Call.With["for"], out var pause);
        var deadline = context.Site.Time.GetUtcNow() + pause;
        context.KeepUndo(effect.Call, ("state", "running"), (UndoRecord.DeadlineValue, deadline.ToUnixTimeSeconds().ToString()));
        var stopped = await ServiceWork.StopAsync(context, service, cancellationToken);
        return stopped with
        {
            Use = Id,
            Summary = $"{stopped.Summary} It is started again after {Words.Count((int)Math.Ceiling(pause.TotalMinutes), "minute")}.",
        };
    }

    public Task<UndoPlan> PlanUndoAsync(UndoRecord record, Site site, CancellationToken cancellationToken) =>
        Task.FromResult(new UndoPlan($"start {record.Call.With["service"]} again", ServiceChange.Start(record.Call.With["service"])));

    public Task<EffectOutcome> UndoAsync(UndoRecord record, RunContext context, CancellationToken cancellationToken) =>
        ServiceWork.StartAsync(context, record.Call.With["service"], cancellationToken);
}
