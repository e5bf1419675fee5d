using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Queues;

/// <summary>Returns held messages to the folder they came from: some by number, or all. The start is an effect of its own.</summary>
internal sealed class MailReturn(RelayLedger ledger) : IAction
{
    public string Id => Catalog.ItemsReturn;

    public bool? Resumes => true;

    public Task<Footprint> FootprintAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var search = HeldItems.Search(call, ledger);
        var queue = QueueSet.Of(search, site);
        return Task.FromResult(Footprint.OfService(queue.Record.Service) with { Folders = [search.Folder, .. queue.Touches] });
    }

    public async Task<PlannedEffect> PlanAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var search = HeldItems.Search(call, ledger);
        var wanted = await HeldItems.WantedAsync(call, search, ledger, site, cancellationToken);
        var queue = QueueSet.Of(search, site);
        var yesterday = await site.Host.Machine.TimeAsync(cancellationToken) - (long)HeldItems.Old.TotalMicroseconds;
        var old = wanted.Count(message => message.Arrived < yesterday);
        var warning = old == 0 ? "" : $"; {old} of them came more than 24 hours ago and reach their readers late";
        var stop = queue.NeedsStop ? $"stop {queue.Words.Service} if it runs; " : "";
        return Effects
            .Of(
                call,
                $"{stop}check the hash of {Words.Count(wanted.Count, $"held {queue.Words.Item}")}, "
                    + $"{Words.Bytes(wanted.Sum(message => message.Size))}, "
                    + $"and return to {site.Host.Paths.Name(search.Spool)} what is unchanged"
                    + $"{(queue.Index is { } index ? $"; set {index} aside" : "")}{warning}"
                    + await MailSearch.CautionAsync(queue, [.. wanted.Select(message => message.Item())], cancellationToken),
                await ObserveAsync(call, site, cancellationToken),
                ceiling: new Ceiling(wanted.Count, wanted.Sum(message => message.Size)),
                services: queue.NeedsStop
                    ? await ServiceChange.StopIfRunningAsync(site, queue.Record.Service, cancellationToken)
                    : ServiceChange.None
            )
            .Sparing(queue.Spares);
    }

    public Task<IReadOnlyDictionary<string, string>> ObserveAsync(Call call, Site site, CancellationToken cancellationToken) =>
        QueueSet.Of(HeldItems.Search(call, ledger), site).ObserveAsync(cancellationToken);

    public Task<EffectOutcome> ActAsync(PlannedEffect effect, RunContext context, CancellationToken cancellationToken) =>
        new Return(context, HeldItems.Search(effect.Call, ledger)).RunAsync(Id, HeldItems.IsWanted(effect.Call), cancellationToken);
}
