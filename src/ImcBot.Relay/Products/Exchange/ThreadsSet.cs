using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.General;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Products.Exchange;

/// <summary>
/// Raises Max Threads of the information store (Q317653 resolution 5, Q169686); never lowers it. The store reads it when it starts.
/// </summary>
internal sealed class ThreadsSet : IRegistryAction
{
    public const string Use = "threads.set";

    public string Id => Use;

    public async Task<Footprint> FootprintAsync(Call call, Site site, CancellationToken cancellationToken) =>
        Footprint.OfValue(
            Installation.StoreParameters,
            (await MaxThreads.FindAsync(site, cancellationToken)).FirstOrDefault()?.Name ?? MaxThreads.Name
        );

    public async Task<PlannedEffect> PlanAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var values = await MaxThreads.FindAsync(site, cancellationToken);
        var wanted = long.Parse(call.With["value"]);
        if (values.Count > 1)
        {
            throw new HostException(
                $"Values that differ only in spelling: {values.Count} ("
                    + $"{string.Join(", ", values.Select(value => value.Name))}); remove the wrong one first."
            );
        }

        var current = values.Count == 0 ? MaxThreads.Default : long.Parse(values[0].Text);
        return wanted <= current
            ? throw new HostException($"Max Threads is {Words.Number(current)} already; this action only raises it.")
            : Effects.Of(
                call,
                $"set {(values.Count == 0 ? MaxThreads.Name : values[0].Name)} from {Words.Number(current)} to "
                    + $"{Words.Number(wanted)}; it counts from the next start of the store",
                await ObserveAsync(call, site, cancellationToken),
                undo: values.Count == 0 ? "removes the value again" : $"sets it back to {Words.Number(current)}"
            );
    }

    public async Task<IReadOnlyDictionary<string, string>> ObserveAsync(Call call, Site site, CancellationToken cancellationToken) =>
        await MaxThreads.FindAsync(site, cancellationToken) is [var value, ..]
            ? RegistryEdit.Seen(value)
            : Effects.Seen((MaxThreads.Name, "not set"));

    public async Task<EffectOutcome> ActAsync(PlannedEffect effect, RunContext context, CancellationToken cancellationToken)
    {
        var values = await MaxThreads.FindAsync(context.Site, cancellationToken);
        var name = values.Count == 0 ? MaxThreads.Name : values[0].Name;
        var wanted = long.Parse(effect.Call.With["value"]);
        await RegistryEdit.SetAsync(
            context,
            effect.Call,
            Installation.StoreParameters,
            RegistryValue.Dword(name, wanted),
            cancellationToken
        );
        return new EffectOutcome(Id, Verdict.Clear, $"{name} is set to {Words.Number(wanted)}.");
    }
}
