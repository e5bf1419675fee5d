using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.General;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Products.Exchange;

/// <summary>Lowers the SMTP Protocol Log (Q317653 resolution 2). The service reads the level only when it starts.</summary>
internal sealed class SmtpLogSet : IRegistryAction
{
    public const string Use = "smtp-log.set";

    public string Id => Use;

    public async Task<Footprint> FootprintAsync(Call call, Site site, CancellationToken cancellationToken) =>
        Footprint.OfValue(Installation.ImcDiagnostics, (await SmtpLog.FindAsync(site, cancellationToken)).Name);

    public async Task<PlannedEffect> PlanAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var level = long.Parse(call.With["level"]);
        var value = await SmtpLog.FindAsync(site, cancellationToken);
        return !SmtpLog.IsLevel(level) ? throw new HostException($"There is no level {level}; use 0, 1, 3 or 5.")
            : level > long.Parse(value.Text)
                ? throw new HostException($"The level is {SmtpLog.Word(long.Parse(value.Text))}; this action only lowers it.")
            : Effects.Of(
                call,
                $"set the SMTP Protocol Log from {SmtpLog.Word(long.Parse(value.Text))} to {SmtpLog.Word(level)}; it counts from "
                    + "the next start of the service",
                await ObserveAsync(call, site, cancellationToken),
                undo: $"sets it back to {SmtpLog.Word(long.Parse(value.Text))}"
            );
    }

    public async Task<IReadOnlyDictionary<string, string>> ObserveAsync(Call call, Site site, CancellationToken cancellationToken) =>
        RegistryEdit.Seen(await SmtpLog.FindAsync(site, cancellationToken));

    public async Task<EffectOutcome> ActAsync(PlannedEffect effect, RunContext context, CancellationToken cancellationToken)
    {
        var value = await SmtpLog.FindAsync(context.Site, cancellationToken);
        var level = long.Parse(effect.Call.With["level"]);
        await RegistryEdit.SetAsync(
            context,
            effect.Call,
            Installation.ImcDiagnostics,
            RegistryValue.Dword(value.Name, level),
            cancellationToken
        );
        return new EffectOutcome(Id, Verdict.Clear, $"The SMTP Protocol Log is set to {SmtpLog.Word(level)}.");
    }
}
