using ImcBot.Contracts;
using ImcBot.Relay.Actions.Checks;
using ImcBot.Relay.Actions.Services;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Actions.Mail;

/// <summary>
/// The search for the bad message (Q317653 resolution 4): its plan and its undo. Its rounds are ordered one by one, see <see cref="SearchRound"/>.
/// Undo puts all held mail back, proved by hash; Queue.dat is rebuilt by the service and is not put back.
/// </summary>
internal sealed class MailSearch : IUndoable
{
    public string Id => "mail.search";

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

    public async Task<EffectOutcome> UndoAsync(UndoRecord record, Deed deed, CancellationToken cancellationToken)
    {
        var search = deed.Ledger.FindSearch(record.Run.Question) ?? throw new HostException($"{record.Run.Question} held no mail.");
        var messages = deed.Ledger.Messages(search.Question);
        var ran = (await deed.Site.ServiceAsync(Site.ImcService, cancellationToken)).State == ServiceState.Running;
        if (await ServiceWork.StopImcAsync(deed, cancellationToken) is { } hangs)
        {
            return new EffectOutcome(Id, Verdict.Unknown, hangs);
        }

        var holding = new Holding(deed, search);
        await SpoolCount.RefreshAsync(deed.Site, search, messages, countArrivals: false, cancellationToken);
        var held = messages.Where(message => message.Place == Place.Held).ToList();
        var changed = await holding.ChangedAsync(held, cancellationToken);
        var returned = await holding.ReturnAsync([.. held.Except(changed)], cancellationToken);
        await holding.SetQueueAsideAsync(cancellationToken);
        await SpoolCount.RefreshAsync(deed.Site, search, messages, countArrivals: false, cancellationToken);
        deed.Ledger.KeepMessages(search.Question, messages);
        deed.Ledger.KeepSearch(holding.Search with { Resting = true });
        var wrong = ran ? await ServiceWork.StartImcAsync(deed, cancellationToken) : null;
        return changed.Count > 0 || returned.Count < held.Count || wrong is not null
            ? new EffectOutcome(
                Id, Verdict.Failed,
                $"{returned.Count} of {held.Count} held messages are back in In; {changed.Count} have another hash than when they were held and stay where they are. {wrong}")
            : new EffectOutcome(Id, Verdict.Clear, $"All {Words.Count(held.Count, "held message")} are back in In, each with the hash it was held with.");
    }
}
