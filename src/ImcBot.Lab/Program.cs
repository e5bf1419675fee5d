using System.CommandLine;
using ImcBot.Lab;
using ImcBot.Lab.Commands;
using Microsoft.AspNetCore.Connections;

try
{
    // The processes of a run get ten seconds each to end in order, one after the other.
    var parsed = LabCommand.Create().Parse(args);
    var code = await parsed.InvokeAsync(
        new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(40) }
    );
    return parsed.Errors.Count > 0 ? LabException.WrongUse : code;
}
catch (LabException problem)
{
    await Console.Error.WriteLineAsync(problem.Message);
    return problem.ExitCode;
}
catch (IOException problem) when (problem.InnerException is AddressInUseException)
{
    await Console.Error.WriteLineAsync($"{problem.Message} Give another port with --port, or 0 for a free one.");
    return LabException.WrongUse;
}
catch (SkippedException skipped)
{
    await Console.Error.WriteLineAsync(skipped.Message);
    return SkippedException.ExitCode;
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync("Ended before it was done.");
    return 130;
}
