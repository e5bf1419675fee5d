using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.General;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Products.Exchange;

/// <summary>
/// Returns mail that 4117 says went to In\Archive undelivered (Q230250): a starved store archives innocents (Q169686). What 4182 or 12xxx
/// names is left there. The plan lists the files; the start is an effect of its own.
/// </summary>
internal sealed class MailReplay : IWindowsAction
{
    private const int Most = 250;

    public string Id => Catalog.ItemsReplay;

    public bool? Resumes => true;

    public async Task<Footprint> FootprintAsync(Call call, Site site, CancellationToken cancellationToken) =>
        Footprint.OfService(Installation.ImcService) with
        {
            Folders = [await site.ImcdataAsync(cancellationToken)],
        };

    public async Task<PlannedEffect> PlanAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var files = await Archive.UndeliveredAsync(site, cancellationToken);
        if (files.Count == 0)
        {
            throw new HostException(@"No file in In\Archive is one that 4117 names.");
        }

        List<PlannedItem> items = [.. files.Take(Most).Select(file => new PlannedItem(file.Path, file.Size, file.Modified, file.Id))];
        return Effects.Of(
            call,
            $@"stop the Internet Mail Service if it runs; return {Words.Count(items.Count, "undelivered message")}, "
                + $@"{Words.Bytes(items.Sum(item => item.Size))}, from In\Archive to In; set Queue.dat aside",
            await ObserveAsync(call, site, cancellationToken),
            items: items,
            ceiling: new Ceiling(items.Count, items.Sum(item => item.Size)),
            services: await ServiceChange.StopIfRunningAsync(site, Installation.ImcService, cancellationToken)
        );
    }

    public async Task<IReadOnlyDictionary<string, string>> ObserveAsync(Call call, Site site, CancellationToken cancellationToken) =>
        Effects.Seen(("RootDir", await site.ImcdataAsync(cancellationToken)));

    public async Task<EffectOutcome> ActAsync(PlannedEffect effect, RunContext context, CancellationToken cancellationToken)
    {
        if (await ServiceWork.RestAsync(context, Installation.ImcService, cancellationToken) is { } hangs)
        {
            return new EffectOutcome(Id, Verdict.Unknown, hangs);
        }

        var imcdata = await context.Site.ImcdataAsync(cancellationToken);
        await Queue.SetAsideAsync(context.Writer, imcdata, 1, cancellationToken);
        var paths = PathGrammar.Windows;
        var moves = effect.Items.Select(item => new FileMove(item.Path, paths.Join(paths.Join(imcdata, "In"), paths.Name(item.Path))));
        var results = await context.Writer.MoveAsync([.. moves], cancellationToken);
        var back = results.Count(result => result.Done);
        var stuck = results.Where(result => !result.Done && result.Kind != HostError.NotFound).ToList();
        var left = stuck.Count == 0 ? "" : $" {stuck.Count} stay: {stuck[0].Error}";
        return new EffectOutcome(
            Id,
            stuck.Count == 0 ? Verdict.Clear : Verdict.Failed,
            $"{Words.Count(back, "undelivered message")} are back in In.{left}"
        );
    }
}

/// <summary>Where undelivered mail goes, and, with Message Archival, copies of delivered mail too.</summary>
internal static class Archive
{
    /// <summary>Files in In\Archive that 4117 names and nothing calls bad.</summary>
    public static async Task<List<FileEntry>> UndeliveredAsync(Site site, CancellationToken cancellationToken)
    {
        var folder = PathGrammar.Windows.Join(await site.ImcdataAsync(cancellationToken), @"In\Archive");
        var files = await FolderItems.FilesAsync(site, folder, cancellationToken);
        if (files.Count == 0)
        {
            return files;
        }

        var events = (await site.EventsAsync(0, cancellationToken)).Where(entry => entry.NamesMessage()).ToList();
        var undelivered = Names(4117);
        undelivered.ExceptWith(events.Where(entry => entry.Id != 4117).SelectMany(entry => entry.Names()));
        files.RemoveAll(file => !undelivered.Contains(file.Name));
        return files;

        HashSet<string> Names(int id) =>
            events.Where(entry => entry.Id == id).SelectMany(entry => entry.Names()).ToHashSet(StringComparer.OrdinalIgnoreCase);
    }
}
