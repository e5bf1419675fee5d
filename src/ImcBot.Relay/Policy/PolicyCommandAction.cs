using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Policy;

/// <summary>
/// A command of the policy as an action like any other: planned, approved by digest, run once, taken back by its undo command.
/// </summary>
internal sealed class PolicyCommandAction(PolicyCommand command) : IUndoable
{
    /// <summary>What a runbook may fill in with a text that no form holds to a first letter.</summary>
    private static readonly ArgumentKind[] Texts = [ArgumentKind.Text, ArgumentKind.Pattern, ArgumentKind.Service];

    public string Id => command.Id;

    public IReadOnlyList<Right> Rights => [Right.Programs];

    public Task<Footprint> FootprintAsync(Call call, Site site, CancellationToken cancellationToken) =>
        Task.FromResult(Footprint.OfService(Given(call, ArgumentKind.Service)) with { Folders = Given(call, ArgumentKind.Path) });

    public async Task<PlannedEffect> PlanAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        if (Texts.SelectMany(kind => Given(call, kind)).FirstOrDefault(IsSwitch) is { } text)
        {
            throw new HostException($"'{text}' would be read as a switch by {command.Id}; an argument may not begin with -, / or @.");
        }

        var observed = await ObserveAsync(call, site, cancellationToken);
        var said = observed.GetValueOrDefault("plan") is { Length: > 0 } words ? $" ({words})" : "";
        return Effects.Of(
            call,
            $"{command.Does}: on the relay's machine run {string.Join(' ', PolicyCommand.Fill(command.Run, call))}{said}",
            observed,
            command.UndoDoes,
            entry: command.Entry
        );
    }

    public async Task<IReadOnlyDictionary<string, string>> ObserveAsync(Call call, Site site, CancellationToken cancellationToken) =>
        command.Plan is null
            ? Effects.Seen(("command", command.Print))
            : Effects.Seen(("command", command.Print), ("plan", await AskAsync(command.Plan, call, site, cancellationToken)));

    public async Task<EffectOutcome> ActAsync(PlannedEffect effect, RunContext context, CancellationToken cancellationToken)
    {
        if (command.Undo is not null)
        {
            context.KeepUndo(effect.Call, ("command", command.Print));
        }

        return Outcome(await context.Writer.RunAsync(PolicyCommand.Fill(command.Run, effect.Call), command.Limit, cancellationToken));
    }

    public Task<UndoPlan> PlanUndoAsync(UndoRecord record, Site site, CancellationToken cancellationToken) =>
        Task.FromResult(
            new UndoPlan($"{command.UndoDoes}: on the relay's machine run {string.Join(' ', PolicyCommand.Fill(Undo, record.Call))}")
        );

    public async Task<EffectOutcome> UndoAsync(UndoRecord record, RunContext context, CancellationToken cancellationToken) =>
        Outcome(await context.Writer.RunAsync(PolicyCommand.Fill(Undo, record.Call), command.Limit, cancellationToken));

    private IReadOnlyList<string> Undo => command.Undo ?? throw new HostException($"The policy has no undo for {command.Id} any more.");

    private async Task<string> AskAsync(IReadOnlyList<string> plan, Call call, Site site, CancellationToken cancellationToken)
    {
        var result = await site.Host.Commands.AskAsync(PolicyCommand.Fill(plan, call), command.Limit, cancellationToken);
        return result.ExitCode == 0
            ? result.Said
            : throw new HostException($"The plan command of {command.Id} says no (exit code {result.ExitCode}): {result.Said}");
    }

    private EffectOutcome Outcome(CommandResult result) =>
        result.ExitCode switch
        {
            0 => new EffectOutcome(Id, Verdict.Clear, $"{command.Does}: done. {result.Said}".TrimEnd()),
            { } code => new EffectOutcome(Id, Verdict.Failed, $"{command.Does}: exit code {code}. {result.Said}".TrimEnd()),
            null => new EffectOutcome(Id, Verdict.Unknown, $"{command.Does}: {result.Said}"),
        };

    private string[] Given(Call call, ArgumentKind kind) =>
        [
            .. command
                .Arguments.Where(argument => argument.Kind == kind && call.With.ContainsKey(argument.Name))
                .Select(argument => call.With[argument.Name]),
        ];

    private static bool IsSwitch(string text) => text[0] is '-' or '/' or '@';
}
