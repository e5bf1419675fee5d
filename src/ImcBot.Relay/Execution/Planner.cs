using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.General;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Policy;

namespace ImcBot.Relay.Execution;

/// <summary>Dry-runs a remedy: rungs, then riders, then starts, each as exact effects. Reads only.</summary>
internal sealed class Planner(ActionSet actions, Site site, RelayLedger ledger, string relay)
{
    /// <summary>Name of the argument that an undo effect carries: the number of its undo record.</summary>
    public const string UndoArgument = "undo";

    /// <summary>Throws <see cref="HostException"/> with the reason when the remedy cannot or must not be done.</summary>
    public async Task<Plan> PlanAsync(QuestionId question, Remedy remedy, CancellationToken cancellationToken)
    {
        List<PlannedEffect> effects = remedy.UndoOf is { } of
            ? await UndoAsync(of, cancellationToken)
            : await DoAsync(remedy, cancellationToken);
        var (users, risks) = await Noticed.ByUsersAsync(effects, site, cancellationToken);
        return new Plan(question, relay, site.Host.Name, remedy, effects, effects.Max(effect => effect.Impact), users, risks);
    }

    private async Task<List<PlannedEffect>> DoAsync(Remedy remedy, CancellationToken cancellationToken)
    {
        if (
            remedy.Calls.Append(remedy.Goal).OfType<Call>().Select(actions.Policy.Refuse).FirstOrDefault(refusal => refusal is not null) is
            { } refusal
        )
        {
            throw new HostException(refusal);
        }

        var effects = new List<PlannedEffect>();
        foreach (var call in remedy.Rungs.Concat(remedy.Riders))
        {
            await AddAsync(effects, call, cancellationToken);
        }

        if (effects.Count == 0 && remedy.Rungs.Count > 0)
        {
            throw new HostException("There is nothing there that may be deleted.");
        }

        foreach (var call in remedy.Starts)
        {
            await AddAsync(effects, call, cancellationToken);
        }

        return effects.Count > 0 ? effects : throw new HostException("The remedy is empty.");
    }

    /// <summary>
    /// Adds what a call does after what is planned before it. A stopped service that a start needs is an effect of its own, and comes
    /// first.
    /// </summary>
    private async Task AddAsync(List<PlannedEffect> effects, Call call, CancellationToken cancellationToken)
    {
        var effect = await EffectAsync(effects, call, cancellationToken);
        if (effect is { Scope: Scope.Listed, Items.Count: 0 })
        {
            return;
        }

        var services = await Foreseen.After(effects, site).Host.Services.ListAsync(cancellationToken);
        foreach (
            var needed in (effect.Starts ?? [])
                .SelectMany(services.NeededBy)
                .Where(service => service.State == ServiceState.Stopped)
                .Select(service => service.Name)
                .Except(effect.Starts ?? [], StringComparer.OrdinalIgnoreCase)
        )
        {
            effects.Add(await EffectAsync(effects, ServiceStart.Of(needed), cancellationToken));
        }

        effects.Add(effect);
    }

    /// <summary>
    /// What the call does is told from how things will be by then; what must not change until it runs, from how they are.
    /// </summary>
    private async Task<PlannedEffect> EffectAsync(List<PlannedEffect> before, Call call, CancellationToken cancellationToken)
    {
        var action =
            actions.Actions.GetValueOrDefault(call.Use) ?? throw new HostException($"'{call.Use}' only reads; a remedy needs an action.");
        var resolved = await site.ResolveAsync(call, cancellationToken);
        var effect = await action.PlanAsync(resolved, Foreseen.After(before, site), cancellationToken);
        return Raised(before.Count == 0 ? effect : effect with { Observed = await action.ObserveAsync(resolved, site, cancellationToken) });
    }

    /// <summary>The policy may count an action as heavier than the catalog does.</summary>
    private PlannedEffect Raised(PlannedEffect effect) =>
        effect with
        {
            Impact = RelayPolicy.Weightiest(effect.Impact, actions.Policy.Catalog[effect.Call.Use].Impact),
        };

    /// <summary>What is there now must still be there when it is taken back: another hand may have set it anew meanwhile.</summary>
    private async Task<List<PlannedEffect>> UndoAsync(QuestionId of, CancellationToken cancellationToken)
    {
        var effects = new List<PlannedEffect>();
        foreach (var record in ledger.UndoRecords(of))
        {
            var action = actions.FindUndo(record.Call.Use);
            var call = record.Call with
            {
                With = new Dictionary<string, string>(record.Call.With, StringComparer.Ordinal) { [UndoArgument] = record.Id.ToString() },
            };
            effects.Add(
                Effects.Back(
                    actions.Policy.Catalog[call.Use],
                    call,
                    await action.PlanUndoAsync(record, Foreseen.After(effects, site), cancellationToken),
                    await action.ObserveAsync(record.Call, site, cancellationToken)
                )
            );
        }

        return effects.Count > 0 ? effects : throw new HostException($"{of} left nothing that can be taken back.");
    }
}
