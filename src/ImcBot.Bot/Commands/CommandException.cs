using System.Data.Common;
using System.Net.Sockets;
using System.Text.Json;
using ImcBot.Core.Runbooks;

namespace ImcBot.Bot.Commands;

/// <summary>Something the person at the console has to put right; the message says what.</summary>
internal sealed class CommandException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What the program ends with.</summary>
    public int ExitCode { get; init; } = BotCommand.NotDone;

    /// <summary>The command line, or a file it names, is not what the command reads.</summary>
    public static CommandException WrongUse(string message, Exception? inner = null) =>
        new(message, inner) { ExitCode = BotCommand.WrongUse };

    /// <summary>What a problem means at the console; null where only a fault of the program explains it.</summary>
    public static CommandException? Of(Exception problem) =>
        problem switch
        {
            CommandException told => told,
            _ when problem.GetBaseException() is DbException database => new(
                $"The database cannot be used: {database.Message} Look at the folder (--data) and at its disk.",
                problem
            ),
            RunbookException or InvalidOperationException => new(problem.Message, problem),
            JsonException => new($"What was read is no JSON of the form that is read here: {problem.Message}", problem),
            IOException or UnauthorizedAccessException or SocketException => WrongUse(problem.Message, problem),
            _ => null,
        };
}
