using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.General;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Policy;
using ImcBot.Relay.Queues;

namespace ImcBot.Relay.Execution;

/// <summary>
/// Carries out an approved plan, once: looks for drift, does each effect in order, watches after the last start, reports each effect.
/// </summary>
internal sealed class PlanRunner(ActionSet actions, Site site, RelayLedger ledger, PolicyGuard guard)
{
    public async Task<Report> ExecuteAsync(Job job, Plan plan, CancellationToken cancellationToken)
    {
        var context = await ContextAsync(job, plan, cancellationToken);
        var startedAt = site.Time.GetUtcNow();
        if ((job.Order is null || job.Run.Run == 1) && await DriftAsync(plan, cancellationToken) is { } drift)
        {
            return context.Report(Verdict.Failed, $"Nothing was done: {drift}", startedAt, [("voided", drift)]);
        }

        return await CarryOutAsync(job, plan, context, startedAt, cancellationToken);
    }

    /// <summary>
    /// After the relay died in a run that can be finished: does again what begins with a look at where things are. Null when it cannot.
    /// </summary>
    public async Task<Report?> FinishAsync(Job job, Plan plan, CancellationToken cancellationToken)
    {
        var resumes = plan.Effects.Select(effect => actions.Find(effect.Call.Use).Resumes).ToList();
        if (resumes.Contains(false) || !resumes.Contains(true))
        {
            return null;
        }

        var context = await ContextAsync(job, plan, cancellationToken);
        return await CarryOutAsync(job, plan, context, site.Time.GetUtcNow(), cancellationToken);
    }

    /// <summary>A run with hands that do what its plan says and the policy allows.</summary>
    public async Task<RunContext> ContextAsync(Job job, Plan plan, CancellationToken cancellationToken) =>
        new(
            job,
            plan,
            site,
            ledger,
            await guard.HandsAsync(job.Run, plan, cancellationToken),
            await site.NewestEventAsync(cancellationToken)
        );

    private async Task<Report> CarryOutAsync(
        Job job,
        Plan plan,
        RunContext context,
        DateTimeOffset startedAt,
        CancellationToken cancellationToken
    )
    {
        var steps = new List<EffectOutcome>();
        context.Serves = Served(plan);
        var ending = job.Order is null
            ? await DoAsync(context, plan, steps, cancellationToken)
            : await SearchAsync(context, plan, job.Order, steps, cancellationToken);
        return context.Report(ending.Verdict, ending.Summary, startedAt, ending.Voided is null ? [] : [("voided", ending.Voided)], steps);
    }

    private async Task<string?> DriftAsync(Plan plan, CancellationToken cancellationToken)
    {
        foreach (var effect in plan.Effects)
        {
            var action = actions.Find(effect.Call.Use);
            if (
                effect.Observed.Count > 0
                && Effects.Drift(effect.Observed, await action.ObserveAsync(effect.Call, site, cancellationToken)) is { } drift
            )
            {
                return drift;
            }

            if (
                effect.Ceiling is { } ceiling
                && action is IBounded bounded
                && Effects.Above(ceiling, await bounded.MeasureAsync(effect.Call, site, cancellationToken)) is { } grown
            )
            {
                return grown;
            }
        }

        return null;
    }

    private async Task<Ending> DoAsync(RunContext context, Plan plan, List<EffectOutcome> outcomes, CancellationToken cancellationToken)
    {
        var goal = plan.Remedy.Goal is { } check ? await site.ResolveAsync(check, cancellationToken) : null;
        var reached = goal is not null && await IsClearAsync(goal, cancellationToken);
        string? watched = null;
        var after = context.EventsAfter;
        foreach (var effect in plan.Effects)
        {
            var isRung = IsRung(effect.Call.Use);
            if (goal is not null && !isRung && !reached)
            {
                break;
            }

            if (plan.Remedy.UndoOf is null && actions.Find(effect.Call.Use).IsStart)
            {
                watched = effect.Call.With["service"];
                after = await site.NewestEventAsync(cancellationToken);
            }

            var outcome =
                isRung && reached
                    ? new EffectOutcome(effect.Call.Use, Verdict.Clear, "not needed: the goal is reached.")
                    : await TryAsync(context, effect, cancellationToken);
            Keep(context, outcomes, outcome);
            if (outcome.Verdict != Verdict.Clear && !isRung)
            {
                break;
            }

            reached = reached || (isRung && await IsClearAsync(goal!, cancellationToken));
        }

        if (goal is not null && !reached)
        {
            return new Ending(
                Verdict.Failed,
                $"{Said(outcomes)} That was not enough: {(await CheckAsync(goal, cancellationToken)).Summary} Nothing was started."
            );
        }

        if (outcomes.FirstOrDefault(outcome => outcome.Verdict != Verdict.Clear && !IsRung(outcome.Use)) is { } wrong && watched is null)
        {
            return new Ending(wrong.Verdict, wrong.Summary);
        }

        return watched is null
            ? new Ending(Verdict.Clear, Said(outcomes))
            : await WatchAsync(context, watched, after, outcomes, cancellationToken);

        bool IsRung(string use) => goal is not null && plan.Remedy.Rungs.Any(rung => rung.Use == use);
    }

    /// <summary>The service that a plan is about: the last one that it starts.</summary>
    private string? Served(Plan plan) =>
        plan.Effects.LastOrDefault(effect => actions.Find(effect.Call.Use).IsStart)?.Call.With["service"]
        ?? plan.Effects.SelectMany(effect => effect.Starts ?? []).LastOrDefault();

