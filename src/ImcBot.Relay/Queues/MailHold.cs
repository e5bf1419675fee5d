using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.General;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Queues;

/// <summary>
/// Holds a queue without a search: where the service of Exchange fails on an empty In, what waits in Out is held too (Q168883, Q197792).
/// On the queue's own volume this is a rename; on another one each file is copied and verified before the original goes.
/// </summary>
internal sealed class MailHold : IUndoable, IWindowsAction
{
    public string Id => Catalog.ItemsHold;

    public bool? Resumes => true;

    public async Task<Footprint> FootprintAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var queue = await QueueSet.NamedAsync(call, site, cancellationToken);
        return Footprint.OfService(queue.Record.Service) with
        {
            Folders = [.. queue.Touches, site.HoldOn(call.With.GetValueOrDefault("volume") ?? queue.Folder)],
        };
    }

    public async Task<PlannedEffect> PlanAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var queue = await QueueSet.NamedAsync(call, site, cancellationToken);
        var files = await queue.FilesAsync(queue.Folder, cancellationToken);
        var bytes = files.Sum(file => file.Size);
        var way = await TargetVolume.WayAsync(site, call.With.GetValueOrDefault("volume"), queue.Folder, bytes, cancellationToken);
        var ceiling = Effects.WithMargin(files.Count, bytes);
        var repeats = queue.Words.Place == "Out" ? "; outbound mail that was being sent may arrive twice" : "";
        return Effects.Of(
            call,
            $"stop {queue.Words.Service} if it runs; hold {queue.Words.Place} {way} (now {Words.Count(files.Count, "file")}, "
                + $"{Words.Bytes(bytes)}); set {queue.Index} aside{repeats}",
            await ObserveAsync(call, site, cancellationToken),
            undo: $"puts all held {queue.Words.Matter} back, proved by hash",
            ceiling: ceiling,
            services: await ServiceChange.StopIfRunningAsync(site, queue.Record.Service, cancellationToken)
        );
    }

    public async Task<IReadOnlyDictionary<string, string>> ObserveAsync(Call call, Site site, CancellationToken cancellationToken) =>
        await (await QueueSet.NamedAsync(call, site, cancellationToken)).ObserveAsync(cancellationToken);

    public async Task<EffectOutcome> ActAsync(PlannedEffect effect, RunContext context, CancellationToken cancellationToken)
    {
        var ending = await SearchRound.SetAsideAsync(
            context,
            effect,
            await QueueSet.NamedAsync(effect.Call, context.Site, cancellationToken),
            cancellationToken
        );
        return new EffectOutcome(Id, ending.Verdict, ending.Summary);
    }

    public async Task<UndoPlan> PlanUndoAsync(UndoRecord record, Site site, CancellationToken cancellationToken) =>
        await Return.PlanAllAsync(record, await QueueSet.NamedAsync(record.Call, site, cancellationToken), site, cancellationToken);

    public Task<EffectOutcome> UndoAsync(UndoRecord record, RunContext context, CancellationToken cancellationToken) =>
        Return.AllAsync(Id, record, context, cancellationToken);
}
