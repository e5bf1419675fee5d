using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.General;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Queues;

/// <content>Return, safe rest, and what is done when something else starts the service meanwhile.</content>
internal sealed partial class SearchRound
{
    private static MessageRecord Waiting(QueueItem item, int index, Triage? triage)
    {
        var message = new MessageRecord(index, item.Name, item.Size, item.Arrived, Place.In, Exposed: false);
        return triage is null || triage.Suspects.Contains(item.Name) || !triage.Others.TryGetValue(item.Name, out var read)
            ? message
            : message with
            {
                Exposed = true,
                Sha256 = read.Sha256,
                Features = read.Features,
                SenderDomain = read.SenderDomain,
            };
    }

    /// <summary>
    /// Holds all, or the suspects alone where they are known, so that what the others wait for is no longer than one look at the queue.
    /// A suspect that cannot be held would go with them: then all are held.
    /// </summary>
    /// <returns>What could not be held.</returns>
    private async Task<List<MessageRecord>> HoldFirstAsync(Triage? triage, Func<Task>? restart, CancellationToken cancellationToken)
    {
        List<MessageRecord> first = [.. _messages.Where(message => IsFirst(message, triage))];
        var stuck = await _holding.HoldAsync(first, cancellationToken, moved => _reading.Add(moved, cancellationToken));
        if (first.Count == _messages.Count)
        {
            return stuck;
        }

        List<MessageRecord> others = [.. _messages.Where(message => message.Exposed)];
        if (stuck.Count > 0)
        {
            return [.. stuck, .. await _holding.HoldAsync(others, cancellationToken, moved => _reading.Add(moved, cancellationToken))];
        }

        await restart!();
        _released = IndexSet.Of(others.Select(message => message.Index));
        _woken = await WakeAsync([.. others.Select(message => message.Item())], cancellationToken);
        return [];
    }

    private static bool IsFirst(MessageRecord message, Triage? triage) => triage is null || !message.Exposed;

    private async Task<Ending> ReturnAsync(CancellationToken cancellationToken)
    {
        if (await StopAsync(cancellationToken) is { } hangs)
        {
            return Report(RoundVerdict.Unknown, hangs);
        }

        await CountAsync(cancellationToken);
        var stuck = await _holding.HoldAsync(
            [.. _messages.Where(message => message.Place == Place.In && order.Withdraw.Contains(message.Index))],
            cancellationToken
        );
        await LetGoAsync(cancellationToken);
        if (stuck.Count > 0)
        {
            return await LeaveAsync(stuck, "could not be held again", null, cancellationToken);
        }

        List<MessageRecord> returning = [.. _messages.Where(message => MayBeHeld(message.Place) && order.Messages.Contains(message.Index))];
        await _holding.ReturnAsync(returning, cancellationToken);
        await SetQueueAsideAsync(cancellationToken);
        return _disturbed ? await GiveUpAsync(returning, null, cancellationToken) : await StartAsync(null, cancellationToken);
    }

    /// <summary>What is seen nowhere may be on its way; where others hold items too, it would be theirs.</summary>
    private bool MayBeHeld(Place place) => place is Place.Held || (place is Place.Unknown && !queue.SharesHold);

    private async Task<Ending> RestAsync(CancellationToken cancellationToken, bool unfinished = false)
    {
        await CountAsync(cancellationToken);
        var look = await LookAsync(eventsAfter, cancellationToken);
        var mustHold = _messages.Exists(message =>
            message.Place == Place.In && (order.Withdraw.Contains(message.Index) || message.Index < Search.Found)
        );
        var isHolding = Search.Digest is null;
        var outline =
            isHolding ? await FinishHoldAsync(cancellationToken)
            : order.Manifest is null ? Outline(await Site.EventsAsync(Search.EventsAfter, cancellationToken))
            : null;
        if (look.Wrong is null && !mustHold && !unfinished && !isHolding)
        {
            return Report(RoundVerdict.Ran, "At rest already: the service is up, what might be bad is held.", outline);
        }

        if (look.Wrong is null && !mustHold && !isHolding)
        {
            return Report(
                RoundVerdict.Unknown,
                "The relay was restarted during this round; the service is up, what might be bad is held.",
                outline,
                resting: true
            );
        }

        if (await StopAsync(cancellationToken) is { } hangs)
        {
            return Report(RoundVerdict.Unknown, hangs, outline);
        }

        await CountAsync(cancellationToken);
        var stuck = await _holding.HoldAsync([.. _messages.Where(message => message.Place == Place.In)], cancellationToken);
        await LetGoAsync(cancellationToken);
        await SetQueueAsideAsync(cancellationToken);
        return _disturbed ? await GiveUpAsync([], outline, cancellationToken)
            : stuck.Count > 0 ? await LeaveAsync(stuck, "could not be held", outline, cancellationToken)
            : await StartAsync(outline, cancellationToken);
    }

