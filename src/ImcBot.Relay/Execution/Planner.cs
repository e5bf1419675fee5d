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

    /// <summary>Name of the argument by which an action may have the store crash before it gives up.</summary>
    private const string Crashes = "store-crashes";

    /// <summary>Throws <see cref="HostException"/> with the reason when the remedy cannot or must not be done.</summary>
    public async Task<Plan> PlanAsync(QuestionId question, Remedy remedy, CancellationToken cancellationToken)
    {
        List<PlannedEffect> effects = remedy.UndoOf is { } of ? await UndoAsync(of, cancellationToken) : await DoAsync(remedy, cancellationToken);
        return new Plan(
            question, relay, site.Host.Name, remedy, effects, effects.Max(effect => effect.Impact), await UsersAsync(effects, cancellationToken), Risks(effects));
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

    /// <summary>Adds what a call does after what is planned before it. A stopped service that a start needs (the store that died) is an effect of its own, and comes first.</summary>
    private async Task AddAsync(List<PlannedEffect> effects, Call call, CancellationToken cancellationToken)
    {
        var effect = await EffectAsync(effects, call, cancellationToken);
        if (effect is { Scope: Scope.Listed, Items.Count: 0 })
        {
            return;
        }

        var services = await Foreseen.After(effects, site).Host.Services.ListAsync(cancellationToken);
        foreach (var needed in (effect.Starts ?? []).SelectMany(services.NeededBy).Where(service => service.State == ServiceState.Stopped)
            .Select(service => service.Name).Except(effect.Starts ?? [], StringComparer.OrdinalIgnoreCase))
        {
            effects.Add(await EffectAsync(effects, ServiceStart.Of(needed), cancellationToken));
        }

        effects.Add(effect);
    }

    /// <summary>What the call does is told from how things will be by then; what must not change until it runs, from how they are.</summary>
    private async Task<PlannedEffect> EffectAsync(List<PlannedEffect> before, Call call, CancellationToken cancellationToken)
    {
        var action = actions.Actions.GetValueOrDefault(call.Use) ?? throw new HostException($"'{call.Use}' only reads; a remedy needs an action.");
        var resolved = await site.ResolveAsync(call, cancellationToken);
        var effect = await action.PlanAsync(resolved, Foreseen.After(before, site), cancellationToken);
        return Raised(before.Count == 0 ? effect : effect with { Observed = await action.ObserveAsync(resolved, site, cancellationToken) });
    }

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
            effects.Add(Effects.Back(
                actions.Policy.Catalog[call.Use], call, await action.PlanUndoAsync(record, Foreseen.After(effects, site), cancellationToken), await action.ObserveAsync(record.Call, site, cancellationToken)));
        }

        return effects.Count > 0 ? effects : throw new HostException($"{of} left nothing that can be taken back.");
    }

    /// <summary>What users notice of it: of what they are connected to, and of the mail service, whether it stops, starts, or is down.</summary>
    private async Task<string> UsersAsync(List<PlannedEffect> effects, CancellationToken cancellationToken)
    {
        var now = await site.Host.Services.ListAsync(cancellationToken);
        var then = await Foreseen.After(effects, site).Host.Services.ListAsync(cancellationToken);
        string[] untold = [.. effects.Where(effect => effect.Stops is null && effect.Touches.Allow(Trait.StopsService)).Select(Untold)];
        return string.Join(' ', untold.Length > 0 ? untold : [Store(), Imc()]);

        string Store() => (Stops(Site.StoreService), Runs(now, Site.StoreService), Runs(then, Site.StoreService)) switch
        {
            (true, true, true) => "Mailbox users are disconnected while the store restarts.",
            (true, true, false) => "Mailbox users are disconnected: the store stays stopped.",
            (_, false, true) => $"Mailbox users are disconnected now; this starts the store{(Crash() is { } crash ? $", and they are again if it crashes {crash}" : "")}.",
            (_, false, false) => "Mailbox users are disconnected now and stay so.",
            _ => Crash() is { } crash ? $"Mailbox users stay connected unless the store crashes {crash}." : "Mailbox users stay connected.",
        };

        // A start hands mail to the store; only a search says how often the store may die of it.
        string? Crash() =>
            effects.Select(effect => effect.Call.With.GetValueOrDefault(Crashes)).OfType<string>().FirstOrDefault(most => most != "0") is { } most ? $"(at most {most} times)"
            : effects.Exists(effect => effect.Starts?.Contains(Site.ImcService, StringComparer.OrdinalIgnoreCase) == true) ? "at the start"
            : null;

        string Imc() => (Stops(Site.ImcService), Runs(now, Site.ImcService), Runs(then, Site.ImcService)) switch
        {
            (true, true, true) => "Internet mail waits meanwhile.",
            (true, true, false) => "Internet mail stops and stays stopped.",
            (_, false, true) => "Internet mail is down now; this starts it.",
            (_, false, false) => "Internet mail is down now and stays so.",
            _ => "Internet mail goes on.",
        };

        bool Stops(string service) => effects.Exists(effect => effect.Stops?.Contains(service, StringComparer.OrdinalIgnoreCase) == true);
    }

    /// <summary>Of a command: as much as its policy says.</summary>
    private static string Untold(PlannedEffect effect) =>
        effect.Touches.Say(Trait.DisconnectsUsers) ? $"{effect.Call.Use} disconnects users, as its policy says."
        : effect.Touches.Say(Trait.StopsService) ? $"{effect.Call.Use} stops a service, as its policy says; what users notice is not known to ImcBot."
        : $"Whether {effect.Call.Use} stops a service is not known to ImcBot, nor what users notice.";

    private static bool Runs(IReadOnlyList<ServiceInfo> services, string name) => services.Find(name)?.State == ServiceState.Running;

    private static List<string> Risks(List<PlannedEffect> effects)
    {
        (bool Runs, string Says)[] risks =
        [
            (effects.Exists(effect => Says(effect, Trait.Items, Trait.Holds, Trait.StartsService)), "Mail in flight at a crash, and some outbound mail, may arrive twice. No mail is deleted."),
            (effects.Exists(effect => Says(effect, Trait.Deletes)), "What is deleted does not come back."),
            (effects.Exists(effect => Says(effect, Trait.Items) && !effect.Touches.Any(trait => trait is Trait.Holds or Trait.Deletes or Trait.Configuration)),
                "If a returned message is bad, the service stops again and may take the store with it."),
            (effects.Exists(effect => Says(effect, Trait.Items, Trait.Holds) && string.Equals(effect.Call.With.GetValueOrDefault("folder"), "Out", StringComparison.OrdinalIgnoreCase)),
                "Outbound mail that was being sent may arrive twice. No mail is deleted."),
            (effects.Exists(effect => Says(effect, Trait.Holds) && !Says(effect, Trait.Items)), "Senders cannot deliver while inbound mail is paused; their servers try again, for some days."),
            (effects.Exists(effect => Says(effect, Trait.StartsService) && !Says(effect, Trait.Items)), "If the cause is still there, the service stops again and may take the store with it."),
        ];
        return [.. risks.Where(risk => risk.Runs).Select(risk => risk.Says)];
    }

    private static bool Says(PlannedEffect effect, params ReadOnlySpan<Trait> traits)
    {
        foreach (var trait in traits)
        {
            if (!effect.Touches.Say(trait))
            {
                return false;
            }
        }

        return true;
    }
}
