using ImcBot.Contracts;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Actions;

/// <summary>
/// Where a service keeps its work. A search holds its items, releases them, and asks where each is; what an item is made of only the queue
/// knows. An item is known by its name.
/// </summary>
internal interface IQueue
{
    /// <summary>What the ledger keeps, so that the same queue is opened again.</summary>
    QueueRecord Record { get; }

    QueueWords Words { get; }

    /// <summary>Where its items wait, in full.</summary>
    string Folder { get; }

    /// <summary>The folders whose files are moved with its items, in full: its own, and where its index lies.</summary>
    IReadOnlyList<string> Touches => [Folder];

    /// <summary>Where its hold folders are made, in full; null: on the volume that it lies on, or that is asked for.</summary>
    string? HoldRoot => null;

    /// <summary>
    /// Whether items may be held and released only while the service is stopped. Where not, the service goes on while they are, and held
    /// items stay where the service keeps them: the hold folder has papers alone.
    /// </summary>
    bool NeedsStop { get; }

    /// <summary>
    /// Whether others hold items in the same place. What lies there is then a search's own only where the ledger says that the search held
    /// it.
    /// </summary>
    bool SharesHold => false;

    /// <summary>The log of the server that tells of its items.</summary>
    string Log => Site.ApplicationLog;

    /// <summary>How many items are moved at once at most.</summary>
    int Batch => 1000;

    /// <summary>
    /// Name of the file by which the service finds its items: set aside before each start, because it points to items that have gone. Null
    /// where there is none.
    /// </summary>
    string? Index { get; }

    /// <summary>What moving its items does not touch: beside items only an index is moved.</summary>
    IReadOnlyList<Trait> Spares => Index is null ? [Trait.Files] : [];

    /// <summary>What must still be so when an approved search begins.</summary>
    Task<IReadOnlyDictionary<string, string>> ObserveAsync(CancellationToken cancellationToken);

    /// <summary>
    /// The files of the items that lie in a folder, its own or that of a hold, in order of arrival; none when it is missing.
    /// </summary>
    Task<List<FileEntry>> FilesAsync(string folder, CancellationToken cancellationToken);

    /// <summary>Where the items lie that were moved to a folder, in full: in that folder, unless the service keeps them itself.</summary>
    string PlaceOf(string folder) => folder;

    /// <summary>The file of an item of one file, in full.</summary>
    Task<string> PathAsync(string folder, string item, CancellationToken cancellationToken) =>
        Task.FromResult(PathGrammar.Of(folder).Join(PlaceOf(folder), item));

    /// <summary>The item that a file belongs to.</summary>
    string ItemOf(string fileName);

    /// <summary>Names of the items in a folder.</summary>
    Task<HashSet<string>> NamesAsync(string folder, CancellationToken cancellationToken);

    /// <summary>Names of items that the service has put aside undelivered: they are neither waiting nor taken.</summary>
    Task<HashSet<string>> UndeliveredAsync(SearchRecord search, CancellationToken cancellationToken);

