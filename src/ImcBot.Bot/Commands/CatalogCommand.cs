using System.CommandLine;
using ImcBot.Contracts;

namespace ImcBot.Bot.Commands;

/// <summary><c>catalog</c>: every check and action that a runbook may use.</summary>
internal static class CatalogCommand
{
    public static Command Create()
    {
        var id = new Argument<string?>("id")
        {
            Description = "One check or action, or the beginning of its name, such as service.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var markdown = new Option<bool>("--markdown") { Description = "Prints the page for manifests/runbooks/catalog.md." };
        var command = new Command(
            "catalog",
            "Lists every check and action that a runbook may use, with arguments, impact, what it touches and undo."
        )
        {
            id,
            markdown,
        };
        command.SetAction(parsed =>
        {
            var wanted = parsed.GetValue(id) ?? "";
            var entries = CatalogPage.Entries.Where(entry => entry.Id.StartsWith(wanted, StringComparison.Ordinal)).ToList();
            if (entries.Count == 0)
            {
                throw CommandException.WrongUse($"No check or action begins with '{wanted}'. 'imcbot catalog' lists them all.");
            }

            BotCommand.Print(
                parsed,
                parsed.GetValue(markdown)
                    ? CatalogPage.Markdown.TrimEnd()
                    : string.Join(Environment.NewLine, entries.Select(CatalogPage.Text)),
                new { Entries = entries.Select(Json) }
            );
            return BotCommand.Done;
        });
        return command;
    }

    private static object Json(CatalogEntry entry) =>
        new
        {
            entry.Id,
            entry.Version,
            entry.IsCheck,
            entry.Does,
            Arguments = entry.Arguments.Select(argument => new
            {
                argument.Name,
                argument.Kind,
                argument.Required,
            }),
            entry.Impact,
            entry.Scope,
            entry.Traits,
            entry.Undo,
            entry.Abandoned,
        };
}
