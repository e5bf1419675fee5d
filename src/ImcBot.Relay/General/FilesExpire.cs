using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.General;

/// <summary>
/// Deletes what the relay's policy lists as disposable at or below a path, by the policy's own patterns and ages. What a product works
/// with,
/// the records of who did what, and what a process holds open stay, whatever the policy says. What was gained is measured, not promised.
/// </summary>
/// <param name="disposable">What the policy lists; where it lists nothing, nothing is deleted.</param>
internal sealed class FilesExpire(IReadOnlyList<Disposable> disposable) : IAction
{
    public string Id => Catalog.FilesExpire;

    public async Task<Footprint> FootprintAsync(Call call, Site site, CancellationToken cancellationToken) =>
        Footprint.OfFolder([.. (await ListedAsync(call.With["path"], site, cancellationToken)).Select(one => one.Folder)]);

    public async Task<PlannedEffect> PlanAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var path = call.With["path"];
        var listed = await ListedAsync(path, site, cancellationToken);
        if (listed.Count == 0)
        {
            throw new HostException($"This relay's policy lists nothing at or below {path} as disposable; nothing there may be deleted.");
        }

        var now = await site.Host.Machine.TimeAsync(cancellationToken);
        var kept = new List<string>();
        foreach (var product in site.Products)
        {
            kept.AddRange((await product.FilesAsync(site, cancellationToken)).Work);
        }

        var files = new Dictionary<string, FileEntry>(site.Host.Paths.Comparer);
        foreach (var one in listed)
        {
            var isEverything = one.Pattern == Disposable.Everything;
            foreach (var file in await site.Host.Files.ListAsync(one.Folder, one.Pattern, isEverything, cancellationToken) ?? [])
            {
                if (
                    file.Modified < now - (long)one.Age.TotalMicroseconds
                    && !kept.Exists(work => site.Host.Paths.IsWithin(file.Path, work))
                )
                {
                    files[file.Path] = file;
                }
            }
        }

        return await Deletion.PlanAsync(call, site, files.Values, $"of {string.Join("; ", listed)}", cancellationToken);
    }

    public Task<IReadOnlyDictionary<string, string>> ObserveAsync(Call call, Site site, CancellationToken cancellationToken) =>
        Task.FromResult(Effects.Seen());

    public async Task<EffectOutcome> ActAsync(PlannedEffect effect, RunContext context, CancellationToken cancellationToken)
    {
        var before = await context.Site.VolumeAsync(effect.Call.With["path"], cancellationToken);
        var outcome = await Deletion.ActAsync(effect, context, cancellationToken);
        var after = await context.Site.VolumeAsync(effect.Call.With["path"], cancellationToken);
        return outcome with
        {
            Summary =
                $"{outcome.Summary.TrimEnd('.')}. {after.Name} has {Words.Bytes(after.Free)} free, "
                + $"{(after.Free > before.Free ? $"{Words.Bytes(after.Free - before.Free)} more than before" : "no more than before")}.",
        };
    }

    /// <summary>The policy's entries at or below a path, or around it, resolved on the server.</summary>
    private async Task<List<Disposable>> ListedAsync(string path, Site site, CancellationToken cancellationToken)
    {
        var listed = new List<Disposable>();
        foreach (var one in disposable)
        {
            if (
                await site.ResolvedAsync(one.Folder, cancellationToken) is { } folder
                && (site.Host.Paths.IsWithin(folder, path) || IsInside(site.Host.Paths, path, folder, one))
            )
            {
                listed.Add(one with { Folder = site.Host.Paths.IsWithin(folder, path) ? folder : path });
            }
        }

        return listed;
    }

    private static bool IsInside(PathGrammar paths, string path, string folder, Disposable one) =>
        one.Pattern == Disposable.Everything && paths.IsWithin(path, folder);
}
