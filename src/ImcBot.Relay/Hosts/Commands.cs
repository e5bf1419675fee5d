namespace ImcBot.Relay.Hosts;

/// <summary>Commands of the policy that only look. They run on the relay's own machine, beside the server.</summary>
internal interface ICommands
{
    /// <param name="vector">Program and arguments; no shell reads them.</param>
    Task<CommandResult> AskAsync(IReadOnlyList<string> vector, TimeSpan limit, CancellationToken cancellationToken);

    /// <summary>
    /// The whole output of a program, to be read by this relay. Throws <see cref="HostException"/> when it cannot be started, takes too
    /// long, or says more than anybody needs.
    /// </summary>
    Task<(int ExitCode, string Output, string Errors)> ReadAsync(
        IReadOnlyList<string> vector,
        TimeSpan limit,
        CancellationToken cancellationToken
    ) => throw new HostException($"'{vector[0]}' cannot be asked by this relay.");
}

/// <summary>How a command ended.</summary>
/// <param name="ExitCode">Null when it was ended at its time limit.</param>
/// <param name="Said">The beginning and the end of what it wrote, and whether a process that it left behind still runs.</param>
internal sealed record CommandResult(int? ExitCode, string Said);
