using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.General;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Queues;

/// <summary>
/// One round of the search: hold, return or rest. What it cannot see it reports as unknown; every message is in exactly one state.
/// </summary>
/// <param name="begun">Monotonic time stamp.</param>
/// <param name="eventsAfter">Index of the newest event of the queue's log when the run began.</param>
internal sealed partial class SearchRound(
    RunContext context,
    IQueue queue,
    SearchRecord search,
    List<MessageRecord> messages,
    RoundOrder order,
    long begun,
    long eventsAfter
)
{
    private readonly List<MessageRecord> _messages = messages;
    private readonly Holding _holding = new(context, queue, search, messages);
    private readonly Reading _reading = new(queue, search.Folder);
    private readonly IndexSet _acceptedBefore = messages.At(Place.Accepted);
    private IReadOnlyList<LogEvent> _events = [];
    private IndexSet _exposed;
    private bool _died;
    private bool _disturbed;
    private long _stoppedAt;
    private IndexSet _interrupted = IndexSet.Empty;
    private IndexSet _released = IndexSet.Empty;
    private Woken? _woken;

    private Site Site { get; } = context.Site.Hearing(queue.Log);

    private SearchRecord Search => _holding.Search;

    /// <summary>Carries out an order.</summary>
    /// <param name="restart">Restarts that wait for the first start (a raised thread value); done while the service is stopped.</param>
    public static async Task<Ending> RunAsync(
        RunContext context,
        PlannedEffect effect,
        RoundOrder order,
        Func<Task> restart,
        CancellationToken cancellationToken
    )
    {
        var begun = context.Site.Time.GetTimestamp();
        var holder = MailSearch.Holder(effect.Call, context.Run.Question);
        if (order.Kind == RoundKind.Hold && holder == context.Run.Question)
        {
            return await HoldAsync(context, effect, order, restart, begun, cancellationToken);
        }

        if (order.Kind == RoundKind.Hold)
        {
            return new Ending(Verdict.Failed, $"{holder} holds its items already.");
        }

        if (context.Ledger.FindSearch(holder) is not { } search)
        {
            return new Ending(
                Verdict.Failed,
                $"{holder} holds nothing yet; the first round must hold it.",
                order.Kind == RoundKind.Rest ? "its first round broke off before anything was moved" : null
            );
        }

        if (order.Manifest is not null && order.Manifest != search.Digest)
        {
            return new Ending(Verdict.Failed, "The order is for another manifest; nothing was moved.");
        }

        var round = await OpenAsync(context, search, order, begun, cancellationToken);
        return order.Kind == RoundKind.Rest ? await round.RestAsync(cancellationToken) : await round.ReturnAsync(cancellationToken);
    }

    /// <summary>
    /// After the relay died in a round: finishes the move, goes to safe rest and tells what is true. Null when nothing had been moved.
    /// </summary>
    public static async Task<Ending?> RecoverAsync(RunContext context, RoundOrder order, CancellationToken cancellationToken)
    {
        var holder = MailSearch.Holder(MailSearch.In(context.Plan).Call, context.Run.Question);
        if (context.Ledger.FindSearch(holder) is not { } search)
        {
            return null;
        }

        var round = await OpenAsync(context, search, order, context.Site.Time.GetTimestamp(), cancellationToken);
        return await round.RestAsync(cancellationToken, unfinished: true);
    }

    /// <summary>A round on what a search holds already.</summary>
    private static async Task<SearchRound> OpenAsync(
        RunContext context,
        SearchRecord search,
        RoundOrder order,
        long begun,
        CancellationToken cancellationToken
    )
    {
        var queue = QueueSet.Of(search, context.Site);
        context.Serves = queue.Record.Service;
        var round = new SearchRound(
            context,
            queue,
            search,
            context.Ledger.Messages(search.Question),
            order,
            begun,
            await EventsAfterAsync(context, queue, cancellationToken)
        );
        await round._holding.EndReturnsAsync(cancellationToken);
        return round;
    }

    private static async Task<long> EventsAfterAsync(RunContext context, IQueue queue, CancellationToken cancellationToken) =>
        queue.Log == Site.ApplicationLog ? context.EventsAfter : await context.Site.Hearing(queue.Log).NewestEventAsync(cancellationToken);

    /// <summary>Holds a queue without a search, or finishes that; starts nothing.</summary>
    public static async Task<Ending> SetAsideAsync(
        RunContext context,
        PlannedEffect effect,
        IQueue queue,
        CancellationToken cancellationToken
    )
    {
        var order = new RoundOrder(RoundKind.Hold, IndexSet.Empty, IndexSet.Empty, null);
        var broken = context.Ledger.FindSearch(context.Run.Question);
        var (round, stuck, ending) = broken is null
            ? await TakeAsync(context, effect, order, queue, null, context.Site.Time.GetTimestamp(), cancellationToken)
            : (await OpenAsync(context, broken, order, context.Site.Time.GetTimestamp(), cancellationToken), [], null);
        if (round is null)
        {
            return ending!;
        }

        if (round._disturbed)
        {
            round.Expose([]);
        }

        if (round.Search.Digest is null)
        {
            _ =
                broken is null && !round._disturbed
                    ? await round.ReadAsync(stuck, cancellationToken)
                    : await round.FinishHoldAsync(cancellationToken);
        }

        context.Ledger.KeepSearch(round.Search with { Resting = true });
        var left = round._messages.At(Place.In).Count;
        return left == 0
            ? new Ending(
                Verdict.Clear,
                $"{queue.Words.Count(round._messages.At(Place.Held).Count)} of {queue.Words.Place} held in "
                    + $"{queue.PlaceOf(round.Search.Folder)}."
            )
            : new Ending(Verdict.Unknown, $"{queue.Words.Count(left)} of {queue.Words.Place} could not be moved: {round._holding.Refusal}");
    }

    private static async Task<Ending> HoldAsync(
        RunContext context,
        PlannedEffect effect,
        RoundOrder order,
        Func<Task> restart,
        long begun,
        CancellationToken cancellationToken
    )
    {
        // The first run has just found what its plan saw unchanged.
        var seen = context.Run.Run == 1 ? effect.Observed : null;
        var queue = await QueueSet.OfAsync(effect.Call, context.Site, cancellationToken, seen);
        var (round, stuck, ending) = await TakeAsync(context, effect, order, queue, restart, begun, cancellationToken);
        if (round is null)
        {
            return ending!;
        }

        var outline = await round.ReadAsync(round._disturbed ? [] : stuck, cancellationToken);
        if (round._disturbed)
        {
            return await round.GiveUpAsync(round._messages.ToList(), outline, cancellationToken);
        }

        if (stuck.Count > 0)
        {
            return round.Report(RoundVerdict.Unknown, round.Stuck(stuck, "could not be moved"), outline);
        }

        if (round._woken is null)
        {
            await restart();
        }

        return await round.StartAsync(outline, cancellationToken);
    }

    /// <summary>
    /// Stops the service where the queue needs it and moves what waits into the hold folder, the index aside. The manifest is in the ledger
    /// before the first move. Where the service goes on and names what it fails on, that alone is held, and the others go at once.
    /// </summary>
    /// <param name="restart">What waits for the first start; null where nothing is to go.</param>
    private static async Task<(SearchRound? Round, List<MessageRecord> Stuck, Ending? Ending)> TakeAsync(
        RunContext context,
        PlannedEffect effect,
        RoundOrder order,
        IQueue queue,
        Func<Task>? restart,
        long begun,
        CancellationToken cancellationToken
    )
    {
        if (context.Ledger.FindSearch(context.Run.Question) is not null)
        {
            return (null, [], new Ending(Verdict.Failed, $"{context.Run.Question} holds items already."));
        }

        var running = (await context.Site.ServiceAsync(queue.Record.Service, cancellationToken)).State == ServiceState.Running;
        if (queue.NeedsStop && await ServiceWork.RestAsync(context, queue.Record.Service, cancellationToken) is { } hangs)
        {
            return (null, [], new Ending(Verdict.Unknown, hangs));
        }

        var eventsAfter = await EventsAfterAsync(context, queue, cancellationToken);
        var stoppedAt = queue.NeedsStop ? await context.Site.Hearing(queue.Log).NewestEventAsync(cancellationToken) : eventsAfter;

        var spool = queue.Folder;
        var items = QueueItem.Of(queue, await queue.FilesAsync(spool, cancellationToken));
        var bytes = items.Sum(item => item.Size);
        if (effect.Ceiling is { } ceiling && (items.Count > ceiling.Count || bytes > ceiling.Bytes))
        {
            var grown =
                $"{context.Site.Host.Paths.Name(spool)} holds {Words.Count(items.Count, "file")}, {Words.Bytes(bytes)}; "
                + $"at most {Words.Count(ceiling.Count, "file")}, {Words.Bytes(ceiling.Bytes)} were approved.";
            return (null, [], new Ending(Verdict.Failed, $"Nothing was held: {grown}", grown));
        }

        var volume = effect.Call.With.GetValueOrDefault("volume");
        if (await TargetVolume.RefuseAsync(context.Site, volume, spool, bytes, cancellationToken) is { } full)
        {
            return (null, [], new Ending(Verdict.Failed, $"Nothing was held: {full}", full));
        }

        var search = new SearchRecord(
            context.Run.Question,
            items.Count,
            Folder(context, queue, volume),
            spool,
            queue.Log == Site.ApplicationLog ? context.Ledger.HealthySince(queue.Record.Service) : stoppedAt
        )
        {
            HeldAt = Clock.Micros(context.Site.Time.GetUtcNow()),
            Queue = queue.Record,
        };
        var triage = restart is null ? null : await queue.TriageAsync(items, cancellationToken);
        List<MessageRecord> messages = [.. items.Select((item, index) => Waiting(item, index, triage))];
        if (queue.SharesHold)
        {
            // What will be held is the search's own from here on, so that a relay that dies knows it again.
            var others = await queue.NamesAsync(search.Folder, cancellationToken);
            messages = messages.ConvertAll(message =>
                IsFirst(message, triage) && !others.Contains(message.Name) ? message with { Place = Place.Held } : message
            );
        }

        context.Ledger.KeepSearch(search, messages);
        context.KeepUndo(effect.Call, ("running", running ? "true" : "false"));
        await context.Writer.CreateFolderAsync(search.Folder, cancellationToken);
        context.Serves = queue.Record.Service;
        var round = new SearchRound(context, queue, search, messages, order, begun, eventsAfter) { _stoppedAt = stoppedAt };
        var stuck = await round.HoldFirstAsync(triage, restart, cancellationToken);
        await round.LetGoAsync(cancellationToken);
        await round.SetQueueAsideAsync(cancellationToken);
        return (round, stuck, null);
    }

    private static string Folder(RunContext context, IQueue queue, string? volume)
    {
        var paths = context.Site.Host.Paths;
        var incident = paths.Join(queue.HoldRoot ?? context.Site.HoldOn(volume ?? queue.Folder), $"INC-{context.Run.Question.Incident}");
        var taken = context.Ledger.Searches().Any(search => paths.IsWithin(search.Folder, incident));
        return paths.Join(taken ? $"{incident}-{context.Run.Question.Number}" : incident, paths.Name(queue.Folder).ToLowerInvariant());
    }
}
