using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.General;

/// <summary>
/// Shrinks the system's journal by its own program: files of it are never deleted by hand. The policy must allow the folder of the journal.
/// </summary>
internal sealed class JournalVacuum : IAction
{
    /// <summary>Where a journal that outlives a restart is kept (systemd-journald(8)).</summary>
    private const string Folder = "/var/log/journal";

    public string Id => Catalog.JournalVacuum;

    public IReadOnlyList<Right> Rights => [Right.Journal];

    public Task<Footprint> FootprintAsync(Call call, Site site, CancellationToken cancellationToken) =>
        Task.FromResult(Footprint.OfFolder(Folder));

    public async Task<PlannedEffect> PlanAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        if (site.Host.Paths != Hosts.PathGrammar.Unix || await site.Host.Files.ListAsync(Folder, "*", false, cancellationToken) is null)
        {
            throw new Hosts.HostException($"{site.Host.Name} keeps no journal in {Folder}; there is nothing to shrink.");
        }

        return Effects.Of(
            call,
            $"shrink the journal to {call.With["keep"]}; its oldest entries go and cannot be brought back",
            Effects.Seen()
        );
    }

    public Task<IReadOnlyDictionary<string, string>> ObserveAsync(Call call, Site site, CancellationToken cancellationToken) =>
        Task.FromResult(Effects.Seen());

    public async Task<EffectOutcome> ActAsync(PlannedEffect effect, RunContext context, CancellationToken cancellationToken)
    {
        ArgumentForms.TrySize(effect.Call.With["keep"], out var bytes);
        var said = await context.Writer.ShrinkJournalAsync(bytes, cancellationToken);
        return new EffectOutcome(Id, Verdict.Clear, $"the journal was shrunk to {Words.Bytes(bytes)}: {said.Split('\n')[^1]}");
    }
}
