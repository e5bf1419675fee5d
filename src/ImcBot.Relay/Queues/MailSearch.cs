using System.Globalization;
using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.General;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Queues;

/// <summary>
/// The search for the bad item: its plan and its undo. Its rounds are ordered one by one, see <see cref="SearchRound"/>.
/// Undo puts everything back, proved by hash; an index is rebuilt by the service and is not put back.
/// </summary>
internal sealed class MailSearch(RelayLedger ledger) : IUndoable
{
    public string Id => Catalog.ItemsSearch;

    public bool? Resumes => true;

    public async Task<Footprint> FootprintAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var queue = await QueueAsync(call, site, cancellationToken);
        var held = Continued(call)?.Folder ?? queue.HoldRoot ?? site.HoldOn(call.With.GetValueOrDefault("volume") ?? queue.Folder);
        return Footprint.OfService([.. new[] { queue.Record.Service, queue.Record.Through }.OfType<string>()]) with
        {
            Folders = [.. queue.Touches, held],
        };
    }

    /// <summary>The effect of a plan that is run in rounds.</summary>
    public static PlannedEffect In(Plan plan) => plan.Effects.First(effect => Catalog.PurposeOf(effect.Call.Use) is Purpose.Search);

    /// <summary>The question whose held items a search moves: its own, or the one it goes on with.</summary>
    public static QuestionId Holder(Call call, QuestionId own) =>
        call.With.TryGetValue("continues", out var name) && QuestionId.TryParse(name, out var earlier) ? earlier : own;

    public async Task<PlannedEffect> PlanAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var queue = await QueueAsync(call, site, cancellationToken);
        var aside = queue.Index is { } index ? $" set {index} aside each round;" : "";
        if (Continued(call) is { } earlier)
        {
            var held = ledger.Messages(earlier.Question).Count(message => message.Place is Place.Held);
            return Effects
                .Of(
                    call,
                    $"go on with the search of {earlier.Question}, which holds {queue.Words.Count(held)}: "
                        + (queue.NeedsStop ? $"stop {queue.Words.Service};{aside} return a part; start; watch" : "release a part; watch"),
                    await ObserveAsync(call, site, cancellationToken),
                    undo: $"undo of {earlier.Question} puts all held {queue.Words.Matter} back, proved by hash",
                    services: await RoundsAsync(call, queue, site, cancellationToken)
                )
                .Sparing(queue.Spares);
        }

        var items = QueueItem.Of(queue, await queue.FilesAsync(queue.Folder, cancellationToken));
        var bytes = items.Sum(item => item.Size);
        var way = await TargetVolume.WayAsync(site, call.With.GetValueOrDefault("volume"), queue.Folder, bytes, cancellationToken);
        var ceiling = Effects.WithMargin(items.Count, bytes);
        if (!queue.NeedsStop && call.With.ContainsKey("volume"))
        {
            throw new HostException($"{queue.Words.Service} keeps what is held where it lies; leave 'volume' out.");
        }

        var does = !queue.NeedsStop
            ? $"hold the {queue.Words.Matter} of {queue.Words.Place} where it lies (the suspects alone where {queue.Words.Service} names "
                + $"any), while {queue.Words.Service} goes on (now "
                + $"{queue.Words.Count(items.Count)}, {Words.Bytes(bytes)}); release all but the suspects; watch"
                + (queue.Record.Through is { } through ? $"; start {through} again where it hangs on one" : "")
            : $"stop {queue.Words.Service}; move {queue.Words.Place} to a hold folder {way} (now "
                + $"{Words.Count(items.Count, queue.Record.Stems ? "item" : "file")}, "
                + $"{Words.Bytes(bytes)});{aside} return all but the suspects; start; watch";
        return Effects
            .Of(
                call,
                does + await CautionAsync(queue, items, cancellationToken),
                await ObserveAsync(call, site, cancellationToken),
                undo: $"puts all held {queue.Words.Matter} back, proved by hash",
                ceiling: ceiling,
                services: await RoundsAsync(call, queue, site, cancellationToken)
            )
            .Sparing(queue.Spares);
    }

    public static async Task<string> CautionAsync(IQueue queue, IReadOnlyList<QueueItem> items, CancellationToken cancellationToken) =>
        await queue.CautionAsync(items, cancellationToken) is { } caution ? $"; {caution}" : "";

    public async Task<IReadOnlyDictionary<string, string>> ObserveAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var queue = await QueueAsync(call, site, cancellationToken);
        var service = queue.Record.Service;
        return Effects.Seen([
            .. (await queue.ObserveAsync(cancellationToken)).Select(pair => (pair.Key, pair.Value)),
            .. await ServiceWork.SeenAsync(service, site, cancellationToken),
        ]);
    }

    public Task<EffectOutcome> ActAsync(PlannedEffect effect, RunContext context, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("A search runs in rounds.");

    public async Task<UndoPlan> PlanUndoAsync(UndoRecord record, Site site, CancellationToken cancellationToken) =>
        await Return.PlanAllAsync(record, await QueueAsync(record.Call, site, cancellationToken), site, cancellationToken);

    public Task<EffectOutcome> UndoAsync(UndoRecord record, RunContext context, CancellationToken cancellationToken) =>
        Return.AllAsync(Id, record, context, cancellationToken);

    /// <summary>
    /// Each round stops the service and starts it, with what it needs and what a crash has stopped; where the service goes on, what the
    /// items pass through.
    /// </summary>
    private static async Task<ServiceChange> RoundsAsync(Call call, IQueue queue, Site site, CancellationToken cancellationToken)
    {
        var service = queue.Record.Service;
        var services = await site.Host.Services.ListAsync(cancellationToken);
        if (!queue.NeedsStop)
        {
            string[] through = [.. new[] { queue.Record.Through }.OfType<string>()];
            string[] down = services.Find(service) is { State: ServiceState.Running } ? [] : [.. services.Missing(service), service];
            return new ServiceChange(through, [.. through.Union(down, StringComparer.OrdinalIgnoreCase)]);
        }

        var crashes = int.Parse(call.With[CallArguments.Crashes], CultureInfo.InvariantCulture);
        string[] risked = crashes > 0 && services.Find(site.FallsWith(service)) is { } falls && !falls.Is(service) ? [falls.Name] : [];
        return new ServiceChange(
            [service],
            [.. services.Missing(service).Union(risked, StringComparer.OrdinalIgnoreCase), service],
            risked.Any(ServerPaths.UsersConnectTo) ? crashes : 0
        );
    }

    private async Task<IQueue> QueueAsync(Call call, Site site, CancellationToken cancellationToken) =>
        Continued(call) is { } earlier ? QueueSet.Of(earlier, site) : await QueueSet.OfAsync(call, site, cancellationToken);

    private SearchRecord? Continued(Call call) =>
        !call.With.TryGetValue("continues", out var name) ? null
        : QuestionId.TryParse(name, out var question) && ledger.FindSearch(question) is { Digest: not null } search ? search
        : throw new HostException($"'{name}' is no search that this relay can go on with.");
}
