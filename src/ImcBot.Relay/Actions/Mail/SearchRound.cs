using ImcBot.Contracts;
using ImcBot.Relay.Actions.Checks;
using ImcBot.Relay.Actions.Services;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Actions.Mail;

/// <summary>One round of the search: hold, return or rest. What it cannot see it reports as unknown; every message is in exactly one state.</summary>
internal sealed class SearchRound
{
    private readonly Deed _deed;
    private readonly RoundOrder _order;
    private readonly List<MessageRecord> _messages;
    private readonly Holding _holding;
    private readonly long _begun;
    private IReadOnlyList<LogEvent> _events = [];
    private IndexSet _exposed;
    private IndexSet _acceptedBefore;
    private bool _storeDied;

    private SearchRound(Deed deed, SearchRecord search, List<MessageRecord> messages, RoundOrder order, long begun)
    {
        _deed = deed;
        _order = order;
        _messages = messages;
        _holding = new Holding(deed, search);
        _begun = begun;
        _acceptedBefore = messages.At(Place.Accepted);
    }

    private Site Site => _deed.Site;

    private SearchRecord Search => _holding.Search;

    /// <summary>Carries out an order.</summary>
    /// <param name="restart">Restarts that wait for the first start (a raised thread value); done while the mail service is stopped.</param>
    public static async Task<Ending> RunAsync(Deed deed, PlannedEffect effect, RoundOrder order, Func<Task> restart, CancellationToken cancellationToken)
    {
        var begun = deed.Site.Time.GetTimestamp();
        if (order.Kind == RoundKind.Hold)
        {
            return await HoldAsync(deed, effect, order, restart, begun, cancellationToken);
        }

        if (deed.Ledger.FindSearch(deed.Run.Question) is not { } search)
        {
            return new Ending(Verdict.Failed, $"{deed.Run.Question} holds no mail yet; the first round must hold it.");
        }

        if (order.Manifest is not null && order.Manifest != search.Digest)
        {
            return new Ending(Verdict.Failed, "The order is for another manifest; nothing was moved.");
        }

        var round = new SearchRound(deed, search, deed.Ledger.Messages(search.Question), order, begun);
        return order.Kind == RoundKind.Rest ? await round.RestAsync(cancellationToken) : await round.ReturnAsync(cancellationToken);
    }

    /// <summary>After the relay died in a round: finishes the move, goes to safe rest and tells what is true. Null when nothing had been moved.</summary>
    public static async Task<Ending?> RecoverAsync(Deed deed, RoundOrder order, CancellationToken cancellationToken)
    {
        if (deed.Ledger.FindSearch(deed.Run.Question) is not { } search)
        {
            return null;
        }

        var round = new SearchRound(deed, search, deed.Ledger.Messages(search.Question), order, deed.Site.Time.GetTimestamp());
        return await round.RestAsync(cancellationToken, unfinished: true);
    }

    private static async Task<Ending> HoldAsync(
        Deed deed, PlannedEffect effect, RoundOrder order, Func<Task> restart, long begun, CancellationToken cancellationToken)
    {
        if (deed.Ledger.FindSearch(deed.Run.Question) is not null)
        {
            return new Ending(Verdict.Failed, $"{deed.Run.Question} holds mail already.");
        }

        var spool = WindowsPath.Join(await deed.Site.ImcdataAsync(cancellationToken), "In");
        var running = (await deed.Site.ServiceAsync(Site.ImcService, cancellationToken)).State == ServiceState.Running;
        if (await ServiceWork.StopImcAsync(deed, cancellationToken) is { } hangs)
        {
            return new Ending(Verdict.Unknown, hangs);
        }

        var files = await Spool.FilesAsync(deed.Site, spool, cancellationToken);
        if (effect.Ceiling is { } ceiling && (files.Count > ceiling.Count || files.Sum(file => file.Size) > ceiling.Bytes))
        {
            var grown = $"In holds {files.Count} files, {Words.Bytes(files.Sum(file => file.Size))}; at most {ceiling.Count} files, {Words.Bytes(ceiling.Bytes)} were approved.";
            return new Ending(Verdict.Failed, $"Nothing was held: {grown}", grown);
        }

        var search = new SearchRecord(
            deed.Run.Question, files.Count, Folder(deed, spool), spool, null, 0, Resting: false, deed.Ledger.Mark(Marks.Healthy) ?? 0, null);
        List<MessageRecord> messages = [.. files.Select((file, index) =>
            new MessageRecord(index, file.Name, file.Size, file.Modified, Place.In, Exposed: false, null, [], null))];
        deed.Ledger.KeepSearch(search, messages);
        deed.KeepUndo(effect.Call, ("running", running ? "true" : "false"));
        await deed.Hands.CreateFolderAsync(search.Folder, cancellationToken);
        var round = new SearchRound(deed, search, messages, order, begun);
        var stuck = await round._holding.HoldAsync(messages, cancellationToken);
        await round._holding.SetQueueAsideAsync(cancellationToken);
        var outline = await round.ReadAsync(stuck, cancellationToken);
        if (stuck.Count > 0)
        {
            return round.Report(RoundVerdict.Unknown, $"{Words.Count(stuck.Count, "message")} in In could not be moved, the first is {stuck[0].Name}: something has them open. Nothing was started.", outline);
        }

        await restart();
        return await round.StartAsync(outline, cancellationToken);
    }

