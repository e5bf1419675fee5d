using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.General.Queues;

/// <summary>Returns held messages to the folder they came from: some by number, or all. The start is an effect of its own.</summary>
internal sealed class MailReturn(RelayLedger ledger) : IAction
{
    public string Id => Catalog.ItemsReturn;

    public bool? Resumes => true;

    public Task<Reach> ReachAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var search = HeldItems.Search(call, ledger);
        return Task.FromResult(Reach.OfService(Site.ImcService) with { Folders = [search.Folder, search.Spool] });
    }

    public async Task<PlannedEffect> PlanAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var search = HeldItems.Search(call, ledger);
        var wanted = await HeldItems.WantedAsync(call, search, ledger, site, cancellationToken);
        var yesterday = await site.Host.Machine.TimeAsync(cancellationToken) - (long)HeldItems.Old.TotalMicroseconds;
        var old = wanted.Count(message => message.Arrived < yesterday);
        var warning = old == 0 ? "" : $"; {old} of them came more than 24 hours ago and reach their readers late";
        return Effects.Of(
            call,
            $"stop the Internet Mail Service if it runs; check the hash of {Words.Count(wanted.Count, "held message")}, {Words.Bytes(wanted.Sum(message => message.Size))}, "
            + $"and return to {WindowsPath.Name(search.Spool)} what is unchanged; set Queue.dat aside{warning}",
            await ObserveAsync(call, site, cancellationToken), ceiling: new Ceiling(wanted.Count, wanted.Sum(message => message.Size)),
            services: await ServiceChange.StopIfRunningAsync(site, Site.ImcService, cancellationToken));
    }

    public async Task<IReadOnlyDictionary<string, string>> ObserveAsync(Call call, Site site, CancellationToken cancellationToken) =>
        Effects.Seen(("RootDir", await site.ImcdataAsync(cancellationToken)));

    public Task<EffectOutcome> ActAsync(PlannedEffect effect, Deed deed, CancellationToken cancellationToken) =>
        new Return(deed, HeldItems.Search(effect.Call, ledger)).RunAsync(Id, HeldItems.IsWanted(effect.Call), cancellationToken);
}
