using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Execution;

/// <summary>Tries what a runbook may ask of this server: runs every check and plans every remedy. Changes nothing, keeps nothing.</summary>
internal sealed class Trial(ActionSet actions, Site site, GuardedPlanner planner)
{
    /// <summary>No incident has this question, so that no cap of one counts.</summary>
    private static readonly QuestionId Nobody = new(0, 1);

    public async IAsyncEnumerable<Tried> RunAsync(
        RunbookCalls calls,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        foreach (var (name, check) in calls.Checks)
        {
            yield return await CheckAsync(name, check, cancellationToken);
        }

        foreach (var (name, remedy) in calls.Remedies)
        {
            yield return await PlanAsync(name, remedy, cancellationToken);
        }
    }

    public async Task<Tried> CheckAsync(string name, Call call, CancellationToken cancellationToken)
    {
        var finding = await actions.AskAsync(call, site, cancellationToken);
        return new(name, finding.Verdict is Verdict.Unknown ? Verdict.Failed : Verdict.Clear, finding.Summary);
    }

    public async Task<Tried> PlanAsync(string name, Remedy remedy, CancellationToken cancellationToken)
    {
        try
        {
            var (plan, refusal) = await planner.PlanAsync(Nobody, remedy, cancellationToken);
            return plan is null || refusal is not null
                ? new(name, Verdict.Failed, refusal!)
                : new(name, Verdict.Clear, $"It would {string.Join("; ", plan.Effects.Select(effect => effect.Does))}.");
        }
        catch (HostException exception)
        {
            return new(name, Verdict.Finding, exception.Message);
        }
    }
}
