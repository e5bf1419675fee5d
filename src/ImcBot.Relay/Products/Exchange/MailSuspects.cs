using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.General;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Products.Exchange;

/// <summary>
/// Q317653 resolution 4: does the evidence since the last healthy start point to a message? A file that 4182 or 12xxx names and that is
/// still in In does; so does a store that died while mail waits. 4117 alone does not: it names innocents when threads are starved
/// (Q169686). Data: <c>named</c> (still in In), <c>storeDied</c> (how often), <c>storeDiedAt</c> (when, Unix microseconds of the server's
/// clock, the newest 100), <c>in</c>, <c>out</c>, <c>oldest</c> (Unix microseconds, 0 when empty), <c>archived</c> (in In\Archive though
/// 4117 only says that they could not be delivered).
/// </summary>
internal sealed class MailSuspects(RelayLedger ledger) : ICheck
{
    private const long Day = 86_400_000_000;

    public const string Use = "mail.suspects";

    public string Id => Use;

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var imcdata = await site.ImcdataAsync(cancellationToken);
        var spool = await FolderItems.FilesAsync(site, PathGrammar.Windows.Join(imcdata, "In"), cancellationToken);
        var outbound = await FolderItems.FilesAsync(site, PathGrammar.Windows.Join(imcdata, "Out"), cancellationToken);
        var archived = await Archive.UndeliveredAsync(site, cancellationToken);
        var yesterday = await site.Host.Machine.TimeAsync(cancellationToken) - Day;
        var events = (await site.EventsAsync(ledger.HealthySince(Installation.ImcService), cancellationToken))
            .Where(entry => entry.At >= yesterday)
            .ToList();

        var waiting = spool.Select(file => file.Name.ToUpperInvariant()).ToHashSet(StringComparer.Ordinal);
        var named = events
            .Where(entry => entry.NamesMessage() && entry.Id != 4117)
            .SelectMany(entry => entry.Names())
            .Where(waiting.Contains)
            .Distinct()
            .ToList();
        var died = site.CrashesIn(events);
        var deaths = died.Count;
        var points = named.Count > 0 || (deaths > 0 && spool.Count > 0);
        var said =
            named.Count > 0 ? $"Events name {string.Join(", ", named.Take(5))}, still in In"
            : points ? "No event names a message"
            : "No sign of a message that stops the store";
        var crashes = deaths > 0 ? $"; the store died {Words.Count(deaths, "time")} since mail last flowed" : "";
        return Finding.Of(
            Finding.When(!points),
            $"{said}{crashes}; {spool.Count} in In.",
            ("named", string.Join(',', named)),
            (CallArguments.CrashCount, deaths.ToString()),
            (CallArguments.CrashTimes, string.Join(',', died.TakeLast(100))),
            ("in", spool.Count.ToString()),
            ("out", outbound.Count.ToString()),
            ("oldest", (spool.Count == 0 ? 0 : spool[0].Modified).ToString()),
            ("archived", archived.Count.ToString())
        );
    }
}
