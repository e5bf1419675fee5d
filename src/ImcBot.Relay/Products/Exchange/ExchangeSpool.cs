using System.Text.RegularExpressions;
using ImcBot.Relay.Actions;
using ImcBot.Relay.General;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Products.Exchange.Messages;

namespace ImcBot.Relay.Products.Exchange;

/// <summary>
/// A spool folder of the Internet Mail Service, <c>In</c> or <c>Out</c>: one file is one message, <c>Queue.dat</c> beside it is the index,
/// undelivered mail goes to <c>Archive</c>.
/// </summary>
internal sealed partial class ExchangeSpool(Site site, string folder) : FolderItems(site, stems: false), IQueue
{
    public const string Use = "exchange.spool";

    /// <summary>Throws <see cref="HostException"/> for any other folder than <c>In</c> and <c>Out</c>.</summary>
    public static async Task<ExchangeSpool> OpenAsync(Site site, string name, CancellationToken cancellationToken) =>
        new(
            site,
            PathGrammar.Windows.Join(
                await site.ImcdataAsync(cancellationToken),
                name.ToLowerInvariant() switch
                {
                    "in" => "In",
                    "out" => "Out",
                    var other => throw new HostException($"'{other}' is no folder whose mail can be held; use In or Out."),
                }
            )
        );

    public QueueRecord Record => new(Use, Installation.ImcService);

    public QueueWords Words => new("the Internet Mail Service", PathGrammar.Windows.Name(folder), "message", "mail");

    public string Folder => folder;

    public IReadOnlyList<string> Touches => [folder, Imcdata];

    private string Imcdata => folder[..folder.LastIndexOf('\\')];

    public string? Index => Queue.FileName;

    public async Task<IReadOnlyDictionary<string, string>> ObserveAsync(CancellationToken cancellationToken) =>
        Effects.Seen(("RootDir", await Site.ImcdataAsync(cancellationToken)));

    /// <summary>
    /// Names in In\Archive. Where Message Archival copies delivered mail there too, only those that an event says failed.
    /// </summary>
    public async Task<HashSet<string>> UndeliveredAsync(SearchRecord search, CancellationToken cancellationToken)
    {
        var names = await NamesAsync(PathGrammar.Windows.Join(folder, "Archive"), cancellationToken);
        var level = (await Site.Host.Registry.ValuesAsync(Installation.ImcDiagnostics, cancellationToken)).FirstOrDefault(value =>
            value.Kind == ValueKind.Dword && ArchivalName().IsMatch(value.Name)
        );
        if (names.Count > 0 && level is not null && level.Text != "0")
        {
            var failed = (await Site.EventsAsync(search.EventsAfter, cancellationToken))
                .Where(entry => entry.NamesMessage())
                .SelectMany(entry => entry.Names());
            names.IntersectWith(failed);
        }

        return names;
    }

    public IItemReader Reader(string folder) => new SpoolReader(Site, folder);

    public async Task<IReadOnlyList<(string Name, string Value)>?> HeadersAsync(Stream item, CancellationToken cancellationToken) =>
        await ShownHeaders.ReadAsync(item, cancellationToken);

    public string Readme(SearchRecord search) =>
        $"""
            Mail held by ImcBot for {search.Question} (Microsoft KB Q317653, resolution 4).

            The files in
              {search.Folder}
            are Internet mail. They were moved here from
              {search.Spool}
            to find the message that stops the information store. Nothing was deleted.
            manifest.json lists every file that was held, with size and SHA-256. A file that
            is in the list and not here has been put back since.

            To put everything back by hand, at a command prompt on this server:
              net stop MSExchangeIMC
              move "{search.Folder}\*" "{search.Spool}"
              ren "{search.Spool[..search.Spool.LastIndexOf('\\')]}\{Queue.FileName}" Queue.old
              net start MSExchangeIS
              net start MSExchangeIMC
            If the service stops again, a bad message is among them: move a part of the files
            at a time. Do not put Queue.r1.dat, Queue.r2.dat and so on back.

            """;

    public Task<int> SetIndexAsideAsync(IHostWriter writer, int from, CancellationToken cancellationToken) =>
        Queue.SetAsideAsync(writer, Imcdata, from, cancellationToken);

    [GeneratedRegex(@"^(\d+ )?Message Archival$", RegexOptions.IgnoreCase)]
    private static partial Regex ArchivalName();

    /// <summary>Hash, defects and sender's domain of one message after the other.</summary>
    private sealed class SpoolReader(Site site, string folder) : IItemReader
    {
        private readonly MessageScanner _scanner = new();

        public async Task<ItemDescription> ReadAsync(string item, CancellationToken cancellationToken)
        {
            await using var content = await site.Host.Files.OpenAsync(PathGrammar.Windows.Join(folder, item), cancellationToken);
            return await _scanner.ScanAsync(content, cancellationToken);
        }
    }
}
