using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.General;

/// <summary>
/// Deletes what the relay's policy lists as disposable, and of that only what is old enough. What a product works with, the records of who
/// did what, and what a process holds open stay, whatever policy and runbook say.
/// </summary>
/// <param name="disposable">What the policy lists; where it lists nothing, nothing is deleted.</param>
internal sealed class FilesDelete(IReadOnlyList<Disposable> disposable) : IAction
{
    public const string Use = "files.delete";

    public string Id => Use;

    public Task<Footprint> FootprintAsync(Call call, Site site, CancellationToken cancellationToken) =>
        Task.FromResult(Footprint.OfFolder(call.With["folder"]));

    public async Task<PlannedEffect> PlanAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        ArgumentForms.TryDuration(call.With["older-than"], out var age);
        var folder = call.With["folder"];
        var pattern = call.With.GetValueOrDefault("pattern") ?? Disposable.Everything;
        await RefuseAsync(folder, pattern, age, site, cancellationToken);
        var before = await site.Host.Machine.TimeAsync(cancellationToken) - (long)age.TotalMicroseconds;
        var files = await site.Host.Files.ListAsync(folder, pattern, recursive: pattern == Disposable.Everything, cancellationToken) ?? [];
        return await Deletion.PlanAsync(
            call,
            site,
            files.Where(file => file.Modified < before),
            $"older than {call.With["older-than"]} in {folder}",
            cancellationToken
        );
    }

    public Task<IReadOnlyDictionary<string, string>> ObserveAsync(Call call, Site site, CancellationToken cancellationToken) =>
        Task.FromResult(Effects.Seen());

    public Task<EffectOutcome> ActAsync(PlannedEffect effect, RunContext context, CancellationToken cancellationToken) =>
        Deletion.ActAsync(effect, context, cancellationToken);

    private async Task RefuseAsync(string folder, string pattern, TimeSpan age, Site site, CancellationToken cancellationToken)
    {
        var listed = new List<Disposable>();
        foreach (var one in disposable)
        {
            listed.AddRange(
                await site.ResolvedAsync(one.Folder, cancellationToken) is { } place && IsIn(site, folder, place, one.Pattern) ? [one] : []
            );
        }

        if (listed.Count == 0)
        {
            throw new HostException($"{folder} is nothing that this relay's policy lists as disposable; nothing there may be deleted.");
        }

        if (
            !listed.Exists(one =>
                age >= one.Age
                && (one.Pattern == Disposable.Everything || string.Equals(pattern, one.Pattern, StringComparison.OrdinalIgnoreCase))
            )
        )
        {
            throw new HostException($"Of {folder} only this may be deleted by this relay's policy: {string.Join("; ", listed)}.");
        }

        foreach (var product in site.Products)
        {
            Refuse(site.Host.Paths, folder, pattern, age, await product.FilesAsync(site, cancellationToken));
        }
    }

    /// <summary>Of a product's work only its own old logs may go.</summary>
    private static void Refuse(PathGrammar paths, string folder, string pattern, TimeSpan age, ProductFiles product)
    {
        if (product.Logs.FirstOrDefault(log => paths.Same(log.Folder, folder)) is { } old)
        {
            if (age < old.Age || !string.Equals(pattern, old.Pattern, StringComparison.OrdinalIgnoreCase))
            {
                throw new HostException(
                    $"Of {folder} only {old.Pattern} older than {Words.Age(old.Age)} may be deleted: what is younger is evidence."
                );
            }
        }
        else if (product.Work.FirstOrDefault(work => paths.IsWithin(folder, work) || paths.IsWithin(work, folder)) is { } work)
        {
            throw new HostException($"{work} holds what people wait for; nothing of {folder} may be deleted to gain space.");
        }
    }

    private static bool IsIn(Site site, string folder, string place, string pattern) =>
        pattern == Disposable.Everything ? site.Host.Paths.IsWithin(folder, place) : site.Host.Paths.Same(folder, place);
}
