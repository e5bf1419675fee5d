using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Queues;

/// <content>What the held items are: hashes, defects, papers, outline.</content>
internal sealed partial class SearchRound
{
    /// <summary>
    /// Waits until what is held has been read: hash, defects, sender's domain; writes manifest and README; tells the outline.
    /// </summary>
    private async Task<SearchManifest> ReadAsync(IReadOnlyList<MessageRecord> stuck, CancellationToken cancellationToken)
    {
        foreach (var message in await _reading.FinishAsync())
        {
            _messages[message.Index] = message;
        }

        foreach (var locked in stuck.Where(_ => _holding.IsOpen))
        {
            _messages[locked.Index] = _messages[locked.Index] with { Features = [Defect.LockedAfterCrash] };
        }

        var events = await Site.EventsAsync(Search.EventsAfter, cancellationToken);
        MarkNearest(events);
        var manifest = HoldManifest.Manifest(Search, _messages);
        await HoldManifest.WriteAsync(context, Search, manifest, cancellationToken);
        _holding.Learn(Search with { Digest = ContentDigest.Of(manifest.Span) });
        context.Ledger.KeepRead(Search, _messages, manifest);
        return Outline(events);
    }

    private SearchManifest Outline(IReadOnlyList<LogEvent> events)
    {
        var found = _messages.Take(Search.Found).ToList();
        var named = Named(events);
        var weighed = found
            .Where(message => message.Features.Count > 0 || named.Contains(message.Index))
            .OrderByDescending(message => named.Contains(message.Index))
            .ThenByDescending(message => message.Features.Count)
            .ThenBy(message => message.Index)
            .Take(1000)
            .Select(message => new WeighedMessage(
                message.Index,
                message.Name,
                message.Size,
                message.Features,
                message.Arrived,
                Shortened(message.SenderDomain)
            ));
        var place = queue.PlaceOf(Search.Folder);
        return new SearchManifest(found.Count, found.Sum(message => message.Size), Search.Digest!, place, [.. weighed], named);
    }

    /// <summary>A thousand messages must fit into one report of 256 KB.</summary>
    private static string? Shortened(string? domain) => domain is { Length: > 64 } ? domain[^64..] : domain;

    /// <summary>The five messages that arrived last before the first failure.</summary>
    private void MarkNearest(IReadOnlyList<LogEvent> events)
    {
        if (events.FirstOrDefault(Site.IsFatal) is not { } failure)
        {
            return;
        }

        foreach (
            var near in _messages
                .Where(message => message.Arrived <= failure.At)
                .OrderByDescending(message => message.Arrived)
                .Take(5)
                .ToList()
        )
        {
            _messages[near.Index] = near with { Features = [.. near.Features, Defect.NearFirstFailure] };
        }
    }

    /// <summary>The relay died while it was holding: what is still in In is held now, then everything is read.</summary>
    private async Task<SearchManifest> FinishHoldAsync(CancellationToken cancellationToken)
    {
        var stuck = new List<MessageRecord>();
        if (await StopAsync(cancellationToken) is null)
        {
            await context.Writer.CreateFolderAsync(Search.Folder, cancellationToken);
            stuck = await _holding.HoldAsync([.. _messages.Where(message => message.Place == Place.In)], cancellationToken);
            await LetGoAsync(cancellationToken);
        }

        await ItemPlaces.RefreshAsync(queue, Search, _messages, countArrivals: false, cancellationToken);
        _reading.Add([.. _messages.Where(message => message is { Sha256: null, Place: Place.Held })], cancellationToken);
        return await ReadAsync(stuck, cancellationToken);
    }
}
