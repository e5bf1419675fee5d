using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.General;

/// <summary>Empties the recycle bin of a volume (Q317653 resolution 1).</summary>
internal sealed class RecycleBinEmpty : IAction
{
    public const string Use = "recycle-bin.empty";

    public string Id => Use;

    public async Task<Reach> ReachAsync(Call call, Site site, CancellationToken cancellationToken) =>
        Reach.OfFolder(await site.RecycleBinsAsync(call.With["volume"], cancellationToken));

    public async Task<PlannedEffect> PlanAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var bins = await site.RecycleBinsAsync(call.With["volume"], cancellationToken);
        var files = new List<FileEntry>();
        foreach (var bin in bins)
        {
            files.AddRange(await site.Host.Files.ListAsync(bin, "*", recursive: true, cancellationToken) ?? []);
        }

        var where = bins.Count == 0 ? $"in the recycle bin of {WindowsPath.Volume(call.With["volume"])}" : $"in the recycle bin {string.Join(" and ", bins)}";
        return await Deletion.PlanAsync(call, site, files.Where(file => !IsSign(file)), where, cancellationToken);
    }

    public Task<IReadOnlyDictionary<string, string>> ObserveAsync(Call call, Site site, CancellationToken cancellationToken) => Task.FromResult(Effects.Seen());

    public Task<EffectOutcome> ActAsync(PlannedEffect effect, Deed deed, CancellationToken cancellationToken) => Deletion.ActAsync(effect, deed, cancellationToken);

    /// <summary>The file by which Windows knows the folder for a recycle bin.</summary>
    private static bool IsSign(FileEntry file) => string.Equals(WindowsPath.Name(file.Path), "desktop.ini", StringComparison.OrdinalIgnoreCase);
}

/// <summary>
/// Deletes old files of a temporary folder or old protocol logs. Work and databases of a product are out of its reach whatever a runbook
/// says.
/// </summary>
internal sealed class FilesDelete : IAction
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public const string Use = "files.delete";

    public string Id => Use;

    public Task<Reach> ReachAsync(Call call, Site site, CancellationToken cancellationToken) => Task.FromResult(Reach.OfFolder(call.With["folder"]));

    public async Task<PlannedEffect> PlanAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        ArgumentForms.TryDuration(call.With["older-than"], out var age);
        var folder = call.With["folder"];
        var pattern = call.With.GetValueOrDefault("pattern") ?? "*";
        await RefuseAsync(folder, pattern, age, site, cancellationToken);
        var before = await site.Host.Machine.TimeAsync(cancellationToken) - (long)age.TotalMicroseconds;
        var files = await site.Host.Files.ListAsync(folder, pattern, recursive: pattern == "*", cancellationToken) ?? [];
        return await Deletion.PlanAsync(call, site, files.Where(file => file.Modified < before), $"older than {call.With["older-than"]} in {folder}", cancellationToken);
    }

    public Task<IReadOnlyDictionary<string, string>> ObserveAsync(Call call, Site site, CancellationToken cancellationToken) => Task.FromResult(Effects.Seen());

    public Task<EffectOutcome> ActAsync(PlannedEffect effect, Deed deed, CancellationToken cancellationToken) => Deletion.ActAsync(effect, deed, cancellationToken);

    /// <summary>Only two kinds of folder hold what may go for good: temporary ones, and a product's logs of earlier days. A product's work is never one of them.</summary>
    private async Task RefuseAsync(string folder, string pattern, TimeSpan age, Site site, CancellationToken cancellationToken)
    {
        var (work, logs) = (new List<string>(), new List<OldLogs>());
        foreach (var product in site.Products)
        {
            var files = await product.FilesAsync(site, cancellationToken);
            work.AddRange(files.Work);
            logs.AddRange(files.Logs);
        }

        if (logs.Find(log => WindowsPath.Same(log.Folder, folder)) is { } old)
        {
            if (age < old.Age || !string.Equals(pattern, old.Pattern, StringComparison.OrdinalIgnoreCase))
            {
                throw new HostException($"Of {folder} only {old.Pattern} older than {(old.Age == Day ? "a day" : $"{old.Age.TotalDays:0} days")} may be deleted: the last day is evidence.");
            }

            return;
        }

        var isTemporary = folder.Split('\\').Any(part => part.Equals("temp", StringComparison.OrdinalIgnoreCase) || part.Equals("tmp", StringComparison.OrdinalIgnoreCase));
        if (!isTemporary || work.Exists(kept => WindowsPath.IsWithin(folder, kept)))
        {
            throw new HostException($"{folder} is neither a temporary folder nor the protocol log; nothing there may be deleted.");
        }
    }
}

