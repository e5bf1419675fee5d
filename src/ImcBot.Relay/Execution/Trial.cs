using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Policy;

namespace ImcBot.Relay.Execution;

/// <summary>Tries what a runbook may ask of this server: runs every check and plans every remedy. Changes nothing, keeps nothing.</summary>
internal sealed class Trial(ActionSet actions, Site site, Planner planner, PolicyGuard guard)
{
    /// <summary>No incident has this question, so that no cap of one counts.</summary>
    private static readonly QuestionId Nobody = new(0, 1);

    public async IAsyncEnumerable<Tried> RunAsync(RunbookCalls calls, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
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

    private async Task<Tried> CheckAsync(string name, Call call, CancellationToken cancellationToken)
    {
        if (actions.Policy.Refuse(call) is { } refusal)
        {
            return new(name, Possible.No, refusal);
        }

        if (!actions.Checks.TryGetValue(call.Use, out var check))
        {
            return new(name, Possible.No, $"'{call.Use}' is no check of this relay; update it, or use another.");
        }

        try
        {
            var finding = await check.CheckAsync(await site.ResolveAsync(call, cancellationToken), site, cancellationToken);
            return new(name, finding.Verdict == Verdict.Unknown ? Possible.No : Possible.Yes, finding.Summary);
        }
        catch (HostException exception)
        {
            return new(name, Possible.No, exception.Message);
        }
    }

    private async Task<Tried> PlanAsync(string name, Remedy remedy, CancellationToken cancellationToken)
    {
        if (remedy.Calls.Select(actions.Policy.Refuse).FirstOrDefault(refusal => refusal is not null) is { } wrong)
        {
            return new(name, Possible.No, wrong);
        }

        try
        {
            var plan = await planner.PlanAsync(Nobody, remedy, cancellationToken);
            return await guard.RefuseAsync(plan, order: null, cancellationToken) is { } refusal
                ? new(name, Possible.No, refusal)
                : new(name, Possible.Yes, $"It would {string.Join("; ", plan.Effects.Select(effect => effect.Does))}.");
        }
        catch (HostException exception)
        {
            return new(name, Possible.NotNow, exception.Message);
        }
    }
}

/// <summary>Whether something of a runbook can be done on a server.</summary>
internal enum Possible
{
    /// <summary>The relay's policy or catalog refuses it, or the server does not tell.</summary>
    No,

    /// <summary>The server says no as things are: there is nothing to do, or something is missing.</summary>
    NotNow,

    Yes,
}

/// <summary>What became of one try.</summary>
/// <param name="Said">What a check found, what a remedy would do, or why not.</param>
internal sealed record Tried(string Name, Possible Possible, string Said);
