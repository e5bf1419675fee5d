using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Policy;

/// <summary>Holds plans to the policy: asked when a plan is made, so that nobody is asked to approve what would be refused, and again at
/// the gate.
/// The writer it gives is the last line: it refuses even what a wrong action of our own would do.</summary>
internal sealed class PolicyGuard(RelayPolicy policy, ActionSet actions, Site site, RelayLedger ledger, BotClock clock)
{
    private const long Hour = 3_600_000_000;

    public RelayPolicy Policy => policy;

    /// <summary>Why the policy does not allow a plan, as a sentence, or null.</summary>
    /// <param name="bringsToRest">Safe rest is never refused for a cap, because items must come to rest.</param>
    /// <param name="begun">The run of it that has begun already, which stands in no cap's way; null before it begins.</param>
    /// <param name="now">The bot's time where a grant has signed it, Unix microseconds; else what its polls say counts.</param>
    public async Task<string?> RefuseAsync(
        Plan plan,
        bool bringsToRest,
        CancellationToken cancellationToken,
        RunId? begun = null,
        long? now = null
    )
    {
        List<Call> calls = [.. plan.Effects.Select(effect => effect.Call)];
        return RefuseWeightAndUse(ImpactOf(plan), calls)
            ?? (bringsToRest ? null : Capped(plan, begun, now ?? clock.Now))
            ?? await BeyondAsync(calls, cancellationToken);
    }

    /// <summary>
    /// Why the policy does not allow what a remedy asks for in its form, or its commands at all, as a sentence, or null. Asked before it is
    /// planned: planning a command runs a program of the administrator's.
    /// </summary>
    public async Task<string?> RefuseAsync(Remedy remedy, CancellationToken cancellationToken)
    {
        if (remedy.Calls.Select(policy.Refuse).FirstOrDefault(refusal => refusal is not null) is { } wrong)
        {
            return wrong;
        }

        var calls = new List<Call>();
        foreach (var call in remedy.Calls.Where(call => Catalog.IsCommand(call.Use) && actions.Actions.ContainsKey(call.Use)))
        {
            calls.Add(await site.ResolveAsync(call, cancellationToken));
        }

        if (remedy.UndoOf is { } of)
        {
            calls.AddRange(ledger.UndoRecords(of).Select(record => record.Call).Where(call => Catalog.IsCommand(call.Use)));
        }

        var impact = calls.Select(ImpactOf).Aggregate(Impact.Read, RelayPolicy.Weightiest);
        return RefuseWeightAndUse(impact, calls) ?? await BeyondAsync(calls, cancellationToken);
    }

    /// <summary>The heaviest of what the plan says, the catalog and the policy.</summary>
    public Impact ImpactOf(Plan plan) =>
        plan.Effects.SelectMany(effect => new[] { effect.Impact, ImpactOf(effect.Call) }).Aggregate(plan.Impact, RelayPolicy.Weightiest);

    /// <summary>A writer that touches only what the approved plan says and the policy allows.</summary>
    public async Task<IHostWriter> HandsAsync(RunId run, Plan plan, CancellationToken cancellationToken) =>
        new GuardedWriter(site.Host.Writer(run.ToString()), plan, policy, await Folders.OnAsync(site, policy, cancellationToken));

    private Impact ImpactOf(Call call) => policy.Catalog.GetValueOrDefault(call.Use)?.Impact ?? Impact.Unknown;

    private string? RefuseWeightAndUse(Impact impact, List<Call> calls) =>
        RelayPolicy.Weight(impact) > RelayPolicy.Weight(policy.Highest) ? TooHigh(impact)
        : calls.Find(call => policy.Off.Contains(call.Use)) is { } off ? $"'{off.Use}' is switched off by this relay's policy."
        : null;

    private string TooHigh(Impact impact) =>
        policy.Digest is null
            ? $"The plan's impact is {RelayPolicy.Word(impact)}, this relay allows read: it has no policy file yet and only looks. "
                + "Its administrator writes policy.yaml."
            : $"The plan's impact is {RelayPolicy.Word(impact)}, this relay allows {RelayPolicy.Word(policy.Highest)}.";

    private string? Capped(Plan plan, RunId? begun, long? now)
    {
        var starting = plan.Remedy.UndoOf is null ? plan.Effects.Where(Starts).ToList() : [];
        if (starting.Count == 0)
        {
            return null;
        }

        var started = now is { } at ? ledger.StartsSince(at - Hour, begun) : [];
        var (service, starts) = started.FirstOrDefault(one =>
            starting.Any(effect => effect.Starts?.Contains(one.Service, StringComparer.OrdinalIgnoreCase) ?? true)
        );
        var crashes = ledger.CrashesOf(plan.Question.Incident, begun);
        return starts >= policy.StartsPerHour
                ? $"{service ?? "A service"} was started {Words.Count(starts, "time")} within the hour, this relay's policy allows "
                    + $"{policy.StartsPerHour}; now only a person at the server may start it."
            : crashes >= policy.CrashesPerIncident
                ? $"{Capital(Crashing(starting))} has crashed {Words.Count(crashes, "time")} in INC-{plan.Question.Incident}, this "
                    + $"relay's policy allows {policy.CrashesPerIncident}; now only a person at the server may start it."
            : null;
    }

    /// <summary>What crashes when what these start is started; the last start is the one that a plan is about.</summary>
    private string Crashing(List<PlannedEffect> starting) =>
        starting.SelectMany(effect => effect.Starts ?? []).LastOrDefault() is { } service
            ? site.Called(site.FallsWith(service))
            : "what it starts";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>Whether an effect starts a service; one that does not tell counts too.</summary>
    private static bool Starts(PlannedEffect effect) =>
        effect.Starts is { } starts ? starts.Count > 0 : effect.Touches.Allow(Trait.StartsService);

    private async Task<string?> BeyondAsync(List<Call> calls, CancellationToken cancellationToken)
    {
        var folders = await Folders.OnAsync(site, policy, cancellationToken);
        foreach (var call in calls)
        {
            var footprint = await actions.Find(call.Use).FootprintAsync(call, site, cancellationToken);
            if (
                footprint
                    .Services.Select(policy.RefuseService)
                    .Concat(footprint.Values.Select(policy.RefuseValue))
                    .FirstOrDefault(refusal => refusal is not null) is
                { } refused
            )
            {
                return refused;
            }

            foreach (var path in footprint.Folders)
            {
                if (await folders.RefuseAsync(path, cancellationToken) is { } refusal)
                {
                    return refusal;
                }
            }
        }

        return null;
    }
}
