using System.CommandLine;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Delivery;
using ImcBot.Bot.Endpoints;
using ImcBot.Bot.Incidents;
using ImcBot.Contracts;
using ImcBot.Core.Proof;
using ImcBot.Core.Runbooks;

namespace ImcBot.Bot.Commands;

/// <summary>Looks at runbooks without running anything.</summary>
internal static partial class RunbookCommand
{
    public static Command Create()
    {
        var file = new Argument<FileInfo>("file") { Description = "The runbook (YAML)." };
        var check = new Command(
            "check",
            "Proves a runbook, or says every line that is wrong; with --relay also what of it is possible on that host."
        )
        {
            file,
        };
        var host = new Option<string?>("--relay")
        {
            Description = "Host whose relay runs every check and plans every remedy, changing nothing (signs in as 'decide' does).",
        };
        var subject = new Option<string?>("--subject") { Description = "Which of the host's subjects, where several have this runbook." };
        var settings = DecideOptions.AddTo(check);
        check.Options.Add(host);
        check.Options.Add(subject);
        check.SetAction(
            async (parsed, cancellationToken) =>
            {
                var runbook = parsed.GetRequiredValue(file);
                var proved = Check(parsed, runbook);
                return proved != BotCommand.Done || parsed.GetValue(host) is not { } at
                    ? proved
                    : await TryOnHost.RunAsync(
                        parsed,
                        settings(parsed),
                        new TryAsk(at, parsed.GetValue(subject), await File.ReadAllBytesAsync(runbook.FullName, cancellationToken)),
                        transport: null,
                        cancellationToken
                    );
            }
        );
        var show = new Command("show", "Prints a runbook's steps, checks and remedies.") { file };
        show.SetAction(parsed =>
        {
            var runbook = Load(parsed.GetRequiredValue(file));
            BotCommand.Print(parsed, string.Join(Environment.NewLine, Lines(runbook)), runbook);
        });
        var calls = new Command("calls", "Prints all that a runbook may ask of a relay, for 'imcbot-relay try' beside the server.")
        {
            file,
        };
        calls.SetAction(parsed =>
            parsed.InvocationConfiguration.Output.WriteLine(
                JsonSerializer.Serialize(RunbookTrials.CallsOf(Load(parsed.GetRequiredValue(file))), WireJson.Options)
            )
        );
        return new Command("runbook", "Checks, shows and begins runbooks.") { check, show, calls, New(), Mark() };
    }

    private static Command New()
    {
        var id = new Option<string>("--id")
        {
            Description = "The article's number, such as Q317653.",
            DefaultValueFactory = _ => "my-runbook",
        };
        var service = new Option<string>("--service")
        {
            Description = "The service whose start puts the host back to work.",
            DefaultValueFactory = _ => "MyService",
        };
        var command = new Command("new", "Prints a commented runbook to begin with; it checks as it stands.") { id, service };
        command.SetAction(parsed =>
        {
            var (name, started) = (parsed.GetRequiredValue(id), parsed.GetRequiredValue(service));
            if (!Name().IsMatch(name))
            {
                throw CommandException.WrongUse($"'{name}' is no id for a runbook; write letters, digits and '-', such as Q317653.");
            }

            if (!ArgumentForms.Fits(ArgumentKind.Service, started))
            {
                throw CommandException.WrongUse($"'{started}' is no name of a service; write its short name, such as MSExchangeIMC.");
            }

            var text = RunbookSkeleton.Of(name, started);
            _ = RunbookFile.Load(Encoding.UTF8.GetBytes(text), $"{name}.yaml");
            BotCommand.Print(parsed, text.TrimEnd(), new { Id = name, Yaml = text });
            return BotCommand.Done;
        });
        return command;
    }

    private static Command Mark()
    {
        var folder = new Argument<DirectoryInfo>("folder") { Description = "The runbooks, also in folders below." };
        var command = new Command("mark", "Proves every runbook of a folder and writes proved.txt there: the marks that a build ships.")
        {
            folder,
        };
        command.SetAction(parsed =>
        {
            var root = parsed.GetRequiredValue(folder);
            var marks = new List<string>();
            foreach (
                var file in root.GetFiles("*.yaml", SearchOption.AllDirectories).OrderBy(file => file.FullName, StringComparer.Ordinal)
            )
            {
                var runbook = Load(file);
                marks.Add($"{ProofMark.Of(runbook)} {ProofMark.Text(runbook, RunbookProof.Of(runbook).OrThrow(file.ToString()))}");
                parsed.InvocationConfiguration.Output.WriteLine($"{runbook.Id} is proved.");
            }

            File.WriteAllText(Path.Combine(root.FullName, "proved.txt"), string.Concat(marks.Select(mark => $"{mark}\n")));
        });
        return command;
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
                $"{runbook.Id} is proved: {Words.Count(runbook.Steps.Count, "step")}, {Words.Count(proved.States, "state")} and "
                    + $"{Words.Count(proved.Transitions, "transition")} explored in {seconds} s, SHA-256 {runbook.Digest}.",
                new
                {
                    runbook.Id,
                    Proved = true,
                    Steps = runbook.Steps.Count,
                    proved.States,
                    proved.Transitions,
                    Seconds = seconds,
                    runbook.Digest,
                }
            );
            return 0;
        }
        catch (RunbookException refused) when (parsed.GetValue(BotCommand.Json))
        {
            BotCommand.Print(
                parsed,
                "",
                new
                {
                    File = file.ToString(),
                    Proved = false,
                    Problems = refused.Problems.Select(problem => new
                    {
                        problem.At.Line,
                        problem.At.Column,
                        problem.Text,
                    }),
                }
            );
            return 1;
        }
    }

    private static Runbook Load(FileInfo file) =>
        file.Exists
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

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9-]{0,39}$", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
