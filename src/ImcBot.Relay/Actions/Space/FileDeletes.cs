using ImcBot.Contracts;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Actions.Space;

/// <summary>Empties the recycle bin of a volume (Q317653 resolution 1).</summary>
internal sealed class RecycleBinEmpty : IAction
{
    public string Id => "recycle-bin.empty";

    public async Task<PlannedEffect> PlanAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var folder = WindowsPath.Volume(call.With["volume"]) + @"\RECYCLER";
        var files = await site.Host.Files.ListAsync(folder, "*", recursive: true, cancellationToken) ?? [];
        return Deletion.Plan(call, [.. files.Where(file => !file.Folder)], $"in the recycle bin {folder}");
    }

    public Task<IReadOnlyDictionary<string, string>> ObserveAsync(Call call, Site site, CancellationToken cancellationToken) => Task.FromResult(Effects.Seen());

    public Task<EffectOutcome> ActAsync(PlannedEffect effect, Deed deed, CancellationToken cancellationToken) => Deletion.ActAsync(effect, deed, cancellationToken);
}

/// <summary>Deletes old files of a temporary folder or old protocol logs. Mail and databases are out of its reach whatever a runbook says.</summary>
internal sealed class FilesDelete : IAction
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public string Id => "files.delete";

    public async Task<PlannedEffect> PlanAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        ArgumentForms.TryDuration(call.With["older-than"], out var age);
        var folder = call.With["folder"];
        var pattern = call.With.GetValueOrDefault("pattern") ?? "*";
        await RefuseAsync(folder, pattern, age, site, cancellationToken);
        var before = await site.Host.Machine.TimeAsync(cancellationToken) - (long)age.TotalMicroseconds;
        var files = await site.Host.Files.ListAsync(folder, pattern, recursive: pattern == "*", cancellationToken) ?? [];
        return Deletion.Plan(call, [.. files.Where(file => !file.Folder && file.Modified < before)], $"older than {call.With["older-than"]} in {folder}");
    }

    public Task<IReadOnlyDictionary<string, string>> ObserveAsync(Call call, Site site, CancellationToken cancellationToken) => Task.FromResult(Effects.Seen());

    public Task<EffectOutcome> ActAsync(PlannedEffect effect, Deed deed, CancellationToken cancellationToken) => Deletion.ActAsync(effect, deed, cancellationToken);

    /// <summary>Only two kinds of folder hold what may go for good: temporary ones, and Log with its L*.log of earlier days (Q300931).</summary>
    private static async Task RefuseAsync(string folder, string pattern, TimeSpan age, Site site, CancellationToken cancellationToken)
    {
        var imcdata = await site.ImcdataAsync(cancellationToken);
        var isLog = WindowsPath.Same(folder, WindowsPath.Join(imcdata, "Log"));
        if (isLog && (age < Day || !string.Equals(pattern, "L*.log", StringComparison.OrdinalIgnoreCase)))
        {
            throw new HostException($"Of {folder} only L*.log older than a day may be deleted: the last day is evidence.");
        }

        var isTemporary = folder.Split('\\').Any(part => part.Equals("temp", StringComparison.OrdinalIgnoreCase) || part.Equals("tmp", StringComparison.OrdinalIgnoreCase));
        if (!isLog && (!isTemporary || WindowsPath.IsWithin(folder, imcdata)))
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

    public static PlannedEffect Plan(Call call, List<FileEntry> files, string where)
    {
        List<PlannedItem> items = [.. files.OrderByDescending(file => file.Size).Take(Most).Select(file => new PlannedItem(file.Path, file.Size, file.Modified, file.Id))];
        var rest = files.Count > Most ? $" (the largest of {files.Count})" : "";
        return Effects.Of(
            call, $"delete {Words.Count(items.Count, "file")}, {Words.Bytes(items.Sum(item => item.Size))}, {where}{rest}; cannot be undone", Effects.Seen(), items: items);
    }

    public static async Task<EffectOutcome> ActAsync(PlannedEffect effect, Deed deed, CancellationToken cancellationToken)
    {
        var now = new Dictionary<string, FileEntry>(StringComparer.OrdinalIgnoreCase);
        foreach (var folder in effect.Items.Select(item => item.Path[..item.Path.LastIndexOf('\\')]).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            foreach (var file in await deed.Site.Host.Files.ListAsync(folder, "*", recursive: false, cancellationToken) ?? [])
            {
                now[file.Path] = file;
            }
        }

        var same = effect.Items.Where(item => now.TryGetValue(item.Path, out var file)
            && (file.Id, file.Size, file.Modified) == (item.FileId, item.Size, item.Modified)).ToList();
        var results = await deed.Hands.DeleteAsync([.. same.Select(item => (item.Path, item.FileId))], cancellationToken);
        var bytes = same.Zip(results).Where(pair => pair.Second.Done).Sum(pair => pair.First.Size);
        var gone = results.Count(result => result.Done);
        var left = effect.Items.Count - gone;
        var why = results.FirstOrDefault(result => !result.Done)?.Error is { } error ? $" ({error})" : "";
        return new EffectOutcome(
            effect.Call.Use, gone > 0 || left == 0 ? Verdict.Clear : Verdict.Failed,
            $"deleted {Words.Count(gone, "file")}, {Words.Bytes(bytes)}{(left == 0 ? "" : $"; {left} skipped because they changed, vanished or are in use{why}")}.");
    }
}
