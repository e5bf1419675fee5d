using System.Collections.Concurrent;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Products.Exchange.Messages;

namespace ImcBot.Relay.Products.Postfix;

/// <summary>
/// The queue of a Postfix, held and released by postsuper(1) while it runs: what is held in the middle of a delivery is delivered once,
/// what a stop breaks off is delivered twice. Held mail lies in Postfix's own <c>hold</c>, where other hands hold mail too: only items of
/// one's own manifest are touched. An item is known by its queue id; where those are short and given anew, by size and arrival as well (the
/// inode is part of a short id).
/// </summary>
/// <param name="folder">queue_directory, in full.</param>
internal sealed partial class PostfixQueue(Site site, QueueRecord record, string folder) : IQueue
{
    public const string Use = "postfix.queue";

    /// <summary>The value of <c>items</c> for mail that waits for a content filter.</summary>
    public const string OfFilter = "filter";

    /// <summary>The value of <c>through</c> where nothing is to be started again when it hangs on a message.</summary>
    public const string Nothing = "none";

    private const string QueueDirectory = "queue_directory",
        HashedNames = "hash_queue_names";

    private const string Hold = "hold";

    private static readonly string[] Moving = ["incoming", "active", "deferred"];

    private readonly ConcurrentDictionary<string, ReadMail> _read = new(StringComparer.Ordinal);
    private readonly HashSet<string> _done = new(StringComparer.Ordinal);
    private readonly DeliveryLog _log = new(site, record.Service);
    private PostfixInstance? _instance;
    private IReadOnlyDictionary<string, string>? _layout;
    private IReadOnlyList<QueuedMail> _listed = [];
    private Task<HashSet<string>>? _failed;

    public static async Task<PostfixQueue> OpenAsync(
        Site site,
        string service,
        string? items,
        string? through,
        CancellationToken cancellationToken,
        IReadOnlyDictionary<string, string>? seen = null
    )
    {
        if (items is not (null or "all" or OfFilter))
        {
            throw new HostException(
                $"'{items}' is no part of a queue of Postfix; use 'all', or '{OfFilter}' for what waits for a content filter."
            );
        }

        var instance = await PostfixInstance.OfAsync(site, service, cancellationToken);
        var layout = seen is not null && seen.ContainsKey(HashedNames) ? seen : await LayoutAsync(instance, cancellationToken);
        return new PostfixQueue(
            site,
            new QueueRecord(Use, service) { Part = items is OfFilter ? OfFilter : null, Through = through is Nothing ? null : through },
            layout[QueueDirectory]
        )
        {
            _instance = instance,
            _layout = layout,
        };
    }

    public QueueRecord Record => record;

    public QueueWords Words => new(record.Service, "the queue", "message", "mail");

    public string Folder => folder;

    /// <summary>Beside the queue, where its papers are found.</summary>
    public string HoldRoot => site.Host.Paths.Join(site.Host.Paths.Folder(folder), PathNames.HoldFolder);

    public bool NeedsStop => false;

    public bool SharesHold => true;

    public string Log => record.Service;

    public int Batch => 100_000;

    public string? Index => null;

    private string Held => site.Host.Paths.Join(folder, Hold);

    public async Task<IReadOnlyDictionary<string, string>> ObserveAsync(CancellationToken cancellationToken) =>
        _layout ??= await LayoutAsync(await InstanceAsync(cancellationToken), cancellationToken);

    /// <summary>Where the queue is, and which of its parts have folders below them.</summary>
    private static async Task<IReadOnlyDictionary<string, string>> LayoutAsync(
        PostfixInstance instance,
        CancellationToken cancellationToken
    )
    {
        var program = instance.Program("postconf", "-x", "-h", QueueDirectory, HashedNames);
        var values = (await instance.AskAsync(program, cancellationToken)).Split('\n');
        return Effects.Seen((QueueDirectory, values[0].Trim()), (HashedNames, values.ElementAtOrDefault(1)?.Trim() ?? ""));
    }

    public string ItemOf(string fileName) => fileName;

    public string PlaceOf(string folder) => IsQueue(folder) ? folder : Held;

    public async Task<List<FileEntry>> FilesAsync(string folder, CancellationToken cancellationToken)
    {
        if (!IsQueue(folder))
        {
            return await PartAsync(Hold, cancellationToken);
        }

        var listing = QueuedMail.ListAsync(await InstanceAsync(cancellationToken), cancellationToken);
        var meant = await NamesAsync(folder, cancellationToken);
        _listed = await listing;
        return
        [
            .. _listed
                .Where(mail => Moving.Contains(mail.Queue, StringComparer.Ordinal) && meant.Contains(mail.Id))
                .OrderBy(mail => mail.Arrived)
                .ThenBy(mail => mail.Id, StringComparer.Ordinal)
                .Select(mail => new FileEntry(site.Host.Paths.Join(folder, mail.Id), mail.Size, mail.Arrived * 1_000_000, mail.Id, false)),
        ];
    }

