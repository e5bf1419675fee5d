using System.ComponentModel;
using System.Diagnostics;

namespace ImcBot.Relay.Hosts;

/// <summary>Runs commands of the policy on the relay's own machine. The only place that starts a process.</summary>
internal sealed class LocalCommands(TimeProvider time) : ICommands
{
    /// <summary>Characters kept of what a command writes.</summary>
    private const int Kept = 2000;

    /// <summary>Throws <see cref="HostException"/> when the program cannot be started.</summary>
    public async Task<CommandResult> AskAsync(IReadOnlyList<string> vector, TimeSpan limit, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(vector[0], vector.Skip(1)) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, CreateNoWindow = true };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("IMCBOT", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException)
        {
            throw new HostException($"'{vector[0]}' cannot be started: {exception.Message}", inner: exception);
        }

        process.StandardInput.Close();
        using var deadline = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var output = ReadAsync(process.StandardOutput, either.Token);
            var errors = ReadAsync(process.StandardError, either.Token);
            await process.WaitForExitAsync(either.Token);
            return new CommandResult(process.ExitCode, $"{await output} {await errors}".Trim());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            return new CommandResult(null, $"it took longer than {limit.TotalSeconds} s and was ended.");
        }
    }

    /// <summary>Reads to the end, so that the command is never held up, and keeps the beginning.</summary>
    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var (kept, buffer) = ("", new char[1024]);
        while (await reader.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            kept = kept.Length < Kept ? kept + new string(buffer, 0, Math.Min(count, Kept - kept.Length)) : kept;
        }

        return string.Concat(kept.Select(letter => char.IsControl(letter) ? ' ' : letter)).Trim();
    }
}
