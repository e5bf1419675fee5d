using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.General;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Queues;

/// <content>Start, watch, count, report.</content>
internal sealed partial class SearchRound
{
    private async Task<Ending> StartAsync(SearchManifest? outline, CancellationToken cancellationToken)
    {
        var (verdict, sentence) = await TryAsync(cancellationToken);
        return Report(verdict, sentence, outline);
    }

    private async Task<(RoundVerdict Verdict, string Sentence)> TryAsync(CancellationToken cancellationToken)
    {
        await CountAsync(cancellationToken, exposing: true);
        _exposed = _messages.At(Place.In).Union(_released);
        var (after, goesOn, wrong) = _woken is null
            ? await WakeAsync(Waiting(), cancellationToken)
            : await WakeArrivedAsync(_woken, cancellationToken);
        var seen =
            goesOn ? (RoundVerdict.Ran, $"{queue.Record.Service} goes on, and nothing of {queue.Words.Place} waits.")
            : wrong is null ? await WatchAsync(after, cancellationToken)
            : await FallenAsync(after, wrong, cancellationToken);
        await CountAsync(cancellationToken);
        return seen;
    }

    private async Task<Woken> WakeAsync(List<QueueItem> waiting, CancellationToken cancellationToken)
    {
        var after = await Site.NewestEventAsync(cancellationToken);
        var goesOn = waiting.Count == 0 && await GoesOnAsync(after, cancellationToken);
        var wrong = await ResumeAsync(cancellationToken);
        if (wrong is null)
        {
            await queue.WakeAsync(context.Writer, waiting, cancellationToken);
        }

        return new(after, goesOn, wrong);
    }

    /// <summary>What arrived while the suspects were being held has been put off because of them, and would wait for minutes.</summary>
    private async Task<Woken> WakeArrivedAsync(Woken woken, CancellationToken cancellationToken)
    {
        List<QueueItem> arrived =
        [
            .. _messages
                .Where(message => message.Place == Place.In && !_released.Contains(message.Index))
                .Select(message => message.Item()),
        ];
        if (woken.Wrong is null && arrived.Count > 0)
        {
            await queue.WakeAsync(context.Writer, arrived, cancellationToken);
        }

        return woken;
    }

    /// <summary>The service has what waits, and is watched from then on.</summary>
    /// <param name="After">The newest event before that.</param>
    /// <param name="GoesOn">Whether nothing is to be seen by watching.</param>
    /// <param name="Wrong">Why it has not, as a sentence.</param>
    private sealed record Woken(long After, bool GoesOn, string? Wrong);

    /// <summary>
    /// Whether nothing is to be seen by watching: all is held of a service that runs on, and nothing had to be started again.
    /// </summary>
    private async Task<bool> GoesOnAsync(long after, CancellationToken cancellationToken) =>
        !queue.NeedsStop && _exposed.IsEmpty && _interrupted.IsEmpty && (await LookAsync(after, cancellationToken)).Wrong is null;

    private async Task<string?> ResumeAsync(CancellationToken cancellationToken) =>
        queue.Record.Through is { } through && await ServiceWork.ResumeAsync(context, through, cancellationToken) is { } wrong
            ? wrong
            : await ServiceWork.ResumeAsync(context, queue.Record.Service, cancellationToken);

    private List<QueueItem> Waiting() => [.. _messages.Where(message => message.Place == Place.In).Select(message => message.Item())];

    private async Task<Watched> LookAsync(long after, CancellationToken cancellationToken)
    {
        var look = await Watch.LookAsync(Site, queue.Record.Service, after, cancellationToken);
        return
            look.Wrong is null
            && queue.Record.Through is { } through
            && (await Site.ServiceAsync(through, cancellationToken)).State is not ServiceState.Running and var state
            ? look with
            {
                Wrong = $"{through} is {Words.Of(state)}",
                Died = true,
            }
            : look;
    }

    /// <summary>
    /// Until crash evidence, or nothing has happened for a watch time: everything returned gone is "ran", some left without progress is
    /// not.
    /// </summary>
    private async Task<(RoundVerdict, string)> WatchAsync(long after, CancellationToken cancellationToken)
    {
        var progress = Site.Time.GetTimestamp();
        var left = int.MaxValue;
        while (true)
        {
            var looked = Site.Time.GetTimestamp();
            var look = await LookAsync(after, cancellationToken);
            if (look.Wrong is { } wrong)
            {
                return await FallenAsync(after, wrong, cancellationToken);
            }

            _events = look.Events;
            await CountAsync(cancellationToken);
            var now = _messages.Count(message => message.Place == Place.In && _exposed.Contains(message.Index));
            if (now < left)
            {
                (left, progress) = (now, Site.Time.GetTimestamp());
            }
            else if (Site.Time.GetElapsedTime(progress).TotalSeconds >= Site.Profile.WatchSeconds)
            {
                _interrupted = left == 0 ? _interrupted : _interrupted.Union(await InWorkAsync(cancellationToken));
                return left == 0
                        ? (
                            RoundVerdict.Ran,
                            _exposed.IsEmpty
                                ? $"The service has stayed up for {Site.Profile.WatchSeconds} s on an empty queue."
                                : $"The service has stayed up for {Site.Profile.WatchSeconds} s after the last returned "
                                    + $"{queue.Words.Item} left {queue.Words.Place}."
                        )
                    : look.Events.Any(entry => Site.Read(entry).IsBlocked)
                        ? (
                            RoundVerdict.Unknown,
                            $"{queue.Words.Count(left)} still in {queue.Words.Place}, but events tell of another reason (disk "
                                + "space or files that cannot be opened)."
                        )
                    : (
                        RoundVerdict.Hung,
                        $"{queue.Words.Count(left)} still in {queue.Words.Place} and nothing moves though the services run."
                    );
            }

            // A large queue is listed for long: the server has time for its work between two looks, though not so long that the round drags
            // on.
            var rest = TimeSpan.FromSeconds(Math.Min(Site.Time.GetElapsedTime(looked).TotalSeconds * 4, Site.Profile.WatchSeconds / 5.0));
            await Site.PauseAsync(rest, cancellationToken);
        }
    }

