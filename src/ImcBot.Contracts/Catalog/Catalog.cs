using System.Text.RegularExpressions;

namespace ImcBot.Contracts;

/// <summary>All checks and actions that bot and relay know, by id.</summary>
public static partial class Catalog
{
    /// <summary>How the ids of commands begin that a relay's policy adds.</summary>
    public const string CommandPrefix = "command.";

    private const string Nothing = "nothing is left half done";

    public static IReadOnlyDictionary<string, CatalogEntry> Entries { get; } =
        new[] { General, Causes, Queues, Exchange, Postfix }
            .SelectMany(entries => entries)
            .ToDictionary(entry => entry.Id, StringComparer.Ordinal);

    /// <summary>What lines of logs may tell that have no number of their own: a word for it, and what it means.</summary>
    public static IReadOnlyDictionary<string, string> EventKinds { get; } =
        new SortedDictionary<string, string>(PostfixLines.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);

    /// <summary>The entry of an id, or null. A command of a relay's policy counts as the heaviest action there is until that relay's plan
    /// says what it is:
    /// only the relay knows its arguments, its impact, what it touches and its undo.</summary>
    public static CatalogEntry? Find(string use) =>
        Entries.GetValueOrDefault(use)
        ?? (IsCommand(use) ? Action(use, "Runs a command of the relay's policy", Impact.Destructive, Scope.Single, Traits.Unknown) : null);

    /// <summary>The entry that is this to every walk, or null when there is none yet.</summary>
    public static CatalogEntry? Of(Purpose purpose) => Entries.Values.FirstOrDefault(entry => entry.Purpose == purpose);

    /// <summary>What an id is to every walk.</summary>
    public static Purpose PurposeOf(string use) => Entries.GetValueOrDefault(use)?.Purpose ?? Purpose.Unknown;

    /// <summary>Whether the entry of a call says that it is or touches this.</summary>
    public static bool Say(Call call, Trait trait) => Find(call.Use)?.Traits.Say(trait) == true;

    /// <summary>Whether the entry of a call has an argument of this name.</summary>
    public static bool Takes(Call call, string argument) => Find(call.Use)?.Arguments.Any(known => known.Name == argument) == true;

    /// <summary>A call of the entry that is this to every walk.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static Call CallOf(Purpose purpose, params (string Name, string Value)[] with) =>
        Call.To((Of(purpose) ?? throw new InvalidOperationException($"The catalog has nothing for '{purpose}'.")).Id, with);

    /// <summary>Whether an id can name a command that a local administrator has added in a relay's policy file.</summary>
    public static bool IsCommand(string use) => CommandForm().IsMatch(use);

    /// <summary>
    /// What is wrong with a call, as a sentence, or null when it fits its entry. The arguments of a command are judged by its relay.
    /// </summary>
    public static string? Refuse(Call call) =>
        Entries.TryGetValue(call.Use, out var entry) ? entry.Refuse(call)
        : !IsCommand(call.Use)
            ? $"'{call.Use}' is not in the catalog; use one of {string.Join(", ", Entries.Keys.Order(StringComparer.Ordinal))}, or "
                + $"a relay's own {CommandPrefix}NAME."
        : call.With.Values.FirstOrDefault(value => !ArgumentForms.Fits(ArgumentKind.Text, value)) is { } text
            ? $"'{text}' is no argument for '{call.Use}'; write 1 to 256 characters."
        : null;

    private static CatalogEntry Check(string id, string does) => new(id, 1, Impact.Read, Scope.Single, does, Nothing, [], []);

    /// <summary>One that cannot be undone and leaves nothing half done, unless it is said.</summary>
    private static CatalogEntry Action(string id, string does, Impact impact, Scope scope, IReadOnlyList<Trait> traits) =>
        new(id, 1, impact, scope, does, Nothing, traits, []);

    [GeneratedRegex("^command\\.[a-z][a-z0-9-]{0,39}$", RegexOptions.CultureInvariant)]
    private static partial Regex CommandForm();
}
