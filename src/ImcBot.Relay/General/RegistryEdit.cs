using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.General;

/// <summary>An action that sets one registry value, and nothing else, by <see cref="RegistryEdit.SetAsync"/>.</summary>
internal interface IRegistryAction : IUndoable, IWindowsAction
{
    Task<UndoPlan> IUndoable.PlanUndoAsync(UndoRecord record, Site site, CancellationToken cancellationToken) =>
        Task.FromResult(new UndoPlan(RegistryEdit.Describe(record)));

    Task<EffectOutcome> IUndoable.UndoAsync(UndoRecord record, RunContext context, CancellationToken cancellationToken) =>
        RegistryEdit.UndoAsync(record, context, cancellationToken);
}

/// <summary>One registry value: what was there, with its type, is kept before it is changed and comes back exactly.</summary>
internal static class RegistryEdit
{
    private const string Key = "key",
        Name = "name",
        Kind = "kind",
        Text = "text",
        Missing = "missing";

    public static IReadOnlyDictionary<string, string> Seen(RegistryValue value) => Effects.Seen((value.Name, $"{value.Kind} {value.Text}"));

    /// <param name="more">What else was there before and comes back with the value.</param>
    public static async Task SetAsync(
        RunContext context,
        Call call,
        string key,
        RegistryValue value,
        CancellationToken cancellationToken,
        params (string Name, string Value)[] more
    )
    {
        var before = await context.Site.ValueAsync(key, value.Name, cancellationToken);
        context.KeepUndo(
            call,
            [
                (Key, key),
                (Name, before?.Name ?? value.Name),
                (Kind, before?.Kind.ToString() ?? Missing),
                (Text, before?.Text ?? ""),
                .. more,
            ]
        );
        await context.Writer.SetValueAsync(key, value, cancellationToken);
    }

    public static string Describe(UndoRecord record) =>
        record.Before[Kind] == Missing
            ? $"remove the value {record.Before[Name]} again"
            : $"set {record.Before[Name]} back to {record.Before[Text].Replace("\n", ", ", StringComparison.Ordinal)}";

    public static async Task<EffectOutcome> UndoAsync(UndoRecord record, RunContext context, CancellationToken cancellationToken)
    {
        var (key, name) = (record.Before[Key], record.Before[Name]);
        if (record.Before[Kind] == Missing)
        {
            await context.Writer.DeleteValueAsync(key, name, cancellationToken);
        }
        else
        {
            await context.Writer.SetValueAsync(
                key,
                new RegistryValue(name, Enum.Parse<ValueKind>(record.Before[Kind]), record.Before[Text]),
                cancellationToken
            );
        }

        return new EffectOutcome(record.Call.Use, Verdict.Clear, $"{name} is as it was before {record.Run}.");
    }
}
