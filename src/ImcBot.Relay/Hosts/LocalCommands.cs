using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace ImcBot.Relay.Hosts;

/// <summary>Runs commands of the policy on the relay's own machine. The only place that starts a process.</summary>
internal sealed class LocalCommands(TimeProvider time) : ICommands
{
    /// <summary>
    /// A command that has ended is over; a process that it left behind may hold its streams open for as long as it likes.
    /// </summary>
    private static readonly TimeSpan AfterExit = TimeSpan.FromSeconds(1);

    /// <summary>Of what a program says for other programs, more than this is none of theirs.</summary>
    private const int MostRead = 64 << 20;

    /// <summary>Throws <see cref="HostException"/> when the program cannot be started.</summary>
    public Task<CommandResult> AskAsync(IReadOnlyList<string> vector, TimeSpan limit, CancellationToken cancellationToken) =>
        GiveAsync(vector, "", limit, cancellationToken);

    /// <summary>Runs a program that reads something. Throws <see cref="HostException"/> when it cannot be started.</summary>
    public Task<CommandResult> GiveAsync(IReadOnlyList<string> vector, string input, TimeSpan limit, CancellationToken cancellationToken) =>
        AskAsync(vector, limit, new Ends(), input, cancellationToken);

    /// <summary>
    /// The whole output of a program of the operating system, to be read by this relay. Throws <see cref="HostException"/> when it cannot
    /// be started, takes too long, or says more than anybody needs.
    /// </summary>
    public async Task<(int ExitCode, string Output, string Errors)> ReadAsync(
        IReadOnlyList<string> vector,
        TimeSpan limit,
        CancellationToken cancellationToken
    )
    {
        var whole = new Whole(Named(vector));
        var result = await AskAsync(vector, limit, whole, "", cancellationToken);
        return result.ExitCode is { } code
            ? (code, whole.ToString(), result.Said)
            : throw new HostException($"{Named(vector)}: {result.Said}", HostError.NoAnswer);
    }

    /// <summary>A program in words, with the beginning of what it is told; what only clears its environment is left out (env(1)).</summary>
    private static string Named(IReadOnlyList<string> vector) =>
        $"'{string.Join(' ', vector.Skip(vector is ["/usr/bin/env", "-u", _, ..] ? 3 : 0).Take(3))}'";

    /// <summary>
    /// The first lines that such a program writes; it is ended once there are so many. Throws <see cref="HostException"/> when it cannot be
    /// started, takes too long or fails.
    /// </summary>
    public async Task<IReadOnlyList<string>> LinesAsync(
        IReadOnlyList<string> vector,
        int most,
        TimeSpan limit,
        CancellationToken cancellationToken
    )
    {
        using var process = Start(vector);
        using var deadline = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var errors = new Ends();
        var failing = ReadAsync(process.StandardError, errors, either.Token);
        var lines = new List<string>();
        try
        {
            while (lines.Count < most && await process.StandardOutput.ReadLineAsync(either.Token) is { } line)
            {
                lines.Add(line);
            }

            if (lines.Count < most)
            {
                await process.WaitForExitAsync(either.Token);
                await failing;
                return process.ExitCode == 0 || lines.Count > 0
                    ? lines
                    : throw new HostException($"'{vector[0]}' ended with exit code {process.ExitCode}: {errors}");
            }

            process.Kill(entireProcessTree: true);
            return lines;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw new HostException($"'{vector[0]}' took longer than {limit.TotalSeconds} s and was ended.", HostError.NoAnswer);
        }
    }

    private async Task<CommandResult> AskAsync(
        IReadOnlyList<string> vector,
        TimeSpan limit,
        IHearer output,
        string input,
        CancellationToken cancellationToken
    )
    {
        using var process = Start(vector, input.Length > 0);
        using var deadline = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var errors = new Ends();
            var listening = ReadAsync(process.StandardOutput, output, either.Token);
            var both = Task.WhenAll(listening, ReadAsync(process.StandardError, errors, either.Token));
            await GiveAsync(process, input, either.Token);
            var ending = process.WaitForExitAsync(either.Token);
            if (await Task.WhenAny(ending, listening) == listening && listening.IsFaulted)
            {
                // It would wait for ever to be heard.
                process.Kill(entireProcessTree: true);
            }

            await ending;
            var isOver = await Task.WhenAny(both, Task.Delay(AfterExit, time, cancellationToken)) == both;
            if (listening.IsFaulted)
            {
                await listening;
            }

            return new CommandResult(
                process.ExitCode,
                $"{(output is Ends ? output : "")} {errors}{(isOver ? "" : " (a process it left behind still runs)")}".Trim()
            );
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            return new CommandResult(null, $"it took longer than {limit.TotalSeconds} s and was ended.");
        }
    }

    /// <summary>A program that ends before it has read all is told of by its exit code.</summary>
    private static async Task GiveAsync(Process process, string input, CancellationToken cancellationToken)
    {
        if (input.Length == 0)
        {
            return;
        }

        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It reads no more.
        }
    }

    private static Process Start(IReadOnlyList<string> vector, bool isGiven = false)
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

        var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException)
        {
            process.Dispose();
            throw new HostException($"'{vector[0]}' cannot be started: {exception.Message}", inner: exception);
        }

        if (!isGiven)
        {
            process.StandardInput.Close();
        }

        return process;
    }

    /// <summary>Reads to the end, so that the command is never held up.</summary>
    private static async Task ReadAsync(StreamReader reader, IHearer kept, CancellationToken cancellationToken)
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

    private interface IHearer
    {
        void Add(ReadOnlySpan<char> said);
    }

    private sealed class Whole(string program) : IHearer
    {
        private readonly StringBuilder _said = new();

        public void Add(ReadOnlySpan<char> said)
        {
            lock (_said)
            {
                if (_said.Length + said.Length > MostRead)
                {
                    throw new HostException($"{program} says more than {MostRead >> 20} MB, the most that this relay reads of a program.");
                }

                _said.Append(said);
            }
        }

        public override string ToString()
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    /// <summary>The beginning and the end of what a stream has said so far.</summary>
    private sealed class Ends : IHearer
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