/// <summary>What both deletions share: exactly the planned items, and only while they are unchanged.</summary>
internal static class Deletion
{
    /// <summary>A plan must fit into one report of 256 KB; the largest files come first, the rest waits for the next plan.</summary>
    private const int Most = 250;

    /// <summary>So many skipped files are told by name.</summary>
    private const int Named = 3;

    /// <summary>What lies behind a link is somebody else's and stays.</summary>
    public static async Task<PlannedEffect> PlanAsync(Call call, Site site, IEnumerable<FileEntry> found, string where, CancellationToken cancellationToken)
    {
        var files = new List<FileEntry>();
        foreach (var folder in found.Where(file => !file.Folder).GroupBy(file => WindowsPath.Folder(file.Path), StringComparer.OrdinalIgnoreCase))
        {
            files.AddRange(await site.Host.Files.LinkAsync(folder.Key, cancellationToken) is null ? folder : []);
        }

        List<PlannedItem> items = [.. files.OrderByDescending(file => file.Size).Take(Most).Select(file => new PlannedItem(file.Path, file.Size, file.Modified, file.Id))];
        var rest = files.Count > Most ? $" (the largest of {files.Count})" : "";
        return Effects.Of(
            call, $"delete {Words.Count(items.Count, "file")}, {Words.Bytes(items.Sum(item => item.Size))}, {where}{rest}; cannot be undone", Effects.Seen(), items: items);
    }

    public static async Task<EffectOutcome> ActAsync(PlannedEffect effect, Deed deed, CancellationToken cancellationToken)
    {
        var now = new Dictionary<string, FileEntry>(StringComparer.OrdinalIgnoreCase);
        foreach (var folder in effect.Items.Select(item => WindowsPath.Folder(item.Path)).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            foreach (var file in await deed.Site.Host.Files.ListAsync(folder, "*", recursive: false, cancellationToken) ?? [])
            {
                now[file.Path] = file;
            }
        }

        var vanished = effect.Items.Where(item => !now.ContainsKey(item.Path)).ToList();
        var changed = effect.Items.Except(vanished).Where(item => !IsSame(item, now[item.Path])).ToList();
        var same = effect.Items.Except(vanished).Except(changed).ToList();
        var results = await deed.Hands.DeleteAsync([.. same.Select(item => (item.Path, item.FileId))], cancellationToken);
        var gone = same.Zip(results).Where(pair => pair.Second.Done).Select(pair => pair.First).ToList();
        var refused = results.FirstOrDefault(result => !result.Done);
        string[] left =
        [
            Left(vanished, "had vanished"), Left(changed, "had changed"), Left([.. same.Except(gone)], $"could not be deleted ({refused?.Error?.TrimEnd('.')})"),
        ];
        var skipped = string.Join(", ", left.Where(words => words.Length > 0));
        return new EffectOutcome(
            effect.Call.Use, gone.Count > 0 || skipped.Length == 0 ? Verdict.Clear : Verdict.Failed,
            $"deleted {Words.Count(gone.Count, "file")}, {Words.Bytes(gone.Sum(item => item.Size))}{(skipped.Length == 0 ? "" : $"; skipped: {skipped}")}.");
    }

    private static bool IsSame(PlannedItem item, FileEntry file) => (file.Id, file.Size, file.Modified) == (item.FileId, item.Size, item.Modified);

    private static string Left(List<PlannedItem> items, string why) =>
        items.Count == 0 ? "" : $"{items.Count} {why}: {string.Join(", ", items.Take(Named).Select(item => WindowsPath.Name(item.Path)))}{(items.Count > Named ? ", …" : "")}";
}
