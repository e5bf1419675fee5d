using System.CommandLine;
using ImcBot.Bot.Commands;
using ImcBot.Core.Runbooks;

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
catch (Exception problem) when (problem is CommandException or RunbookException or InvalidOperationException)
{
    await Console.Error.WriteLineAsync(problem.Message);
    return (problem as CommandException)?.ExitCode ?? BotCommand.NotDone;
}
