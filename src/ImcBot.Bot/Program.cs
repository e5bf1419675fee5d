using System.CommandLine;
using ImcBot.Bot.Commands;

try
{
    var parsed = BotCommand.Create().Parse(args);
    var code = await parsed.InvokeAsync(
        new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = ServeCommand.LongestStop + TimeSpan.FromSeconds(5),
        }
    );
    return parsed.Errors.Count > 0 ? BotCommand.WrongUse : code;
}
catch (Exception problem) when (CommandException.Of(problem) is { } told)
{
    await Console.Error.WriteLineAsync(told.Message);
    return told.ExitCode;
}