    public async Task<HashSet<string>> NamesAsync(string folder, CancellationToken cancellationToken)
    {
        if (!IsQueue(folder))
        {
            return await NamesInAsync(Hold, cancellationToken);
        }

        var waiting = (await WaitingAsync(cancellationToken)).DistinctBy(file => file.Name, StringComparer.Ordinal).ToList();
        if (record.Part is not null)
        {
            await ReadAsync(waiting, cancellationToken);
            waiting.RemoveAll(file => !_read.TryGetValue(file.Name, out var read) || !read.IsFiltered);
        }

        return waiting.Select(file => file.Name).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>What Postfix could not read lies in <c>corrupt</c>, and goes nowhere from there.</summary>
    public Task<HashSet<string>> UndeliveredAsync(SearchRecord search, CancellationToken cancellationToken) =>
        NamesInAsync("corrupt", cancellationToken);

    /// <summary>
    /// What the log says was sent, or its sender told of, and has left the queue; and of what is held, that of which all recipients were
    /// dealt with while it was being held. Where the journal has suppressed lines, the proof is missing, and what is gone is unknown.
    /// </summary>
    public async Task<IReadOnlySet<string>?> SettledAsync(
        SearchRecord search,
        IReadOnlyList<QueueItem> held,
        CancellationToken cancellationToken
    )
    {
        await _log.ReadOnAsync(search.EventsAfter, cancellationToken);
        var there = await NamesAsync(Held, cancellationToken);
        foreach (var item in held.Where(item => _log.Told.Contains(item.Name) && there.Contains(item.Name) && !_done.Contains(item.Name)))
        {
            if (await HeldAsync(item.Name, cancellationToken) is { Waiting: 0, DoneWith: > 0 } file && IsOf(item, file))
            {
                _done.Add(item.Name);
            }
        }

        return _log.Settled.Concat(_done).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>A daemon that delivers a message has its file open.</summary>
    public async Task<IReadOnlySet<string>> InWorkAsync(IReadOnlyList<QueueItem> held, CancellationToken cancellationToken)
    {
        var names = held.Select(item => item.Name).ToHashSet(StringComparer.Ordinal);
        var files = (await PartAsync(Hold, cancellationToken))
            .Concat(await WaitingAsync(cancellationToken))
            .Where(file => names.Contains(file.Name))
            .Select(file => file.Path)
            .ToList();
        return (await site.Host.Files.InUseAsync(files, cancellationToken)).Select(site.Host.Paths.Name).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>
    /// Held mail does not expire; once released it does. From half of that time on, what is released may be sent back to its sender. Where
    /// that time cannot be told, that is the caution.
    /// </summary>
    public async Task<string?> CautionAsync(IReadOnlyList<QueueItem> items, CancellationToken cancellationToken)
    {
        if (items.Count == 0)
        {
            return null;
        }

        TimeSpan lifetime;
        try
        {
            var instance = await InstanceAsync(cancellationToken);
            lifetime = PostfixTime.Read(await instance.SettingAsync("maximal_queue_lifetime", cancellationToken), 'd');
        }
        catch (HostException exception)
        {
            return $"when what is released may go back to its sender is not known: {exception.Message.TrimEnd('.')}";
        }

        var oldest = DateTimeOffset.FromUnixTimeMilliseconds(items.Min(item => item.Arrived) / 1000);
        var now = DateTimeOffset.FromUnixTimeMilliseconds(await site.Host.Machine.TimeAsync(cancellationToken) / 1000);
        var warning =
            now - oldest < lifetime / 2
                ? ""
                : ", and half of that is over: postsuper -r gives it a new lifetime, but rewrites it and has it filtered again, without "
                    + "milters";
        return $"what is released after {oldest + lifetime:yyyy-MM-dd HH:mm} UTC may go back to its sender (maximal_queue_lifetime)"
            + warning;
    }

    public IItemReader Reader(string folder) => new MailReader(this);

    public async Task<IReadOnlyList<(string Name, string Value)>?> HeadersAsync(Stream item, CancellationToken cancellationToken) =>
        ShownHeaders.Of((await QueueFile.ReadAsync(item, cancellationToken)).Header);

    public string Readme(SearchRecord search) =>
        $"""
            Mail held by ImcBot for {search.Question}.

            The messages that manifest.json lists are held by Postfix itself, in
              {Held}
            to find the one that its filter fails on. Nothing was deleted, and Postfix runs on.
            A message that is in the list and not there has been released or delivered since.

            To release one of them by hand, as root (the folder of the settings is that of
            the instance that {record.Service} is):
              postsuper -c FOLDER -H QUEUEID
              postqueue -c FOLDER -i QUEUEID
            Never release ALL: other mail may be held there for other reasons. If the filter
            fails again, a bad message is among them: release a part at a time.

            """;

    public Task<int> SetIndexAsideAsync(IHostWriter writer, int from, CancellationToken cancellationToken) => Task.FromResult(from);

    private bool IsQueue(string one) => site.Host.Paths.Same(one, folder);

    private async Task<PostfixInstance> InstanceAsync(CancellationToken cancellationToken) =>
        _instance ??= await PostfixInstance.OfAsync(site, record.Service, cancellationToken);
}
