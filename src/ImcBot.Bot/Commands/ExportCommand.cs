using System.CommandLine;
using ImcBot.Bot.Export;

namespace ImcBot.Bot.Commands;

/// <summary>Writes an incident's transcript to a file.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var incident = new Argument<string>("incident") { Description = "Such as INC-7." };
        var format = new Option<string?>("--format")
        {
            Description =
                $"One of {string.Join(", ", TranscriptWriter.Formats)}; only jsonl can be verified. Default: as --out ends, else html.",
        };
        format.AcceptOnlyFromAmong([.. TranscriptWriter.Formats]);
        var output = new Option<FileInfo?>("--out") { Description = "The file; without it the transcript is printed." };
        var command = new Command("export", "Writes the transcript of an incident.") { incident, format, output };
        command.SetAction(
            (parsed, cancellationToken) =>
                RunAsync(
                    parsed,
                    NumberOf(parsed.GetRequiredValue(incident)),
                    FormatOf(parsed.GetValue(format), parsed.GetValue(output)),
                    parsed.GetValue(output),
                    cancellationToken
                )
        );
        return command;
    }

    private static async Task RunAsync(
        ParseResult parsed,
        int incident,
        string format,
        FileInfo? output,
        CancellationToken cancellationToken
    )
    {
        using var archive = await Archive.OpenAsync(parsed, cancellationToken);
        try
        {
            await using var stream = output?.Create() ?? Console.OpenStandardOutput();
            await archive.Transcripts.WriteAsync(incident, format, stream, cancellationToken);
        }
        catch (KeyNotFoundException exception)
        {
            output?.Delete();
            throw new CommandException(exception.Message, exception);
        }

        if (output is not null)
        {
            BotCommand.Print(
                parsed,
                $"INC-{incident} was written to {output}.",
                new { Incident = $"INC-{incident}", File = output.FullName }
            );
        }
    }

    /// <summary>What was asked for, else what the file's name promises: no form is written under another's name.</summary>
    private static string FormatOf(string? asked, FileInfo? output) =>
        asked
        ?? TranscriptWriter.Named(output?.Extension)
        ?? throw CommandException.WrongUse(
            TranscriptWriter.NoForm(output!.Extension) + " Name the form with --format, or the file with the ending of one."
        );

    private static int NumberOf(string incident) =>
        int.TryParse(incident.StartsWith("INC-", StringComparison.OrdinalIgnoreCase) ? incident["INC-".Length..] : incident, out var number)
        && number > 0
            ? number
            : throw new CommandException($"'{incident}' is no incident; write it as INC-7.");
}
