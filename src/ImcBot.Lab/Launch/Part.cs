using System.Diagnostics;

namespace ImcBot.Lab.Launch;

/// <summary>
/// One process of a practice run: a program of this repository. Its output goes to a file and its last lines stay at hand.
/// </summary>
internal sealed class Part : IAsyncDisposable
{
    private const int LinesKept = 30;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly Queue<string> _last = new();
    private readonly StreamWriter _log;
    private readonly TimeProvider _time;
    private bool _ending;

    private Part(string name, Process process, StreamWriter log, TimeProvider time)
    {
        (Name, _process, _log, _time) = (name, process, log, time);
        Exited = Task.Run(ReadToEndAsync);
    }

    public string Name { get; }

    /// <summary>Completes with the exit code once the process is gone and its output is read.</summary>
    public Task<int> Exited { get; }

    public int Id => _process.Id;

    /// <summary>True when the process ended and nobody here asked it to.</summary>
    public bool Died => Exited.IsCompleted && !_ending;

    public IReadOnlyList<string> LastLines
    {
        get
        {
            lock (_last)
            {
                return [.. _last];
            }
        }
    }

    public static Part Start(
        string name,
        string program,
        IEnumerable<string> arguments,
        IEnumerable<KeyValuePair<string, string>> environment,
        string logFolder,
        TimeProvider time
    )
    {
        var start = Programs.Start(program, arguments);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        return Start(name, start, environment, logFolder, time);
    }

    /// <summary>As the other, with any program; its output has to be redirected.</summary>
    public static Part Start(
        string name,
        ProcessStartInfo start,
        IEnumerable<KeyValuePair<string, string>> environment,
        string logFolder,
        TimeProvider time
    )
    {
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }
        Directory.CreateDirectory(logFolder);
        var log = new StreamWriter(Path.Combine(logFolder, $"{name}.log"), append: true) { AutoFlush = true };
        return new Part(name, Process.Start(start)!, log, time);
    }

    /// <summary>Asks the process to end, and ends it when it does not within ten seconds.</summary>
    public async Task EndAsync()
    {
        _ending = true;
        if (OperatingSystem.IsWindows())
        {
            Kill();
        }
        else if (!_process.HasExited)
        {
            Signals.Send(_process.Id, Signals.End);
        }
        try
        {
            await Exited.WaitAsync(Grace, _time);
        }
        catch (TimeoutException)
        {
            Kill();
            await Exited;
        }
    }

    /// <summary>Ends the process at once, as a power cut would.</summary>
    public async Task KillAsync()
    {
        _ending = true;
        Kill();
        await Exited;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _process.Dispose();
        await _log.DisposeAsync();
    }

    private void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }
    }

    private async Task<int> ReadToEndAsync()
    {
        await Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError));
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_last)
            {
                _last.Enqueue(line);
                if (_last.Count > LinesKept)
                {
                    _last.Dequeue();
                }
                _log.WriteLine(line);
            }
        }
    }
}
