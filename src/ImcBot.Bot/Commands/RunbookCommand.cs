using System.CommandLine;
using ImcBot.Core.Runbooks;

namespace ImcBot.Bot.Commands;

/// <summary>Looks at runbooks without running anything.</summary>
internal static class RunbookCommand
{
    public static Command Create()
    {
        var file = new Argument<FileInfo>("file") { Description = "The runbook (YAML)." };
        var check = new Command("check", "Says whether a runbook can be used, or every line that is wrong.") { file };
        check.SetAction(parsed =>
        {
            var runbook = Load(parsed.GetRequiredValue(file));
            BotCommand.Print(
                parsed, $"{runbook.Id} can be used: {runbook.Steps.Count} steps, SHA-256 {runbook.Digest}.", new { runbook.Id, Steps = runbook.Steps.Count, runbook.Digest });
        });
        var show = new Command("show", "Prints a runbook's steps, checks and remedies.") { file };
        show.SetAction(parsed =>
        {
            var runbook = Load(parsed.GetRequiredValue(file));
            BotCommand.Print(parsed, string.Join(Environment.NewLine, Lines(runbook)), runbook);
        });
        return new Command("runbook", "Checks and shows runbooks.") { check, show };
    }

    private static Runbook Load(FileInfo file) => file.Exists
        ? RunbookFile.Load(File.ReadAllBytes(file.FullName), file.ToString())
        : throw new CommandException($"There is no file {file}.");

    private static IEnumerable<string> Lines(Runbook runbook)
    {
        yield return $"{runbook.Id}: {runbook.Title}";
        foreach (var step in runbook.Steps)
        {
            yield return $"  {step.Id}: {step.Name} ({step.Kb}), check {step.Check.Use}";
            foreach (var offer in step.Offers)
            {
                yield return $"    {offer.Name}: {offer.Does}; {(offer.Remedy is null ? "a person" : $"{offer.Approval.Role} approves")}";
            }
        }
    }
}
