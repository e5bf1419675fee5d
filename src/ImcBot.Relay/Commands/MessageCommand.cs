using System.CommandLine;
using ImcBot.Relay.Products.Exchange.Messages;

namespace ImcBot.Relay.Commands;

/// <summary>
/// <c>message FILE</c>: a spool file as the relay's search reads it. Nothing is sent or moved. Exit code 1 when a defect is found.
/// </summary>
internal static class MessageCommand
{
    public static Command Create()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "A message, with or without the envelope of the spool" };
        var command = new Command(
            "message",
            "Tells what has made stores fail in a message, whose domain it is from, and which of its headers a person would be shown"
        )
        {
            file,
        };
        command.SetAction(
            (parsed, cancellationToken) => TellAsync(parsed.GetRequiredValue(file), parsed.GetValue(RelayCommand.Json), cancellationToken)
        );
        return command;
    }

    private static async Task<int> TellAsync(FileInfo file, bool json, CancellationToken cancellationToken)
    {
        if (!file.Exists)
        {
            await Console.Error.WriteLineAsync($"There is no file {file}.");
            return RelayCommand.WrongUse;
        }

        try
        {
            return await ReadAsync(file, json, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"{file} cannot be read: {exception.Message}");
            return RelayCommand.WrongUse;
        }
    }

    private static async Task<int> ReadAsync(FileInfo file, bool json, CancellationToken cancellationToken)
    {
        using var scanner = new MessageScanner();
        await using var first = file.OpenRead();
        var scanned = await scanner.ScanAsync(first, cancellationToken);
        await using var second = file.OpenRead();
        var headers = await ShownHeaders.ReadAsync(second, cancellationToken);
        Output.Write(
            json,
            new PrintedMessage([.. headers.Select(header => header.Name)], scanned.SenderDomain, scanned.Features),
            string.Join(
                Environment.NewLine,
                [
                    .. headers.Select(header => $"{header.Name}: {header.Value}"),
                    "",
                    $"sender's domain  {scanned.SenderDomain ?? "cannot be read"}",
                    $"defects          {(scanned.Features.Count == 0 ? "none" : string.Join(", ", scanned.Features))}",
                ]
            )
        );
        return scanned.Features.Count == 0 ? RelayCommand.Done : RelayCommand.NotDone;
    }
}