    private static string Folder(Deed deed, string spool)
    {
        var incident = $@"{WindowsPath.Volume(spool)}\{PathNames.HoldFolder}\INC-{deed.Run.Question.Incident}";
        var taken = deed.Ledger.Searches().Any(search => WindowsPath.IsWithin(search.Folder, incident));
        return taken ? $@"{incident}-{deed.Run.Question.Number}\in" : $@"{incident}\in";
    }

    /// <summary>Reads what is held: hash, defects, sender's domain; writes manifest and README; tells the outline.</summary>
    private async Task<SearchManifest> ReadAsync(IReadOnlyList<MessageRecord> stuck, CancellationToken cancellationToken)
    {
        await SpoolCount.RefreshAsync(Site, Search, _messages, countArrivals: false, cancellationToken);
        for (var index = 0; index < _messages.Count; index++)
        {
            if (_messages[index] is { Sha256: null, Place: Place.Held } message)
            {
                await using var content = await Site.Host.Files.OpenAsync(WindowsPath.Join(Search.Folder, message.Name), cancellationToken);
                var read = await MessageScanner.ScanAsync(content, cancellationToken);
                _messages[index] = message with { Sha256 = read.Sha256, Features = read.Features, SenderDomain = read.SenderDomain };
            }
        }

        foreach (var locked in stuck)
        {
            _messages[locked.Index] = _messages[locked.Index] with { Features = [Defect.LockedAfterCrash] };
        }

        var events = await Site.EventsAsync(Search.EventsAfter, cancellationToken);
        MarkNearest(events);
        var manifest = HoldPapers.Manifest(Search, _messages);
        await HoldPapers.WriteAsync(_deed, Search, manifest, cancellationToken);
        var digest = Plan.Digest(manifest);
        var search = Search with { Digest = digest };
        _holding.Learn(search);
        _deed.Ledger.KeepSearch(search, _messages);
        _deed.Ledger.Post(digest, manifest);
        return Outline(events);
    }

    private SearchManifest Outline(IReadOnlyList<LogEvent> events)
    {
        var found = _messages.Take(Search.Found).ToList();
        var named = Named(events);
        var weighed = found.Where(message => message.Features.Count > 0 || named.Contains(message.Index)).OrderByDescending(message => named.Contains(message.Index))
            .ThenByDescending(message => message.Features.Count).ThenBy(message => message.Index).Take(1000)
            .Select(message => new WeighedMessage(message.Index, message.Name, message.Size, message.Features, message.Arrived, Shortened(message.SenderDomain)));
        return new SearchManifest(found.Count, found.Sum(message => message.Size), Search.Digest!, Search.Folder, [.. weighed], named);
    }

    /// <summary>A thousand messages must fit into one report of 256 KB.</summary>
    private static string? Shortened(string? domain) => domain is { Length: > 64 } ? domain[^64..] : domain;

    /// <summary>The five messages that arrived last before the first failure.</summary>
    private void MarkNearest(IReadOnlyList<LogEvent> events)
    {
        if (events.FirstOrDefault(entry => entry.IsFatal()) is not { } failure)
        {
            return;
        }

        foreach (var near in _messages.Where(message => message.Arrived <= failure.At).OrderByDescending(message => message.Arrived).Take(5).ToList())
        {
            _messages[near.Index] = near with { Features = [.. near.Features, Defect.NearFirstFailure] };
        }
    }

