using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.General;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Queues;

/// <summary>Puts held items back where it came from, each message checked by hash, with the service stopped where the queue needs it, and
/// the index set aside.
/// Begins from where the files are, so it may be done again after it was broken off.</summary>
internal sealed class Return
{
    private readonly RunContext _context;
    private readonly SearchRecord _search;
    private readonly IQueue _queue;
    private readonly Holding _holding;
    private readonly List<MessageRecord> _messages;

    public Return(RunContext context, SearchRecord search)
    {
        _context = context;
        _search = search;
        _queue = QueueSet.Of(search, context.Site);
        _messages = context.Ledger.Messages(search.Question);
        _holding = new Holding(context, _queue, search, _messages);
    }

    /// <summary>How a hold is undone, see <see cref="AllAsync"/>.</summary>
    public static async Task<UndoPlan> PlanAllAsync(UndoRecord record, IQueue queue, Site site, CancellationToken cancellationToken) =>
        queue.NeedsStop
            ? new(
                $"stop {queue.Words.Service}, put all {queue.Words.Matter} held by {record.Run.Question} back into {queue.Words.Place} "
                    + "after checking each hash, start it as it ran before",
                await ServiceWork.AroundAsync(site, queue.Record.Service, ran: false, cancellationToken)
            )
            : new(
                $"release all {queue.Words.Matter} held by {record.Run.Question} after checking each hash, while "
                    + $"{queue.Words.Service} goes on",
                ServiceChange.None
            )
            {
                Spares = queue.Spares,
            };

    /// <summary>Undoes a hold: all that it still holds goes back, and the service runs afterwards if it ran before.</summary>
    public static async Task<EffectOutcome> AllAsync(string use, UndoRecord record, RunContext context, CancellationToken cancellationToken)
    {
        var search = context.Ledger.FindSearch(record.Run.Question) ?? throw new HostException($"{record.Run.Question} held nothing.");
        var service = QueueSet.Of(search, context.Site).Record.Service;
        var ran = await context.RanBeforeAsync(service, cancellationToken);
        var outcome = await new Return(context, search).RunAsync(use, _ => true, cancellationToken);
        if (outcome.Verdict == Verdict.Unknown || !ran)
        {
            return outcome;
        }

        var wrong = await ServiceWork.ResumeAsync(context, service, cancellationToken);
        return wrong is null ? outcome : outcome with { Verdict = Verdict.Failed, Summary = $"{outcome.Summary} {wrong}" };
    }

    /// <summary>Moves the wanted messages that are held; those whose bytes have changed stay where they are.</summary>
    public async Task<EffectOutcome> RunAsync(string use, Func<MessageRecord, bool> isWanted, CancellationToken cancellationToken)
    {
        if (_queue.NeedsStop && await ServiceWork.RestAsync(_context, _queue.Record.Service, cancellationToken) is { } hangs)
        {
            return new EffectOutcome(use, Verdict.Unknown, hangs);
        }

        await _holding.EndReturnsAsync(cancellationToken);
        await ItemPlaces.RefreshAsync(_queue, _holding.Search, _messages, countArrivals: false, cancellationToken);
        var wanted = _messages.Where(isWanted).ToList();
        var held = wanted.Where(message => message.Place == Place.Held).ToList();
        var changed = await Holding.ChangedAsync(_queue, _search, held, cancellationToken);
        await _holding.ReturnAsync([.. held.Except(changed)], cancellationToken);
        await _holding.SetQueueAsideAsync(cancellationToken);
        await _queue.WakeAsync(_context.Writer, [.. held.Except(changed).Select(message => message.Item())], cancellationToken);
        await ItemPlaces.RefreshAsync(_queue, _holding.Search, _messages, countArrivals: false, cancellationToken);
        _context.Ledger.KeepPlaces(_search.Question, _messages);
        _context.Ledger.KeepSearch(_holding.Search with { Resting = true });

        var still = wanted.Count(message => _messages[message.Index].Place == Place.Held);
        var others = wanted.Select(message => _messages[message.Index]).OfOthers(_queue.Words);
        return still == 0
            ? new EffectOutcome(
                use,
                Verdict.Clear,
                $"All {Words.Count(held.Count, $"held {_queue.Words.Item}")} are back in {Folder}, each with the hash it was held with."
                    + others
            )
            : new EffectOutcome(
                use,
                Verdict.Failed,
                $"{held.Count - still} of {held.Count} held {_queue.Words.Item}s are back in {Folder}; {changed.Count} have another "
                    + "hash than when they were held and stay where they are."
                    + others
            );
    }

    private string Folder => _context.Site.Host.Paths.Name(_search.Spool);
}
