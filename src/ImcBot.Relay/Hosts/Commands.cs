namespace ImcBot.Relay.Hosts;

/// <summary>Commands of the policy that only look. They run on the relay's own machine, beside the server.</summary>
internal interface ICommands
{
    /// <param name="vector">Program and arguments; no shell reads them.</param>
    Task<CommandResult> AskAsync(IReadOnlyList<string> vector, TimeSpan limit, CancellationToken cancellationToken);
}

/// <summary>How a command ended.</summary>
/// <param name="ExitCode">Null when it was ended at its time limit.</param>
/// <param name="Said">The beginning and the end of what it wrote, and whether a process that it left behind still runs.</param>
internal sealed record CommandResult(int? ExitCode, string Said);
