using ImcBot.Contracts;
using ImcBot.Relay.Policy;

namespace ImcBot.Relay.Execution;

/// <summary>
/// Plans what the policy allows: it is asked before, because planning a command runs a program of the administrator's, and of what the
/// plan then says.
/// </summary>
internal sealed class GuardedPlanner(Planner planner, PolicyGuard guard)
{
    /// <summary>
    /// The plan, and why it would not be carried out; no plan where the policy forbids it in its form. Throws
    /// <see cref="Hosts.HostException"/> where the server cannot do it.
    /// </summary>
    public async Task<(Plan? Plan, string? Refusal)> PlanAsync(QuestionId question, Remedy remedy, CancellationToken cancellationToken)
    {
        if (await guard.RefuseAsync(remedy, cancellationToken) is { } wrong)
        {
            return (null, wrong);
        }

        var plan = await planner.PlanAsync(question, remedy, cancellationToken);
        return (plan, await guard.RefuseAsync(plan, bringsToRest: false, cancellationToken));
    }
}
