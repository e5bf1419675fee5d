using System.CommandLine;
using System.Diagnostics;
using ImcBot.Core.Runbooks;
using ImcBot.Core.Runbooks.Proof;

namespace ImcBot.Bot.Commands;

/// <summary>Looks at runbooks without running anything.</summary>
internal static class RunbookCommand
{
    public static Command Create()
    {
        var file = new Argument<FileInfo>("file") { Description = "The runbook (YAML)." };
        var check = new Command("check", "Proves a runbook, or says every line that is wrong.") { file };
        check.SetAction(parsed => Check(parsed, parsed.GetRequiredValue(file)));
        var show = new Command("show", "Prints a runbook's steps, checks and remedies.") { file };
        show.SetAction(parsed =>
        {
            var runbook = Load(parsed.GetRequiredValue(file));
            BotCommand.Print(parsed, string.Join(Environment.NewLine, Lines(runbook)), runbook);
        });
        return new Command("runbook", "Checks and shows runbooks.") { check, show };
    }

    private static int Check(ParseResult parsed, FileInfo file)
    {
        try
        {
            var runbook = Load(file);
            var begun = Stopwatch.GetTimestamp();
            var proved = RunbookProof.Of(runbook).OrThrow(file.ToString());
            var seconds = Math.Round(Stopwatch.GetElapsedTime(begun).TotalSeconds, 1);
            BotCommand.Print(
                parsed,
                $"{runbook.Id} is proved: {runbook.Steps.Count} steps, {proved.States} states and {proved.Transitions} transitions explored in {seconds} s, SHA-256 {runbook.Digest}.",
                new { runbook.Id, Proved = true, Steps = runbook.Steps.Count, proved.States, proved.Transitions, Seconds = seconds, runbook.Digest });
            return 0;
        }
        catch (RunbookException refused) when (parsed.GetValue(BotCommand.Json))
        {
            BotCommand.Print(parsed, "", new
            {
                File = file.ToString(), Proved = false,
                Problems = refused.Problems.Select(problem => new { problem.At.Line, problem.At.Column, problem.Text }),
            });
            return 1;
        }
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
