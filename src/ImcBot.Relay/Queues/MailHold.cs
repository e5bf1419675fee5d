using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.General;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Products.Exchange;

namespace ImcBot.Relay.Queues;

/// <summary>
/// Holds In or Out without a search: where the service fails on an empty In, what waits in Out is held too (Q168883, Q197792).
/// On the spool's own volume this is a rename; on another one each file is copied and verified before the original goes.
/// </summary>
internal sealed class MailHold : IUndoable
{
    public string Id => Catalog.ItemsHold;

    public bool? Resumes => true;

    public async Task<Reach> ReachAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var spool = WindowsPath.Join(await site.ImcdataAsync(cancellationToken), Folder(call));
        return Reach.OfService(Site.ImcService) with { Folders = [spool, PathNames.HoldOn(call.With.GetValueOrDefault("volume") ?? spool)] };
    }

    public async Task<PlannedEffect> PlanAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var folder = Folder(call);
        var spool = WindowsPath.Join(await site.ImcdataAsync(cancellationToken), folder);
        var files = await new ExchangeSpool(site, spool).FilesAsync(spool, cancellationToken);
        var bytes = files.Sum(file => file.Size);
        var way = await TargetVolume.WayAsync(site, call.With.GetValueOrDefault("volume"), spool, bytes, cancellationToken);
        var ceiling = new Ceiling(files.Count + Math.Max(100, files.Count / 4), bytes + Math.Max(100L << 20, bytes / 4));
        var repeats = folder == "Out" ? "; outbound mail that was being sent may arrive twice" : "";
        return Effects.Of(
            call, $"stop the Internet Mail Service if it runs; hold {folder} {way} (now {Words.Count(files.Count, "file")}, {Words.Bytes(bytes)}); set Queue.dat aside{repeats}",
            await ObserveAsync(call, site, cancellationToken), undo: "puts all held mail back, proved by hash", ceiling: ceiling,
            services: await ServiceChange.StopIfRunningAsync(site, Site.ImcService, cancellationToken));
    }

    public async Task<IReadOnlyDictionary<string, string>> ObserveAsync(Call call, Site site, CancellationToken cancellationToken) =>
        Effects.Seen(("RootDir", await site.ImcdataAsync(cancellationToken)));

    public async Task<EffectOutcome> ActAsync(PlannedEffect effect, Deed deed, CancellationToken cancellationToken)
    {
        var ending = await SearchRound.SetAsideAsync(deed, effect, Folder(effect.Call), cancellationToken);
        return new EffectOutcome(Id, ending.Verdict, ending.Summary);
    }

    public async Task<UndoPlan> PlanUndoAsync(UndoRecord record, Site site, CancellationToken cancellationToken) => new(
        $"stop the Internet Mail Service, put all mail held by {record.Run.Question} back into {Folder(record.Call)} after checking each hash, start it as it ran before",
        await ServiceWork.AroundAsync(site, Site.ImcService, ran: false, cancellationToken));

    public Task<EffectOutcome> UndoAsync(UndoRecord record, Deed deed, CancellationToken cancellationToken) => Return.AllAsync(Id, record, deed, cancellationToken);

    private static string Folder(Call call) => call.With["folder"].ToLowerInvariant() switch
    {
        "in" => "In",
        "out" => "Out",
        var other => throw new HostException($"'{other}' is no folder whose mail can be held; use In or Out."),
    };
}
