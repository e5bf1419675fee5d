using ImcBot.Bot.Channel;
using ImcBot.Contracts;

namespace ImcBot.Bot.Commands;

/// <summary>The catalog as a page for people who write runbooks.</summary>
internal static class CatalogPage
{
    public static string Markdown =>
        string.Join(
            '\n',
            [
                "# The catalog",
                "",
                "Every check and action that a runbook may use. Made by `imcbot catalog --markdown` from the program; a test holds "
                    + "that it is up to date. An argument in brackets may be left out.",
                "",
                "## Checks",
                "",
                "They only read.",
                "",
                "| id | asks | arguments |",
                "|---|---|---|",
                .. Checks.Select(entry => $"| `{entry.Id}` | {Cell(entry.Does)} | {Cell(Arguments(entry))} |"),
                "",
                "## Actions",
                "",
                "Each is planned by the relay, approved, and done once. *Scope*: single (one value or service), listed (exactly the "
                    + "items of the plan), bounded (a rule and a ceiling). *Touches* is the most that it touches; a "
                    + "plan says what it will.",
                "",
                "| id | does | arguments | impact, scope | touches | taken back | left alone |",
                "|---|---|---|---|---|---|---|",
                .. Actions.Select(entry =>
                    $"| `{entry.Id}` | {Cell(entry.Does)} | {Cell(Arguments(entry))} | {Word(entry.Impact)}, {Word(entry.Scope)} | "
                    + $"{Traits(entry)} | {Cell(entry.Undo ?? "cannot be undone")} | {Cell(entry.Abandoned)} |"
                ),
                "",
                "## What lines of a log tell",
                "",
                "Words for `kinds` of `opens-on`, where a log has no numbers. Of the line itself nothing leaves the server.",
                "",
                "| kind | tells |",
                "|---|---|",
                .. Catalog.EventKinds.Select(kind => $"| `{kind.Key}` | {Cell(kind.Value)} |"),
                "",
                $"A relay's own commands are used as `{Catalog.CommandPrefix}NAME`; its administrator declares them in its policy "
                    + "file ([sample](../relay/policy.sample.yaml)).",
                "",
            ]
        );

    /// <summary>One entry in a few lines.</summary>
    public static string Text(CatalogEntry entry) =>
        string.Join(
            Environment.NewLine,
            [
                $"{entry.Id}  {entry.Does}",
                .. entry.Arguments.Count == 0 ? (string[])[] : [$"    with {Arguments(entry)}"],
                .. entry.IsCheck
                    ? (string[])[]
                    : [$"    {Word(entry.Impact)}, {Word(entry.Scope)}; touches {Traits(entry)}; {entry.Undo ?? "cannot be undone"}"],
            ]
        );

    public static IEnumerable<CatalogEntry> Entries => Checks.Concat(Actions);

    private static IEnumerable<CatalogEntry> Checks =>
        Catalog.Entries.Values.Where(entry => entry.IsCheck).OrderBy(entry => entry.Id, StringComparer.Ordinal);

    private static IEnumerable<CatalogEntry> Actions =>
        Catalog.Entries.Values.Where(entry => !entry.IsCheck).OrderBy(entry => entry.Id, StringComparer.Ordinal);

    private static string Arguments(CatalogEntry entry) =>
        string.Join(
            ", ",
            entry
                .Arguments.Select(argument => (Text: $"{argument.Name} ({Word(argument.Kind)})", argument.Required))
                .Select(argument => argument.Required ? argument.Text : $"[{argument.Text}]")
        );

    private static string Traits(CatalogEntry entry) => string.Join(", ", entry.Traits.Select(Word));

    /// <summary>A name of an enum as words.</summary>
    private static string Word<T>(T value)
        where T : struct, Enum => Words.Kebab(value).Replace('-', ' ');

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
