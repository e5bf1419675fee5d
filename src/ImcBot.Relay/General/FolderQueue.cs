using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.General;

/// <summary>A folder whose files are a service's work, whatever the service is. What is gone from it was taken.</summary>
internal sealed class FolderQueue(Site site, string service, string folder, bool stems) : FolderItems(site, stems), IQueue
{
    public const string Use = "folder";

    public QueueRecord Record => new(Use, service, Stems);

    public QueueWords Words => new(service, Site.Host.Paths.Name(folder));

    public string Folder => folder;

    public string? Index => null;

    public Task<IReadOnlyDictionary<string, string>> ObserveAsync(CancellationToken cancellationToken) =>
        Task.FromResult(Effects.Seen(("queue", folder)));

    public Task<HashSet<string>> UndeliveredAsync(SearchRecord search, CancellationToken cancellationToken) =>
        Task.FromResult(new HashSet<string>(Site.Host.Paths.Comparer));

    public IItemReader Reader(string folder) => new HashReader(this, folder);

    public string Readme(SearchRecord search) =>
        $"""
            Items held by ImcBot for {search.Question}.

            The files in
              {search.Folder}
            are the work of the service {service}. They were moved here from
              {search.Spool}
            to find the one that stops it. Nothing was deleted.
            manifest.json lists every item that was held, with size and SHA-256. An item that
            is in the list and not here has been put back since.

            To put everything back by hand, at a command prompt on this server:
              net stop "{service}"
              move "{search.Folder}\*" "{search.Spool}"
              net start "{service}"
            If the service stops again, a bad item is among them: move a part of the files
            at a time.

            """;

    public Task<int> SetIndexAsideAsync(IHostWriter writer, int from, CancellationToken cancellationToken) => Task.FromResult(from);

    /// <summary>Nothing is known of what makes such an item bad.</summary>
    private sealed class HashReader(FolderQueue queue, string folder) : IItemReader
    {
        public async Task<ItemDescription> ReadAsync(string item, CancellationToken cancellationToken) =>
            new(await queue.HashAsync(folder, item, cancellationToken), [], null);
    }
}
