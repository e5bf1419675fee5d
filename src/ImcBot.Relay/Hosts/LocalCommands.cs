using System.ComponentModel;
using System.Diagnostics;

namespace ImcBot.Relay.Hosts;

/// <summary>Runs commands of the policy on the relay's own machine. The only place that starts a process.</summary>
internal sealed class LocalCommands(TimeProvider time) : ICommands
{
    /// <summary>
    /// A command that has ended is over; a process that it left behind may hold its streams open for as long as it likes.
    /// </summary>
    private static readonly TimeSpan AfterExit = TimeSpan.FromSeconds(1);

    /// <summary>Throws <see cref="HostException"/> when the program cannot be started.</summary>
    public async Task<CommandResult> AskAsync(IReadOnlyList<string> vector, TimeSpan limit, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(vector[0], vector.Skip(1))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            CreateNoWindow = true,
        };
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
            var (output, errors) = (new Ends(), new Ends());
            var both = Task.WhenAll(
                ReadAsync(process.StandardOutput, output, either.Token),
                ReadAsync(process.StandardError, errors, either.Token)
            );
            await process.WaitForExitAsync(either.Token);
            var isOver = await Task.WhenAny(both, Task.Delay(AfterExit, time, cancellationToken)) == both;
            return new CommandResult(
                process.ExitCode,
                $"{output} {errors}{(isOver ? "" : " (a process it left behind still runs)")}".Trim()
            );
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            return new CommandResult(null, $"it took longer than {limit.TotalSeconds} s and was ended.");
        }
    }

    /// <summary>Reads to the end, so that the command is never held up.</summary>
    private static async Task ReadAsync(StreamReader reader, Ends kept, CancellationToken cancellationToken)
    {
        var buffer = new char[1024];
        try
        {
            while (await reader.ReadAsync(buffer, cancellationToken) is > 0 and var count)
            {
                kept.Add(buffer.AsSpan(0, count));
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The command has ended or was ended, and its streams were closed.
        }
    }

    /// <summary>The beginning and the end of what a stream has said so far.</summary>
    private sealed class Ends
    {
        private const int First = 300,
            Last = 200;

        private readonly Lock _one = new();
        private string _first = "",
            _last = "";
        private bool _isCut;

        public void Add(ReadOnlySpan<char> said)
        {
            lock (_one)
            {
                var room = Math.Min(First - _first.Length, said.Length);
                _first = string.Concat(_first, said[..room]);
                _last = string.Concat(_last, said[room..]);
                if (_last.Length > Last)
                {
                    (_last, _isCut) = (_last[^Last..], true);
                }
            }
        }

        public override string ToString()
        {
            lock (_one)
            {
                return string.Concat($"{_first}{(_isCut ? " … " : "")}{_last}".Select(letter => char.IsControl(letter) ? ' ' : letter))
                    .Trim();
            }
        }
    }
}
