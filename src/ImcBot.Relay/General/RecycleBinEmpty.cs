using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.General;

/// <summary>Empties the recycle bin of a volume (Q317653 resolution 1).</summary>
internal sealed class RecycleBinEmpty : IWindowsAction
{
    public const string Use = "recycle-bin.empty";

    public string Id => Use;

    public async Task<Footprint> FootprintAsync(Call call, Site site, CancellationToken cancellationToken) =>
        Footprint.OfFolder(await site.RecycleBinsAsync(call.With["volume"], cancellationToken));

    public async Task<PlannedEffect> PlanAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var bins = await site.RecycleBinsAsync(call.With["volume"], cancellationToken);
        var files = new List<FileEntry>();
        foreach (var bin in bins)
        {
            files.AddRange(await site.Host.Files.ListAsync(bin, "*", recursive: true, cancellationToken) ?? []);
        }

        var where =
            bins.Count == 0
                ? $"in the recycle bin of {site.Host.VolumeOf(call.With["volume"])}"
                : $"in the recycle bin {string.Join(" and ", bins)}";
        return await Deletion.PlanAsync(call, site, files.Where(file => !IsSign(file)), where, cancellationToken);
    }

    public Task<IReadOnlyDictionary<string, string>> ObserveAsync(Call call, Site site, CancellationToken cancellationToken) =>
        Task.FromResult(Effects.Seen());

    public Task<EffectOutcome> ActAsync(PlannedEffect effect, RunContext context, CancellationToken cancellationToken) =>
        Deletion.ActAsync(effect, context, cancellationToken);

    /// <summary>The file by which Windows knows the folder for a recycle bin.</summary>
    private static bool IsSign(FileEntry file) => string.Equals(file.Name, "desktop.ini", StringComparison.OrdinalIgnoreCase);
}
