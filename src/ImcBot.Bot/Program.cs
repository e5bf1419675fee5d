using System.CommandLine;
using ImcBot.Bot.Commands;
using ImcBot.Core.Runbooks;

try
{
    return await BotCommand.Create().Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception problem) when (problem is CommandException or RunbookException or InvalidOperationException)
{
    await Console.Error.WriteLineAsync(problem.Message);
    return 1;
}
