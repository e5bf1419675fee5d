using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.General;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Queues;

/// <summary>
/// Deletes held messages for good: only listed ones, only after they were held for the retention time, only with the hash they were held
/// with.
/// </summary>
internal sealed class MailDelete(RelayLedger ledger) : IAction
{
    public string Id => Catalog.ItemsDelete;

    public Task<Footprint> FootprintAsync(Call call, Site site, CancellationToken cancellationToken) =>
        Task.FromResult(Footprint.OfFolder(HeldItems.Search(call, ledger).Folder));

    public async Task<PlannedEffect> PlanAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var search = HeldItems.Search(call, ledger);
        ArgumentForms.TryDuration(call.With["held-for"], out var retention);
        var due = search.HeldAt + (long)retention.TotalMicroseconds;
        var left = TimeSpan.FromMicroseconds(due - Clock.Micros(site.Time.GetUtcNow()));
        if (search.HeldAt == 0 || left > TimeSpan.Zero)
        {
            throw new HostException(
                search.HeldAt == 0
                    ? $"It is not known since when {search.Question} holds this; delete it by hand."
                    : $"What {search.Question} holds is kept for another "
                        + $"{(left.TotalHours < 48 ? Words.Count((int)Math.Ceiling(left.TotalHours), "hour")
                            : Words.Count((int)Math.Ceiling(left.TotalDays), "day"))}."
            );
        }

        var wanted = await HeldItems.WantedAsync(call, search, ledger, site, cancellationToken);
        var queue = QueueSet.Of(search, site);
        if ((await Holding.ChangedAsync(queue, search, wanted, cancellationToken)).FirstOrDefault() is { } changed)
        {
            throw new HostException($"{changed.Name} has another hash than when it was held; a person must look at it.");
        }

        var names = wanted.Select(message => message.Name).ToHashSet(site.Host.Paths.Comparer);
        var files = (await queue.FilesAsync(search.Folder, cancellationToken))
            .Where(file => names.Contains(queue.ItemOf(file.Name)))
            .ToList();
        return await Deletion.PlanAsync(call, site, files, $"held by {search.Question}: {queue.Words.Matter}, for good", cancellationToken);
    }

    public Task<IReadOnlyDictionary<string, string>> ObserveAsync(Call call, Site site, CancellationToken cancellationToken) =>
        Task.FromResult(Effects.Seen());

    /// <summary>A relay that died half way deletes the rest of what was approved: the same files, unchanged, and no others.</summary>
    public bool? Resumes => true;

    public async Task<EffectOutcome> ActAsync(PlannedEffect effect, RunContext context, CancellationToken cancellationToken)
    {
        var search = HeldItems.Search(effect.Call, ledger);
        var queue = QueueSet.Of(search, context.Site);
        var there = await queue.NamesAsync(search.Folder, cancellationToken);
        var places = ledger.Messages(search.Question).ToDictionary(message => message.Name, context.Site.Host.Paths.Comparer);
        var before = effect
            .Items.Where(item => !there.Contains(Name(item)) && places.GetValueOrDefault(Name(item))?.Place == Place.Deleted)
            .ToList();
        ledger.KeepPlaces(
            search.Question,
            effect
                .Items.Select(Name)
                .Where(there.Contains)
                .Distinct(context.Site.Host.Paths.Comparer)
                .Select(name => places[name] with { Place = Place.Deleted }),
            []
        );
        var outcome = await Deletion.ActAsync(effect with { Items = [.. effect.Items.Except(before)] }, context, cancellationToken);

        var messages = ledger.Messages(search.Question);
        await ItemPlaces.RefreshAsync(queue, search, messages, countArrivals: false, cancellationToken);
        ledger.KeepPlaces(search.Question, messages);
        return before.Count == 0
            ? outcome
            : outcome with
            {
                Summary = $"{queue.Words.Count(before.Count)} had been deleted before the relay was restarted; {outcome.Summary}",
            };

        string Name(PlannedItem item) => queue.ItemOf(context.Site.Host.Paths.Name(item.Path));
    }
}