    private async Task<Ending> WatchAsync(
        RunContext context,
        string service,
        long after,
        List<EffectOutcome> outcomes,
        CancellationToken cancellationToken
    )
    {
        var started = outcomes[^1];
        var seen =
            started.Verdict == Verdict.Clear
                ? await Watch.ForAsync(site, service, after, cancellationToken)
                : await Watch.FallenAsync(site, service, after, cancellationToken);
        context.CountCrash(site.CrashesIn(seen.Events));
        if (started.Verdict != Verdict.Clear)
        {
            return new Ending(started.Verdict, started.Summary);
        }

        if (seen.Wrong is { } wrong)
        {
            return new Ending(Verdict.Failed, $"{service} did not stay up: {wrong}.");
        }

        ledger.SetMark(Marks.HealthyOf(service), await site.NewestEventAsync(cancellationToken));

        return new Ending(Verdict.Clear, $"{Said(outcomes)} {service} has stayed up for {site.Profile.WatchSeconds} s.");
    }

    /// <summary>
    /// Riders and restarts belong to the first round: they wait for the same start. So does what must be out of the way before it, without
    /// which no round begins.
    /// </summary>
    private async Task<Ending> SearchAsync(
        RunContext context,
        Plan plan,
        RoundOrder order,
        List<EffectOutcome> outcomes,
        CancellationToken cancellationToken
    )
    {
        var search = MailSearch.In(plan);
        var restarts = plan.Effects.Where(effect => effect.Call.Use == Catalog.ServiceRestart).ToList();
        if (restarts.Count > 0)
        {
            var served = (await QueueSet.OfAsync(search.Call, site, cancellationToken)).Record.Service;
            restarts.RemoveAll(effect => effect.Call.With["service"].Equals(served, StringComparison.OrdinalIgnoreCase));
        }

        if (context.Run.Run == 1)
        {
            foreach (var effect in plan.Effects.Where(effect => effect != search && !actions.Find(effect.Call.Use).IsStart))
            {
                var outcome = await TryAsync(context, effect, cancellationToken);
                Keep(context, outcomes, outcome);
                if (outcome.Verdict != Verdict.Clear && plan.Remedy.Rungs.Any(rung => rung.Use == effect.Call.Use))
                {
                    return new Ending(outcome.Verdict, $"{outcome.Summary} The search has not begun.");
                }
            }
        }

        async Task RestartAsync()
        {
            foreach (var effect in restarts)
            {
                Keep(context, outcomes, await TryAsync(context, effect, cancellationToken));
            }
        }

        try
        {
            var ending = await SearchRound.RunAsync(context, search, order, RestartAsync, cancellationToken);
            Keep(context, outcomes, new EffectOutcome(search.Call.Use, ending.Verdict, ending.Summary));
            return ending;
        }
        catch (HostException exception)
        {
            return new Ending(
                Verdict.Unknown,
                $"The round broke off: {exception.Message} The ledger knows where each item is; safe rest puts it in order."
            );
        }
    }

    private async Task<EffectOutcome> TryAsync(RunContext context, PlannedEffect effect, CancellationToken cancellationToken)
    {
        try
        {
            var action = actions.Find(effect.Call.Use);
            return effect.Call.With.TryGetValue(Planner.UndoArgument, out var record) && context.Plan.Remedy.UndoOf is { } of
                ? await UndoAsync(context, actions.FindUndo(effect.Call.Use), of, long.Parse(record), cancellationToken)
                : await action.ActAsync(effect, context, cancellationToken);
        }
        catch (HostException exception)
        {
            return new EffectOutcome(
                effect.Call.Use,
                exception.Kind is null || exception.IsAway ? Verdict.Unknown : Verdict.Failed,
                exception.Message
            );
        }
    }

    private static async Task<EffectOutcome> UndoAsync(
        RunContext context,
        IUndoable action,
        QuestionId of,
        long id,
        CancellationToken cancellationToken
    )
    {
        if (context.Ledger.UndoRecords(of).FirstOrDefault(record => record.Id == id) is not { } record)
        {
            return context.Ledger.IsUndoneBy(id, context.Run)
                ? new EffectOutcome(action.Id, Verdict.Clear, "This was taken back before the relay was restarted.")
                : new EffectOutcome(action.Id, Verdict.Failed, "This was taken back already.");
        }

        var outcome = await action.UndoAsync(record, context, cancellationToken);
        if (outcome.Verdict == Verdict.Clear)
        {
            context.Ledger.MarkUndone(id, context.Run);
        }

        return outcome;
    }

    private async Task<Finding> CheckAsync(Call check, CancellationToken cancellationToken) =>
        await actions.Checks[check.Use].CheckAsync(check, site, cancellationToken);

    private async Task<bool> IsClearAsync(Call check, CancellationToken cancellationToken) =>
        (await CheckAsync(check, cancellationToken)).Verdict == Verdict.Clear;

    private static void Keep(RunContext context, List<EffectOutcome> outcomes, EffectOutcome outcome)
    {
        outcomes.Add(outcome);
        context.Ledger.KeepOutcome(context.Run, outcomes.Count, outcome);
    }

    private static string Said(List<EffectOutcome> outcomes) => string.Join(' ', outcomes.Select(outcome => outcome.Summary));
}