    /// <summary>
    /// Names of items that the service has dealt with, by what it says itself; null where an item that is gone counts as taken. What is
    /// gone and not among them is unknown.
    /// </summary>
    /// <param name="held">What the search held, whether or not it is still held.</param>
    Task<IReadOnlySet<string>?> SettledAsync(SearchRecord search, IReadOnlyList<QueueItem> held, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlySet<string>?>(null);

    /// <summary>Which of these held items the service still works on, because it had them when they were held.</summary>
    Task<IReadOnlySet<string>> InWorkAsync(IReadOnlyList<QueueItem> held, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlySet<string>>(new HashSet<string>(StringComparer.Ordinal));

    /// <summary>
    /// What of these waiting items is to be held back, and what was read of the others, where the service goes on and names itself which
    /// ones it fails on: the others may then go at once. Null where it names none, or all.
    /// </summary>
    Task<Triage?> TriageAsync(IReadOnlyList<QueueItem> items, CancellationToken cancellationToken) => Task.FromResult<Triage?>(null);

    /// <summary>Has the service try these waiting items now, whatever it had put off.</summary>
    Task WakeAsync(IHostWriter writer, IReadOnlyList<QueueItem> waiting, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// What people must know before these items are held or released, as the end of a sentence; null where there is nothing.
    /// </summary>
    Task<string?> CautionAsync(IReadOnlyList<QueueItem> items, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    /// <summary>Describes held items one after the other; one reader serves one caller at a time.</summary>
    IItemReader Reader(string folder);

    /// <summary>
    /// Moves items between its folder and a hold folder; never overwrites, and moves no other item that has such a name by now. An item
    /// goes whole or stays. One result for each, in order; <see cref="HostError.Exists"/> for what others hold already.
    /// </summary>
    Task<IReadOnlyList<FileResult>> MoveAsync(
        IHostWriter writer,
        IReadOnlyList<QueueItem> items,
        string from,
        string to,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Ends moves to its folder that broke off: an item that lies there and in the hold folder, with the same bytes, is no longer held.
    /// </summary>
    Task EndReturnsAsync(IHostWriter writer, string held, string folder, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>What of an item's head may be shown to one person; null where such items have none.</summary>
    Task<IReadOnlyList<(string Name, string Value)>?> HeadersAsync(Stream item, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<(string Name, string Value)>?>(null);

    /// <summary>What lies beside held items, so that a person can put everything back with nothing but a command prompt.</summary>
    string Readme(SearchRecord search);

    /// <summary>
    /// Sets the index aside under a name with the first free number from this one on. Throws <see cref="HostException"/> when it cannot be
    /// moved.
    /// </summary>
    /// <returns>The number; also when there was no index.</returns>
    Task<int> SetIndexAsideAsync(IHostWriter writer, int from, CancellationToken cancellationToken);
}

/// <summary>Reads held items.</summary>
internal interface IItemReader
{
    Task<ItemDescription> ReadAsync(string item, CancellationToken cancellationToken);
}

/// <summary>What is told of an item.</summary>
/// <param name="Sha256">Of all its bytes, lower-case hex.</param>
/// <param name="Features">Ids of what is suspicious about it.</param>
/// <param name="SenderDomain">Null where there is none, or it cannot be read.</param>
internal sealed record ItemDescription(string Sha256, IReadOnlyList<string> Features, string? SenderDomain);

/// <summary>Waiting items told apart before any is held.</summary>
/// <param name="Suspects">Names of those that the service fails on, and of the most suspicious besides.</param>
/// <param name="Others">What was read of each of the others, by name; one that has left the queue meanwhile is not among them.</param>
internal sealed record Triage(IReadOnlySet<string> Suspects, IReadOnlyDictionary<string, ItemDescription> Others);

/// <summary>How people read about a queue.</summary>
/// <param name="Service">Such as <c>the Internet Mail Service</c>.</param>
/// <param name="Place">Short, such as <c>In</c>.</param>
/// <param name="Item">One piece of it, such as <c>message</c>; several are called so with an s.</param>
/// <param name="Matter">What it holds as a whole, such as <c>mail</c>.</param>
internal sealed record QueueWords(string Service, string Place, string Item = "item", string Matter = "items")
{
    public string Count(int count) => Actions.Words.Count(count, Item);
}

/// <summary>One item that waits.</summary>
/// <param name="Arrived">Server clock, Unix microseconds.</param>
internal sealed record QueueItem(string Name, long Size, long Arrived)
{
    /// <summary>The items of some files, in the order of their first file.</summary>
    public static List<QueueItem> Of(IQueue queue, IEnumerable<FileEntry> files) =>
        [
            .. files
                .GroupBy(file => queue.ItemOf(file.Name), PathGrammar.Of(queue.Folder).Comparer)
                .Select(item => new QueueItem(item.Key, item.Sum(file => file.Size), item.Min(file => file.Modified))),
        ];
}
