namespace ImcBot.Bot.Commands;

/// <summary>Something the person at the console has to put right; the message says what.</summary>
internal sealed class CommandException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What the program ends with.</summary>
    public int ExitCode { get; init; } = BotCommand.NotDone;
}
