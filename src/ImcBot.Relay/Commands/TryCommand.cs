using System.CommandLine;
using System.Text.Json;
using ImcBot.Contracts;
using ImcBot.Relay.Execution;

namespace ImcBot.Relay.Commands;

/// <summary>
/// <c>try FILE</c>: says what of a runbook is possible on this server. Exit code 1 when policy or server refuse something for good.
/// </summary>
internal static class TryCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "What 'imcbot runbook calls' printed; - reads it from standard input" };
        return new Command(
            "try",
            "Runs every check of a runbook and plans every remedy, changing nothing, and says what policy or server would refuse"
        )
        {
            file,
        }.Doing((options, parsed, json, cancellationToken) => TryAsync(options, parsed.GetValue(file)!, json, cancellationToken));
    }

    private static async Task<int> TryAsync(RelayOptions options, string file, bool json, CancellationToken cancellationToken)
    {
        RunbookCalls calls;
        try
        {
            calls = RelayJson.Options.Read<RunbookCalls>(
                file == "-" ? await Console.In.ReadToEndAsync(cancellationToken) : await File.ReadAllTextAsync(file, cancellationToken)
            )!;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            await Console.Error.WriteLineAsync($"{file} is not what 'imcbot runbook calls FILE' prints: {exception.Message}");
            return RelayCommand.WrongUse;
        }

        using var house = await RelayHouse.OpenAsync(options, TimeProvider.System, cancellationToken);
        var trial = new Trial(house.Actions, house.Site, house.Planner("none"));
        var tried = new List<Tried>();
        await foreach (var one in trial.RunAsync(calls, cancellationToken))
        {
            tried.Add(one);
            if (!json)
            {
                Output.Write(json, one, Output.Coloured($"{one}", Of(one.Verdict)));
            }
        }

        if (json)
        {
            Output.Write(
                json,
                new PrintedTrial(
                    calls.Runbook,
                    calls.Digest,
                    house.Site.Host.Name,
                    [.. tried.Select(one => new PrintedTry(one.Name, one.Word, one.Said))]
                ),
                ""
            );
        }

        return tried.TrueForAll(one => one.IsPossible) ? RelayCommand.Done : RelayCommand.NotDone;
    }

    private static Shade Of(Verdict verdict) =>
        verdict switch
        {
            Verdict.Clear => Shade.Green,
            Verdict.Finding => Shade.Yellow,
            _ => Shade.Red,
        };
}