    private async Task<Ending> ReturnAsync(CancellationToken cancellationToken)
    {
        if (await ServiceWork.StopImcAsync(_deed, cancellationToken) is { } hangs)
        {
            return Report(RoundVerdict.Hung, hangs);
        }

        await CountAsync(arrivals: true, cancellationToken);
        var stuck = await _holding.HoldAsync([.. _messages.Where(message => message.Place == Place.In && _order.Withdraw.Contains(message.Index))], cancellationToken);
        if (stuck.Count > 0)
        {
            await CountAsync(arrivals: true, cancellationToken);
            return Report(RoundVerdict.Unknown, $"{Words.Count(stuck.Count, "message")} could not be held again, the first is {stuck[0].Name}: something has it open. Nothing was started.");
        }

        await _holding.ReturnAsync([.. _messages.Where(message => message.Place is Place.Held or Place.Unknown && _order.Messages.Contains(message.Index))], cancellationToken);
        await _holding.SetQueueAsideAsync(cancellationToken);
        return await StartAsync(null, cancellationToken);
    }

    private async Task<Ending> RestAsync(CancellationToken cancellationToken, bool unfinished = false)
    {
        await CountAsync(arrivals: true, cancellationToken);
        var look = await Watch.LookAsync(Site, Site.ImcService, _deed.EventsAfter, cancellationToken);
        var mustHold = _messages.Exists(message => message.Place == Place.In && (_order.Withdraw.Contains(message.Index) || message.Index < Search.Found));
        var outline = Search.Digest is null ? await FinishHoldAsync(cancellationToken) : null;
        if (look.Wrong is null && !mustHold && !unfinished)
        {
            return Report(RoundVerdict.Ran, "At rest already: the service is up, what might be bad is held.", outline);
        }

        if (look.Wrong is null && !mustHold && outline is null)
        {
            return Report(RoundVerdict.Unknown, "The relay was restarted during this round; the service is up, what might be bad is held.", resting: true);
        }

        if (await ServiceWork.StopImcAsync(_deed, cancellationToken) is { } hangs)
        {
            return Report(RoundVerdict.Hung, hangs, outline);
        }

        await CountAsync(arrivals: true, cancellationToken);
        var stuck = await _holding.HoldAsync([.. _messages.Where(message => message.Place == Place.In)], cancellationToken);
        await _holding.SetQueueAsideAsync(cancellationToken);
        if (stuck.Count > 0)
        {
            await CountAsync(arrivals: true, cancellationToken);
            return Report(RoundVerdict.Unknown, $"{Words.Count(stuck.Count, "message")} could not be held, the first is {stuck[0].Name}: something has it open. Nothing was started.", outline);
        }

        return await StartAsync(outline, cancellationToken);
    }

    /// <summary>The relay died while it was holding: what is still in In is held now, then everything is read.</summary>
    private async Task<SearchManifest> FinishHoldAsync(CancellationToken cancellationToken)
    {
        var stuck = new List<MessageRecord>();
        if (await ServiceWork.StopImcAsync(_deed, cancellationToken) is null)
        {
            await _deed.Hands.CreateFolderAsync(Search.Folder, cancellationToken);
            stuck = await _holding.HoldAsync([.. _messages.Where(message => message.Place == Place.In)], cancellationToken);
        }

        return await ReadAsync(stuck, cancellationToken);
    }

    private async Task<Ending> StartAsync(SearchManifest? outline, CancellationToken cancellationToken)
    {
        await CountAsync(arrivals: true, cancellationToken);
        for (var index = 0; index < _messages.Count; index++)
        {
            _messages[index] = _messages[index] with { Exposed = _messages[index].Place == Place.In || _messages[index].Exposed };
        }

        _exposed = _messages.At(Place.In);
        _deed.Ledger.KeepMessages(Search.Question, _messages);
        var after = await Site.NewestEventAsync(cancellationToken);
        var wrong = await ServiceWork.StartImcAsync(_deed, cancellationToken);
        var (verdict, sentence) = wrong is null ? await WatchAsync(after, cancellationToken) : await FallenAsync(after, wrong, cancellationToken);
        await CountAsync(arrivals: true, cancellationToken);
        return Report(verdict, sentence, outline);
    }

