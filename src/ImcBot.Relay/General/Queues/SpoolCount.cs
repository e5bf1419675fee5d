using System.Text.RegularExpressions;
using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Products.Exchange;

namespace ImcBot.Relay.General.Queues;

/// <summary>Finds out where each message of a search is, from the folders themselves. The ledger only says where it was last.</summary>
internal static partial class SpoolCount
{
    /// <summary>Brings the list up to date; what is new in In is appended as an arrival.</summary>
    /// <param name="countArrivals">False while nothing may be counted as new.</param>
    public static async Task RefreshAsync(Site site, SearchRecord search, List<MessageRecord> messages, bool countArrivals, CancellationToken cancellationToken)
    {
        // In before its archive: a file that the service archives meanwhile is then seen in at least one of them.
        var inSpool = await NamesAsync(site, search.Spool, cancellationToken);
        var archived = await ArchivedAsync(site, search, cancellationToken);
        var held = await NamesAsync(site, search.Folder, cancellationToken);
        for (var index = 0; index < messages.Count; index++)
        {
            var message = messages[index];
            var place = inSpool.Remove(message.Name) ? Place.In
                : held.Contains(message.Name) ? Place.Held
                : archived.Contains(message.Name) ? Place.Archived
                : message.Place is Place.In && !message.Exposed ? Place.Unknown
                : message.Place is Place.In ? Place.Accepted
                : message.Place is Place.Held ? Place.Unknown
                : message.Place;
            messages[index] = place == message.Place ? message : message with { Place = place };
        }

        if (countArrivals && inSpool.Count > 0)
        {
            foreach (var file in (await Spool.FilesAsync(site, search.Spool, cancellationToken)).Where(file => inSpool.Contains(file.Name)))
            {
                messages.Add(new MessageRecord(messages.Count, file.Name, file.Size, file.Modified, Place.In, Exposed: true, null, [], null));
            }
        }
    }

    public static IndexSet At(this IEnumerable<MessageRecord> messages, Place place) =>
        IndexSet.Of(messages.Where(message => message.Place == place).Select(message => message.Index));

    /// <summary>Every message in exactly one state.</summary>
    public static MessageCounts Counts(this IReadOnlyList<MessageRecord> messages, int found) => new(
        found, messages.Count - found, Count(messages, Place.In), Count(messages, Place.Held), Count(messages, Place.Accepted), Count(messages, Place.Archived),
        Count(messages, Place.Deleted), Count(messages, Place.Unknown));

    private static int Count(IReadOnlyList<MessageRecord> messages, Place place) => messages.Count(message => message.Place == place);

    /// <summary>Names in In\Archive. Where Message Archival copies delivered mail there too, only those that an event says failed.</summary>
    private static async Task<HashSet<string>> ArchivedAsync(Site site, SearchRecord search, CancellationToken cancellationToken)
    {
        var names = await NamesAsync(site, WindowsPath.Join(search.Spool, "Archive"), cancellationToken);
        var level = (await site.Host.Registry.ValuesAsync(Site.ImcDiagnostics, cancellationToken))
            .FirstOrDefault(value => value.Kind == ValueKind.Dword && ArchivalName().IsMatch(value.Name));
        if (names.Count > 0 && level is not null && level.Text != "0")
        {
            var failed = (await site.EventsAsync(search.EventsAfter, cancellationToken)).Where(entry => entry.NamesMessage()).SelectMany(entry => entry.Names());
            names.IntersectWith(failed);
        }

        return names;
    }

    private static async Task<HashSet<string>> NamesAsync(Site site, string folder, CancellationToken cancellationToken) =>
        new(await site.Host.Files.NamesAsync(folder, cancellationToken), StringComparer.OrdinalIgnoreCase);

    [GeneratedRegex(@"^(\d+ )?Message Archival$", RegexOptions.IgnoreCase)]
    private static partial Regex ArchivalName();
}
