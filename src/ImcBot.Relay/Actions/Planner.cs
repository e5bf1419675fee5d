using ImcBot.Contracts;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Policy;

namespace ImcBot.Relay.Actions;

/// <summary>Dry-runs a remedy: rungs, then riders, then starts, each as exact effects. Reads only.</summary>
internal sealed class Planner(ActionSet actions, Site site, RelayLedger ledger, string relay)
{
    /// <summary>Name of the argument that an undo effect carries: the number of its undo record.</summary>
    public const string UndoArgument = "undo";

    /// <summary>Throws <see cref="HostException"/> with the reason when the remedy cannot or must not be done.</summary>
    public async Task<Plan> PlanAsync(QuestionId question, Remedy remedy, CancellationToken cancellationToken)
    {
        List<PlannedEffect> effects = remedy.UndoOf is { } of ? await UndoAsync(of, cancellationToken) : await DoAsync(remedy, cancellationToken);
        return new Plan(
            question, relay, site.Host.Name, remedy, effects, effects.Max(effect => effect.Impact), Users(effects), Risks(effects));
    }

    private async Task<List<PlannedEffect>> DoAsync(Remedy remedy, CancellationToken cancellationToken)
    {
        if (remedy.Calls.Append(remedy.Goal).OfType<Call>().Select(actions.Policy.Refuse).FirstOrDefault(refusal => refusal is not null) is { } refusal)
        {
            throw new HostException(refusal);
        }

        var effects = new List<PlannedEffect>();
        foreach (var call in remedy.Rungs.Concat(remedy.Riders))
        {
            var effect = await EffectAsync(call, cancellationToken);
            if (effect.Scope != Scope.Listed || effect.Items.Count > 0)
            {
                effects.Add(effect);
            }
        }

        if (effects.Count == 0 && remedy.Rungs.Count > 0)
        {
            throw new HostException("There is nothing there that may be deleted.");
        }

        foreach (var call in remedy.Starts)
        {
            effects.Add(await EffectAsync(call, cancellationToken));
        }

        for (var index = effects.Count - 1; index >= 0; index--)
        {
            if (effects[index].Call is { Use: "service.start" } start)
            {
                await InsertNeededAsync(effects, index, start, cancellationToken);
            }
        }

        return effects.Count > 0 ? effects : throw new HostException("The remedy is empty.");
    }

    /// <summary>A stopped service that another needs (the store that died) is started first, as an effect of its own.</summary>
    private async Task InsertNeededAsync(List<PlannedEffect> effects, int index, Call start, CancellationToken cancellationToken)
    {
        var services = await site.Host.Services.ListAsync(cancellationToken);
        foreach (var needed in services.NeededBy(start.With["service"]).Where(service => service.State == ServiceState.Stopped))
        {
            var covered = effects.Take(index).Any(effect =>
                effect.Call.Use is "service.start" or "service.restart" && effect.Call.With["service"].Equals(needed.Name, StringComparison.OrdinalIgnoreCase));
            if (!covered)
            {
                effects.Insert(index++, await EffectAsync(Call.To("service.start", ("service", needed.Name)), cancellationToken));
            }
        }
    }

    private async Task<PlannedEffect> EffectAsync(Call call, CancellationToken cancellationToken) =>
        actions.Actions.TryGetValue(call.Use, out var action)
            ? Raised(await action.PlanAsync(await site.ResolveAsync(call, cancellationToken), site, cancellationToken))
            : throw new HostException($"'{call.Use}' only reads; a remedy needs an action.");

    /// <summary>The policy may count an action as heavier than the catalog does.</summary>
    private PlannedEffect Raised(PlannedEffect effect) =>
        effect with { Impact = RelayPolicy.Weightiest(effect.Impact, actions.Policy.Catalog[effect.Call.Use].Impact) };

    /// <summary>What is there now must still be there when it is taken back: another hand may have set it anew meanwhile.</summary>
    private async Task<List<PlannedEffect>> UndoAsync(QuestionId of, CancellationToken cancellationToken)
    {
        var effects = new List<PlannedEffect>();
        foreach (var record in ledger.UndoRecords(of))
        {
            var action = actions.FindUndo(record.Call.Use);
            var call = record.Call with { With = new Dictionary<string, string>(record.Call.With, StringComparer.Ordinal) { [UndoArgument] = record.Id.ToString() } };
            effects.Add(Effects.Of(
                actions.Policy.Catalog[call.Use], call, await action.DescribeUndoAsync(record, site, cancellationToken), await action.ObserveAsync(record.Call, site, cancellationToken)));
        }

        return effects.Count > 0 ? effects : throw new HostException($"{of} left nothing that can be taken back.");
    }

    private static string? Users(List<PlannedEffect> effects) =>
        effects.Exists(effect => effect.Call.Use == "service.restart" && effect.Call.With["service"].Equals(Site.StoreService, StringComparison.OrdinalIgnoreCase)
            && effect.Observed.GetValueOrDefault(Site.StoreService) == "running") ? "Stopping the store disconnects all mailbox users for some minutes."
        : effects.Exists(effect => effect.Call.Use == "mail.search") ? "Each crash of the store disconnects all mailbox users until it is started again."
        : null;

    private static List<string> Risks(List<PlannedEffect> effects)
    {
        var risks = new List<string>();
        if (effects.Exists(effect => effect.Call.Use == "mail.search"))
        {
            risks.Add("Mail in flight at a crash, and some outbound mail, may arrive twice. No mail is deleted.");
        }

        if (effects.Exists(effect => effect.Scope == Scope.Listed))
        {
            risks.Add("Deleted files do not come back.");
        }

        if (effects.Exists(effect => effect.Call.Use is "mail.return" or "mail.replay"))
        {
            risks.Add("If a returned message is bad, the service stops again and may take the store with it.");
        }

        if (effects.Exists(effect => effect.Call.Use == "mail.hold" && effect.Call.With["folder"].Equals("Out", StringComparison.OrdinalIgnoreCase)))
        {
            risks.Add("Outbound mail that was being sent may arrive twice. No mail is deleted.");
        }

        if (effects.Exists(effect => effect.Call.Use == "inbound.pause"))
        {
            risks.Add("Senders cannot deliver while inbound mail is paused; their servers try again, for some days.");
        }

        if (effects.Exists(effect => effect.Call.Use == "service.start"))
        {
            risks.Add("If the cause is still there, the service stops again and may take the store with it.");
        }

        return risks;
    }
}
