using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.General;

/// <summary>What both deletions share: exactly the planned items, and only while they are unchanged.</summary>
internal static class Deletion
{
    /// <summary>A plan must fit into one report of 256 KB; the largest files come first, the rest waits for the next plan.</summary>
    private const int Most = 250;

    /// <summary>So many skipped files are told by name.</summary>
    private const int Named = 3;

    /// <summary>
    /// What lies behind a link is somebody else's and stays, as do records of who did what; so does what a process holds open, or what has
    /// another name: deleting it would free nothing.
    /// </summary>
    public static async Task<PlannedEffect> PlanAsync(
        Call call,
        Site site,
        IEnumerable<FileEntry> found,
        string where,
        CancellationToken cancellationToken
    )
    {
        var files = new List<FileEntry>();
        foreach (
            var folder in found
                .Where(file => !file.Folder && !AuditRecords.Is(file.Path))
                .GroupBy(file => site.Host.Paths.Folder(file.Path), site.Host.Paths.Comparer)
        )
        {
            files.AddRange(await site.Host.Files.LinkAsync(folder.Key, cancellationToken) is null ? folder : []);
        }

        var several = files.RemoveAll(file => file.Names > 1);
        var largest = files.OrderByDescending(file => file.Size).Take(Most).ToList();
        var open = await site.Host.Files.InUseAsync([.. largest.Select(file => file.Path)], cancellationToken);
        List<PlannedItem> items =
        [
            .. largest
                .Where(file => !open.Contains(file.Path))
                .Select(file => new PlannedItem(file.Path, file.Size, file.Modified, file.Id)),
        ];
        var kept =
            (open.Count == 0 ? "" : $", not {Words.Count(open.Count, "file")} that something holds open")
            + (several == 0 ? "" : $", not {Words.Count(several, "file")} with another name elsewhere");
        var rest = files.Count > Most ? $" (the largest of {files.Count})" : "";
        return Effects.Of(
            call,
            $"delete {Words.Count(items.Count, "file")}, {Words.Bytes(items.Sum(item => item.Size))}, {where}{rest}"
                + $"{kept}; cannot be undone",
            Effects.Seen(),
            items: items
        );
    }

    public static async Task<EffectOutcome> ActAsync(PlannedEffect effect, RunContext context, CancellationToken cancellationToken)
    {
        var paths = context.Site.Host.Paths;
        var now = new Dictionary<string, FileEntry>(paths.Comparer);
        foreach (var folder in effect.Items.Select(item => paths.Folder(item.Path)).Distinct(paths.Comparer))
        {
            foreach (var file in await context.Site.Host.Files.ListAsync(folder, "*", recursive: false, cancellationToken) ?? [])
            {
                now[file.Path] = file;
            }
        }

        var vanished = effect.Items.Where(item => !now.ContainsKey(item.Path)).ToList();
        var changed = effect.Items.Except(vanished).Where(item => !IsSame(item, now[item.Path])).ToList();
        var unchanged = effect.Items.Except(vanished).Except(changed).ToList();
        var inUse = await context.Site.Host.Files.InUseAsync([.. unchanged.Select(item => item.Path)], cancellationToken);
        var open = unchanged.Where(item => inUse.Contains(item.Path)).ToList();
        var same = unchanged.Except(open).ToList();
        var results = await context.Writer.DeleteAsync([.. same.Select(item => (item.Path, item.FileId))], cancellationToken);
        var gone = same.Zip(results).Where(pair => pair.Second.Done).Select(pair => pair.First).ToList();
        var refused = results.FirstOrDefault(result => !result.Done);
        string[] left =
        [
            Left(vanished, "had vanished"),
            Left(changed, "had changed"),
            Left(open, "held open"),
            Left([.. same.Except(gone)], $"could not be deleted ({refused?.Error?.TrimEnd('.')})"),
        ];
        var skipped = string.Join(", ", left.Where(words => words.Length > 0));
        return new EffectOutcome(
            effect.Call.Use,
            gone.Count > 0 || skipped.Length == 0 ? Verdict.Clear : Verdict.Failed,
            $"deleted {Words.Count(gone.Count, "file")}, {Words.Bytes(gone.Sum(item => item.Size))}"
                + $"{(skipped.Length == 0 ? "" : $"; skipped: {skipped}")}."
        );

        string Left(List<PlannedItem> items, string why)
        {
            var names = string.Join(", ", items.Take(Named).Select(item => paths.Name(item.Path)));
            return items.Count == 0 ? "" : $"{items.Count} {why}: {names}{(items.Count > Named ? ", …" : "")}";
        }
    }

    private static bool IsSame(PlannedItem item, FileEntry file) =>
        (file.Id, file.Size, file.Modified) == (item.FileId, item.Size, item.Modified);
}
