using System.Text.RegularExpressions;
using ImcBot.Relay.Actions;
using ImcBot.Relay.General;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Products.Exchange.Messages;

namespace ImcBot.Relay.Products.Exchange;

/// <summary>A spool folder of the Internet Mail Service, <c>In</c> or <c>Out</c>: one file is one message, <c>Queue.dat</c> beside it is the index, undelivered mail goes to <c>Archive</c>.</summary>
internal sealed partial class ExchangeSpool(Site site, string folder) : IQueue
{
    public const string Use = "exchange.spool";

    private readonly FolderItems _items = new(site, stems: false);

    public static async Task<ExchangeSpool> OpenAsync(Site site, string name, CancellationToken cancellationToken) =>
        new(site, WindowsPath.Join(await site.ImcdataAsync(cancellationToken), name));

    public QueueRecord Record => new(Use, Site.ImcService);

    public QueueWords Words => new("the Internet Mail Service", WindowsPath.Name(folder));

    public string Folder => folder;

    public bool NeedsStop => true;

    public string? Index => Queue.FileName;

    public async Task<IReadOnlyDictionary<string, string>> ObserveAsync(CancellationToken cancellationToken) =>
        Effects.Seen(("RootDir", await site.ImcdataAsync(cancellationToken)));

    public Task<List<FileEntry>> FilesAsync(string folder, CancellationToken cancellationToken) => _items.FilesAsync(folder, cancellationToken);

    public string ItemOf(string fileName) => fileName;

    public Task<HashSet<string>> NamesAsync(string folder, CancellationToken cancellationToken) => _items.NamesAsync(folder, cancellationToken);

    /// <summary>Names in In\Archive. Where Message Archival copies delivered mail there too, only those that an event says failed.</summary>
    public async Task<HashSet<string>> UndeliveredAsync(SearchRecord search, CancellationToken cancellationToken)
    {
        var names = await NamesAsync(WindowsPath.Join(folder, "Archive"), cancellationToken);
        var level = (await site.Host.Registry.ValuesAsync(Site.ImcDiagnostics, cancellationToken))
            .FirstOrDefault(value => value.Kind == ValueKind.Dword && ArchivalName().IsMatch(value.Name));
        if (names.Count > 0 && level is not null && level.Text != "0")
        {
            var failed = (await site.EventsAsync(search.EventsAfter, cancellationToken)).Where(entry => entry.NamesMessage()).SelectMany(entry => entry.Names());
            names.IntersectWith(failed);
        }

        return names;
    }

    public IItemReader Reader(string folder) => new SpoolReader(site, folder);

    public Task<IReadOnlyList<FileResult>> MoveAsync(IHands hands, IReadOnlyList<string> items, string from, string to, CancellationToken cancellationToken) =>
        _items.MoveAsync(hands, items, from, to, cancellationToken);

    public Task<int> SetIndexAsideAsync(IHands hands, int from, CancellationToken cancellationToken) =>
        Queue.SetAsideAsync(hands, folder[..folder.LastIndexOf('\\')], from, cancellationToken);

    [GeneratedRegex(@"^(\d+ )?Message Archival$", RegexOptions.IgnoreCase)]
    private static partial Regex ArchivalName();

    /// <summary>Hash, defects and sender's domain of one message after the other.</summary>
    private sealed class SpoolReader(Site site, string folder) : IItemReader
    {
        private readonly MessageScanner _scanner = new();

        public async Task<ItemDescription> ReadAsync(string item, CancellationToken cancellationToken)
        {
            await using var content = await site.Host.Files.OpenAsync(WindowsPath.Join(folder, item), cancellationToken);
            var read = await _scanner.ScanAsync(content, cancellationToken);
            return new ItemDescription(read.Sha256, read.Features, read.SenderDomain);
        }
    }
}
