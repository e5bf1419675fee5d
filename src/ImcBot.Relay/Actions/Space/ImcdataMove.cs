using ImcBot.Contracts;
using ImcBot.Relay.Actions.Services;
using ImcBot.Relay.Actions.Settings;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Actions.Space;

/// <summary>
/// Moves the Imcdata folder to another volume (Q317653 resolution 1, Q244048): stop, copy everything but Queue.dat, set RootDir.
/// The starts are effects of their own. Mail is moved file by file, copied and verified before the original goes.
/// </summary>
internal sealed class ImcdataMove : IUndoable
{
    public string Id => "imcdata.move";

    public async Task<PlannedEffect> PlanAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var from = await site.ImcdataAsync(cancellationToken);
        var to = Target(call, from);
        var files = await FilesAsync(site, from, cancellationToken);
        var bytes = files.Sum(file => file.Size);
        var volume = await site.VolumeAsync(to, cancellationToken);
        if (WindowsPath.Same(WindowsPath.Volume(from), volume.Name))
        {
            throw new HostException($"Imcdata is on {volume.Name} already.");
        }

        await TargetVolume.CheckAsync(site, volume.Name, bytes, "Imcdata", cancellationToken);
        return Effects.Of(
            call, $"stop the Internet Mail Service if it runs, move {Words.Count(files.Count, "file")}, {Words.Bytes(bytes)}, from {from} to {to}, set RootDir",
            await ObserveAsync(call, site, cancellationToken), undo: "moves it back, with the mail that has arrived since",
            ceiling: new Ceiling(files.Count + Math.Max(100, files.Count / 4), bytes + Math.Max(100L << 20, bytes / 4)));
    }

    public async Task<IReadOnlyDictionary<string, string>> ObserveAsync(Call call, Site site, CancellationToken cancellationToken) => Effects.Seen(
        ("RootDir", await site.ImcdataAsync(cancellationToken)),
        ("target", (await site.VolumeAsync(call.With["to"], cancellationToken)).Label));

    public async Task<EffectOutcome> ActAsync(PlannedEffect effect, Deed deed, CancellationToken cancellationToken)
    {
        var from = await deed.Site.ImcdataAsync(cancellationToken);
        return await MoveAsync(effect.Call, from, Target(effect.Call, from), deed, keepUndo: true, cancellationToken);
    }

    public Task<string> DescribeUndoAsync(UndoRecord record, Site site, CancellationToken cancellationToken) =>
        Task.FromResult($"stop the Internet Mail Service if it runs, move Imcdata back to {record.Before["text"]} with all mail that is in it, set RootDir");

    public async Task<EffectOutcome> UndoAsync(UndoRecord record, Deed deed, CancellationToken cancellationToken)
    {
        var ran = (await deed.Site.ServiceAsync(Site.ImcService, cancellationToken)).State == ServiceState.Running;
        var from = await deed.Site.ImcdataAsync(cancellationToken);
        var moved = await MoveAsync(record.Call, from, record.Before["text"], deed, keepUndo: false, cancellationToken);
        var wrong = ran && moved.Verdict == Verdict.Clear ? await ServiceWork.StartImcAsync(deed, cancellationToken) : null;
        return wrong is null ? moved : new EffectOutcome(Id, Verdict.Failed, $"{moved.Summary} {wrong}");
    }

    private static async Task<EffectOutcome> MoveAsync(Call call, string from, string to, Deed deed, bool keepUndo, CancellationToken cancellationToken)
    {
        if (await ServiceWork.StopImcAsync(deed, cancellationToken) is { } hangs)
        {
            return new EffectOutcome(call.Use, Verdict.Unknown, hangs);
        }

        foreach (var folder in (await deed.Site.Host.Files.ListAsync(from, "*", recursive: true, cancellationToken) ?? []).Where(entry => entry.Folder))
        {
            await deed.Hands.CreateFolderAsync(to + folder.Path[from.Length..], cancellationToken);
        }

        var root = new RegistryValue("RootDir", ValueKind.Sz, to);
        var files = await FilesAsync(deed.Site, from, cancellationToken);
        await deed.Hands.CreateFolderAsync(to, cancellationToken);
        var results = await deed.Hands.MoveAsync([.. files.Select(file => new FileMove(file.Path, to + file.Path[from.Length..]))], cancellationToken);
        if (results.FirstOrDefault(result => !result.Done) is { } stuck)
        {
            var moved = files.Zip(results).Where(pair => pair.Second.Done).Select(pair => new FileMove(to + pair.First.Path[from.Length..], pair.First.Path)).ToList();
            await deed.Hands.MoveAsync(moved, cancellationToken);
            return new EffectOutcome(call.Use, Verdict.Failed, $"{stuck.Path} could not be moved ({stuck.Error}); everything was moved back and RootDir is unchanged.");
        }

        if (keepUndo)
        {
            await RegistryEdit.SetAsync(deed, call, Site.ImcParameters, root, cancellationToken);
        }
        else
        {
            await deed.Hands.SetValueAsync(Site.ImcParameters, root, cancellationToken);
        }

        return new EffectOutcome(call.Use, Verdict.Clear, $"{Words.Count(files.Count, "file")} moved to {to}; RootDir points there.");
    }

    private static string Target(Call call, string from) => $@"{WindowsPath.Volume(call.With["to"])}{from[2..]}";

    /// <summary>Everything but Queue.dat, which is rebuilt (Q244048).</summary>
    private static async Task<List<FileEntry>> FilesAsync(Site site, string folder, CancellationToken cancellationToken) =>
        [.. (await site.Host.Files.ListAsync(folder, "*", recursive: true, cancellationToken) ?? [])
            .Where(file => !file.Folder && !WindowsPath.Same(file.Path, WindowsPath.Join(folder, "Queue.dat")))];
}
