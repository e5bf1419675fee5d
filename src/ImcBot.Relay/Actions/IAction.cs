using ImcBot.Contracts;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Actions;

/// <summary>One catalog entry that changes the server.</summary>
internal interface IAction
{
    string Id { get; }

    /// <summary>
    /// Whether doing and undoing it begins with a look at where things are, so that a relay that died half way through finishes it after
    /// its restart. Null where it neither asks for that nor stands in its way.
    /// </summary>
    bool? Resumes => false;

    /// <summary>Whether it ends with the service of its argument <c>service</c> started, which a plan then watches.</summary>
    bool IsStart => false;

    /// <summary>Whether a server whose paths are spelt like this, with these services, may have what it acts on.</summary>
    bool IsFor(PathGrammar system, IReadOnlyList<ManagedService> services) => true;

    /// <summary>What it needs of the server's operating system, by what its catalog entry says that it touches.</summary>
    IReadOnlyList<Right> Rights
    {
        get
        {
            var traits = Catalog.Entries[Id].Traits;
            return
            [
                .. traits.Say(Trait.Files) || traits.Say(Trait.Items) ? new[] { Right.Files, Right.Processes } : [],
                .. traits.Say(Trait.StopsService) || traits.Say(Trait.StartsService) ? new[] { Right.Services } : [],
            ];
        }
    }

    /// <summary>Everything on the server that it may touch; the relay's policy is asked about each part.</summary>
    Task<Footprint> FootprintAsync(Call call, Site site, CancellationToken cancellationToken);

    /// <summary>
    /// Dry-runs it: exact sentences, items, ceiling. Throws <see cref="HostException"/> with the reason when it cannot or must not be done.
    /// </summary>
    Task<PlannedEffect> PlanAsync(Call call, Site site, CancellationToken cancellationToken);

    /// <summary>What must still be true when it runs; the same question at planning and before executing.</summary>
    Task<IReadOnlyDictionary<string, string>> ObserveAsync(Call call, Site site, CancellationToken cancellationToken);

    /// <summary>Does what was planned, once.</summary>
    Task<EffectOutcome> ActAsync(PlannedEffect effect, RunContext context, CancellationToken cancellationToken);
}

/// <summary>An action on what only a Windows server has.</summary>
internal interface IWindowsAction : IAction
{
    bool IAction.IsFor(PathGrammar system, IReadOnlyList<ManagedService> services) => system == PathGrammar.Windows;
}

/// <summary>
/// An action whose plan is a rule with a ceiling: it is measured again before it runs, and more than was approved voids the approval.
/// </summary>
internal interface IBounded : IAction
{
    Task<Ceiling> MeasureAsync(Call call, Site site, CancellationToken cancellationToken);
}

/// <summary>An action that keeps what was there before, and can put it back.</summary>
internal interface IUndoable : IAction
{
    /// <summary>The plan of its undo. Throws <see cref="HostException"/> when it cannot be taken back any more.</summary>
    Task<UndoPlan> PlanUndoAsync(UndoRecord record, Site site, CancellationToken cancellationToken);

    Task<EffectOutcome> UndoAsync(UndoRecord record, RunContext context, CancellationToken cancellationToken);
}
