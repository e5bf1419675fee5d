namespace ImcBot.Bot.Commands;

/// <summary>Something the person at the console has to put right; the message says what.</summary>
internal sealed class CommandException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What the program ends with.</summary>
    public int ExitCode { get; init; } = BotCommand.NotDone;

    /// <summary>The command line, or a file it names, is not what the command reads.</summary>
    public static CommandException WrongUse(string message, Exception? inner = null) =>
        new(message, inner) { ExitCode = BotCommand.WrongUse };
}