    /// <summary>Which of what waits the service works on.</summary>
    private async Task<IndexSet> InWorkAsync(CancellationToken cancellationToken) =>
        At(await queue.InWorkAsync(Waiting(), cancellationToken));

    private async Task<(RoundVerdict, string)> FallenAsync(long after, string wrong, CancellationToken cancellationToken)
    {
        var seen = await Watch.FallenAsync(Site, queue.Record.Service, after, cancellationToken, goesOn: !queue.NeedsStop);
        _events = seen.Events;
        _died = seen.Died;
        context.CountCrash(Site.CrashesIn(seen.Events), seen.Died);
        var state = (await Site.ServiceAsync(queue.Record.Service, cancellationToken)).State;
        return state is ServiceState.StartPending or ServiceState.StopPending
            ? (RoundVerdict.Hung, $"{queue.Record.Service} is stuck: {Words.Of(state)}.")
            : (
                RoundVerdict.Crashed,
                queue.NeedsStop ? $"The service went down: {wrong.TrimEnd('.')}." : $"A {queue.Words.Item} was bad: {wrong.TrimEnd('.')}."
            );
    }

    /// <summary>Looks where each message is and keeps what has changed.</summary>
    /// <param name="exposing">The service is about to run: what lies in In is exposed to it.</param>
    private async Task CountAsync(CancellationToken cancellationToken, bool exposing = false)
    {
        var before = _messages.ToList();
        await ItemPlaces.RefreshAsync(queue, Search, _messages, countArrivals: true, cancellationToken);
        for (var index = 0; exposing && index < _messages.Count; index++)
        {
            _messages[index] = _messages[index] is { Place: Place.In, Exposed: false } message
                ? message with
                {
                    Exposed = true,
                }
                : _messages[index];
        }

        context.Ledger.KeepPlaces(
            Search.Question,
            _messages.Take(before.Count).Where((message, index) => !ReferenceEquals(message, before[index])),
            _messages.Skip(before.Count)
        );
        if (Search.FirstAcceptedAt is null && _messages.Exists(message => message.Place == Place.Accepted))
        {
            _holding.Learn(Search with { FirstAcceptedAt = Clock.Micros(Site.Time.GetUtcNow()) });
        }
    }

    private Ending Report(RoundVerdict verdict, string sentence, SearchManifest? outline = null, bool resting = false)
    {
        context.Ledger.KeepSearch(Search with { Resting = resting || verdict == RoundVerdict.Ran });
        var accepted = _messages.At(Place.Accepted);
        var inSpool = _messages.At(Place.In);
        var named = Named(_events);
        var first = FirstUnaccepted(accepted.Except(_acceptedBefore).Intersect(_exposed), inSpool.Intersect(_exposed));
        var failed = verdict is RoundVerdict.Crashed or RoundVerdict.Hung;
        var inFlight =
            !failed ? IndexSet.Empty
            : first is { } index ? named.Union(IndexSet.Of(index)).Intersect(_exposed)
            : named.IsEmpty ? inSpool.Intersect(_exposed)
            : named.Intersect(_exposed);
        context.Round = new RoundReport(
            order.Kind,
            verdict,
            outline,
            accepted,
            inSpool,
            _messages.At(Place.Archived),
            named,
            inFlight,
            _messages.Count - Search.Found,
            failed ? first : null,
            _died,
            Site.Time.GetElapsedTime(begun).TotalSeconds,
            _messages.Counts(Search.Found),
            Search.FirstAcceptedAt
        )
        {
            Released = _released,
        };
        return new Ending(
            verdict switch
            {
                RoundVerdict.Ran => Verdict.Clear,
                RoundVerdict.Unknown => Verdict.Unknown,
                _ => Verdict.Finding,
            },
            sentence + _messages.OfOthers(queue.Words)
        );
    }

    /// <summary>What events name, and what the service worked on for ever.</summary>
    private IndexSet Named(IEnumerable<LogEvent> events) =>
        At(events.SelectMany(entry => Site.Read(entry).Items).ToHashSet(Site.Host.Paths.Comparer)).Union(_interrupted);

    private IndexSet At(IReadOnlySet<string> names) =>
        IndexSet.Of(_messages.Where(message => names.Contains(message.Name)).Select(message => message.Index));

    /// <summary>Order of delivery can be seen when everything accepted in this round came before everything that is left.</summary>
    private static int? FirstUnaccepted(IndexSet accepted, IndexSet left) =>
        left.IsEmpty || (accepted.IsEmpty && left.Count > 1) || (!accepted.IsEmpty && accepted.Max() > left.Min()) ? null : left.Min();
}
