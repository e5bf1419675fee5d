using ImcBot.Contracts;
using ImcBot.Relay.Actions.Checks;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Policy;

namespace ImcBot.Relay.Actions.Mail;

/// <summary>
/// The search for the bad message (Q317653 resolution 4): its plan and its undo. Its rounds are ordered one by one, see <see cref="SearchRound"/>.
/// Undo puts all held mail back, proved by hash; Queue.dat is rebuilt by the service and is not put back.
/// </summary>
internal sealed class MailSearch : IUndoable
{
    public string Id => "mail.search";

    public bool Resumes => true;

    public async Task<Reach> ReachAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var imcdata = await site.ImcdataAsync(cancellationToken);
        return Reach.OfService(Site.ImcService) with { Folders = [WindowsPath.Join(imcdata, "In"), PathNames.HoldOn(imcdata)] };
    }

    public async Task<PlannedEffect> PlanAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var spool = WindowsPath.Join(await site.ImcdataAsync(cancellationToken), "In");
        var files = await Spool.FilesAsync(site, spool, cancellationToken);
        var ceiling = new Ceiling(files.Count + Math.Max(100, files.Count / 4), files.Sum(file => file.Size) + Math.Max(100L << 20, files.Sum(file => file.Size) / 4));
        var does = $"stop the Internet Mail Service; move In to a hold folder by rename (at most {ceiling.Count} files, now {files.Count}, "
            + $"{Words.Bytes(files.Sum(file => file.Size))}); set Queue.dat aside each round; return all but the suspects; start; watch; "
            + $"at most {call.With["starts"]} starts, {call.With["store-crashes"]} store crashes or {call.With["minutes"]} minutes, then mail runs without the suspects";
        return Effects.Of(call, does, await ObserveAsync(call, site, cancellationToken), undo: "puts all held mail back, proved by hash", ceiling: ceiling);
    }

    public async Task<IReadOnlyDictionary<string, string>> ObserveAsync(Call call, Site site, CancellationToken cancellationToken) => Effects.Seen(
        ("RootDir", await site.ImcdataAsync(cancellationToken)),
        (Site.ImcService, Words.Of((await site.ServiceAsync(Site.ImcService, cancellationToken)).State)));

    public Task<EffectOutcome> ActAsync(PlannedEffect effect, Deed deed, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("A search runs in rounds.");

    public Task<string> DescribeUndoAsync(UndoRecord record, Site site, CancellationToken cancellationToken) =>
        Task.FromResult($"stop the Internet Mail Service, put all mail held by {record.Run.Question} back into In after checking each hash, start it as it ran before");

    public Task<EffectOutcome> UndoAsync(UndoRecord record, Deed deed, CancellationToken cancellationToken) => Return.AllAsync(Id, record, deed, cancellationToken);
}