    /// <summary>Until crash evidence, or nothing has happened for a watch time: all returned mail gone is "ran", some left without progress is not.</summary>
    private async Task<(RoundVerdict, string)> WatchAsync(long after, CancellationToken cancellationToken)
    {
        var progress = Site.Time.GetTimestamp();
        var left = int.MaxValue;
        while (true)
        {
            var look = await Watch.LookAsync(Site, Site.ImcService, after, cancellationToken);
            if (look.Wrong is { } wrong)
            {
                return await FallenAsync(after, wrong, cancellationToken);
            }

            _events = look.Events;
            await CountAsync(arrivals: true, cancellationToken);
            var now = _messages.Count(message => message.Place == Place.In && _exposed.Contains(message.Index));
            if (now < left)
            {
                (left, progress) = (now, Site.Time.GetTimestamp());
            }
            else if (Site.Time.GetElapsedTime(progress).TotalSeconds >= Site.Profile.WatchSeconds)
            {
                return left == 0 ? (RoundVerdict.Ran, _exposed.IsEmpty
                        ? $"The service has stayed up for {Site.Profile.WatchSeconds} s on an empty spool."
                        : $"The service has stayed up for {Site.Profile.WatchSeconds} s after the last returned message left In.")
                    : look.Events.Any(entry => entry.IsBlocked()) ? (RoundVerdict.Unknown, $"{left} messages stay in In, but events tell of another reason (disk space or files that cannot be opened).")
                    : (RoundVerdict.Hung, $"{left} messages stay in In and nothing moves though the services run.");
            }

            await Site.PauseAsync(cancellationToken);
        }
    }

    private async Task<(RoundVerdict, string)> FallenAsync(long after, string wrong, CancellationToken cancellationToken)
    {
        var seen = await Watch.FallenAsync(Site, Site.ImcService, after, cancellationToken);
        _events = seen.Events;
        _storeDied = seen.StoreDied;
        _deed.Crashes += seen.StoreDied ? 1 : 0;
        var state = (await Site.ServiceAsync(Site.ImcService, cancellationToken)).State;
        return state is ServiceState.StartPending or ServiceState.StopPending
            ? (RoundVerdict.Hung, $"{Site.ImcService} is stuck: {Words.Of(state)}.")
            : (RoundVerdict.Crashed, $"The service went down: {wrong.TrimEnd('.')}.");
    }

    private async Task CountAsync(bool arrivals, CancellationToken cancellationToken)
    {
        var before = _messages.ToList();
        await SpoolCount.RefreshAsync(Site, Search, _messages, arrivals, cancellationToken);
        _deed.Ledger.KeepMessages(Search.Question, _messages.Where((message, index) => index >= before.Count || message != before[index]));
        if (Search.FirstAcceptedAt is null && _messages.Exists(message => message.Place == Place.Accepted))
        {
            _holding.Learn(Search with { FirstAcceptedAt = Clock.Micros(Site.Time.GetUtcNow()) });
        }
    }

    private Ending Report(RoundVerdict verdict, string sentence, SearchManifest? outline = null, bool resting = false)
    {
        var search = Search with { Resting = resting || verdict == RoundVerdict.Ran };
        _deed.Ledger.KeepSearch(search);
        var accepted = _messages.At(Place.Accepted);
        var inSpool = _messages.At(Place.In);
        var named = Named(_events);
        var first = FirstUnaccepted(accepted.Except(_acceptedBefore).Intersect(_exposed), inSpool.Intersect(_exposed));
        var failed = verdict is RoundVerdict.Crashed or RoundVerdict.Hung;
        var inFlight = !failed ? IndexSet.Empty
            : first is { } index ? named.Union(IndexSet.Of(index)).Intersect(_exposed)
            : named.IsEmpty ? inSpool.Intersect(_exposed) : named.Intersect(_exposed);
        _deed.Round = new RoundReport(
            _order.Kind, verdict, outline, accepted, inSpool, _messages.At(Place.Archived), named, inFlight, _messages.Count - Search.Found,
            failed ? first : null, _storeDied, Site.Time.GetElapsedTime(_begun).TotalSeconds, _messages.Counts(Search.Found), Search.FirstAcceptedAt);
        return new Ending(verdict switch { RoundVerdict.Ran => Verdict.Clear, RoundVerdict.Unknown => Verdict.Unknown, _ => Verdict.Finding }, sentence);
    }

    private IndexSet Named(IEnumerable<LogEvent> events)
    {
        var names = events.Where(entry => entry.NamesMessage()).SelectMany(entry => entry.Names()).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return IndexSet.Of(_messages.Where(message => names.Contains(message.Name)).Select(message => message.Index));
    }

    /// <summary>Order of delivery can be seen when everything accepted in this round came before everything that is left.</summary>
    private static int? FirstUnaccepted(IndexSet accepted, IndexSet left) =>
        left.IsEmpty || (accepted.IsEmpty && left.Count > 1) || (!accepted.IsEmpty && accepted.Max() > left.Min()) ? null : left.Min();
}