    /// <summary>
    /// Something else has started the service in the middle of a move: nobody can say what this round would have told, so it ends in safe
    /// rest. What lay in In meanwhile was exposed, so what is gone from there was taken by the service.
    /// </summary>
    /// <param name="moved">What was on its way into In.</param>
    private async Task<Ending> GiveUpAsync(IReadOnlyList<MessageRecord> moved, SearchManifest? outline, CancellationToken cancellationToken)
    {
        var disturbance =
            $"Something else started {queue.Record.Service} in the middle of a move, so the round tells nothing and was given up.";
        Expose(moved);
        if (await StopAsync(cancellationToken) is { } hangs)
        {
            await CountAsync(cancellationToken);
            return Report(RoundVerdict.Unknown, $"{disturbance} {hangs}", outline);
        }

        _events = await Site.EventsAsync(eventsAfter, cancellationToken);
        _died = Site.CrashesIn(_events).Count > 0;
        context.CountCrash(Site.CrashesIn(_events), _died);
        await CountAsync(cancellationToken);
        var stuck = await _holding.HoldAsync([.. _messages.Where(message => message.Place == Place.In)], cancellationToken);
        await SetQueueAsideAsync(cancellationToken);
        if (stuck.Count > 0 || _disturbed)
        {
            await CountAsync(cancellationToken);
            return Report(
                RoundVerdict.Unknown,
                $"{disturbance} "
                    + $"{(_disturbed ? "It was started once more after that; find out by what." : Stuck(stuck, "could not be held"))}",
                outline
            );
        }

        var (verdict, sentence) = await TryAsync(cancellationToken);
        return Report(
            RoundVerdict.Unknown,
            $"{disturbance} {sentence} {queue.Words.Count(_messages.At(Place.Held).Count)} held.",
            outline,
            resting: verdict == RoundVerdict.Ran
        );
    }

    /// <summary>Keeps that these messages were in In while the service ran.</summary>
    private void Expose(IReadOnlyList<MessageRecord> moved)
    {
        var exposed = IndexSet
            .Of(moved.Where(message => message.Place is Place.In or Place.Held or Place.Unknown).Select(message => message.Index))
            .Union(_messages.At(Place.In));
        foreach (var index in exposed)
        {
            _messages[index] = _messages[index] with { Place = Place.In, Exposed = true };
        }

        context.Ledger.KeepPlaces(Search.Question, exposed.Select(index => _messages[index]), []);
    }

    /// <summary>The index aside, the last thing before a start. The service keeps it open: so it shows whether something else has started
    /// it,
    /// and a service that has come and died since the stop shows in its events.</summary>
    private async Task SetQueueAsideAsync(CancellationToken cancellationToken)
    {
        if (!queue.NeedsStop)
        {
            return;
        }

        var isOpen = false;
        try
        {
            await _holding.SetQueueAsideAsync(cancellationToken);
        }
        catch (HostException exception) when (exception.Kind == HostError.InUse)
        {
            isOpen = true;
        }

        var isStopped = (await Site.ServiceAsync(queue.Record.Service, cancellationToken)).State == ServiceState.Stopped;
        _disturbed = !isStopped || (await Site.EventsAsync(_stoppedAt, cancellationToken)).Any(Site.IsFatal);
        if (isOpen && !_disturbed)
        {
            throw new HostException(
                $"{queue.Index} could not be set aside: something has it open, and not {queue.Words.Service}.",
                HostError.InUse
            );
        }
    }

    /// <summary>
    /// Where the service goes on while items are held, it may still work on some: they end as they would, within the profile's time to
    /// settle. What does not is worked on for ever, so what the items pass through is started again; those may have been passed on.
    /// </summary>
    private async Task LetGoAsync(CancellationToken cancellationToken)
    {
        if (queue.NeedsStop)
        {
            return;
        }

        var since = Site.Time.GetTimestamp();
        List<QueueItem> busy =
        [
            .. _messages
                .Where(message => message.Place is Place.In or Place.Held && !_released.Contains(message.Index))
                .Select(message => message.Item()),
        ];
        while (true)
        {
            var inWork = await queue.InWorkAsync(busy, cancellationToken);
            busy.RemoveAll(item => !inWork.Contains(item.Name));
            if (busy.Count == 0 || Site.Time.GetElapsedTime(since).TotalSeconds >= Site.Profile.SettleSeconds)
            {
                break;
            }

            await Site.PauseAsync(cancellationToken);
        }

        if (busy.Count == 0 || queue.Record.Through is not { } through)
        {
            return;
        }

        _interrupted = _interrupted.Union(At(busy.Select(item => item.Name).ToHashSet(Site.Host.Paths.Comparer)));
        if (await ServiceWork.RestAsync(context, through, cancellationToken) is { } hangs)
        {
            throw new HostException($"{hangs} It works on a held {queue.Words.Item}, and nothing passes it.");
        }

        await ServiceWork.StartAsync(context, through, cancellationToken);
    }

    private async Task<string?> StopAsync(CancellationToken cancellationToken)
    {
        var hangs = queue.NeedsStop ? await ServiceWork.RestAsync(context, queue.Record.Service, cancellationToken) : null;
        _stoppedAt = await Site.NewestEventAsync(cancellationToken);
        return hangs;
    }

    private async Task<Ending> LeaveAsync(
        List<MessageRecord> stuck,
        string what,
        SearchManifest? outline,
        CancellationToken cancellationToken
    )
    {
        await CountAsync(cancellationToken);
        return Report(RoundVerdict.Unknown, Stuck(stuck, what), outline);
    }

    private string Stuck(List<MessageRecord> stuck, string what) =>
        $"{queue.Words.Count(stuck.Count)} {what}, the first is {stuck[0].Name}: {_holding.Refusal} Nothing was started.";
}
