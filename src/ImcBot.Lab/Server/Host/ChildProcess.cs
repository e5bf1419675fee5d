using System.Diagnostics;
using System.Text;
using System.Text.Json;
using ImcBot.Lab.Server.Processes;

namespace ImcBot.Lab.Server.Host;

/// <summary>A running service process, seen from the service control manager.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Lock gate = new();
    private readonly Process process;
    private readonly TaskCompletionSource<int> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildProcess(Process process) => this.process = process;

    /// <summary>Exit code, after every line that the process wrote has been handled.</summary>
    public Task<int> Exited { get; private set; } = Task.FromResult(0);

    /// <summary>Completes with the process's port when it reports ready, with -1 when it ended before.</summary>
    public Task<int> Ready => ready.Task;

    public static ChildProcess Start(string command, ChildSettings settings, string secret, Action<ChildProcess, ChildReport> onReport)
    {
        var start = new ProcessStartInfo(Programs.Dotnet)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.ArgumentList.Add(typeof(ChildProcess).Assembly.Location);
        start.ArgumentList.Add(command);
        start.Environment[ServerLink.SecretVariable] = secret;
        start.Environment[ServerLink.RootVariable] = settings.Root;
        // Short-lived processes: optimising code that runs for a second costs more than it brings.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_TieredCompilation"] = "1";
        var started =
            Process.Start(start)
            ?? throw new InvalidOperationException($"The process for '{command}' did not start. Check the .NET installation.");
        var child = new ChildProcess(started);
        child.Exited = Task.Run(() => child.ListenAsync(onReport));
        child.Order(new ChildOrder(OrderKind.Start, settings));
        return child;
    }

    /// <summary>Writes an order; silently nothing when the process has ended, which <see cref="Exited"/> tells.</summary>
    public void Order(ChildOrder order)
    {
        lock (gate)
        {
            try
            {
                process.StandardInput.WriteLine(JsonSerializer.Serialize(order, LabJson.Options));
                process.StandardInput.Flush();
            }
            catch (IOException)
            {
                // Exited reports it.
            }
            catch (ObjectDisposedException)
            {
                // Exited has reported it.
            }
        }
    }

    public void Kill()
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    /// <summary>Waits for its end; after the limit it is killed. False when it had to be.</summary>
    public async Task<bool> EndAsync(TimeSpan limit, TimeProvider time)
    {
        try
        {
            await Exited.WaitAsync(limit, time);
            return true;
        }
        catch (TimeoutException)
        {
            Kill();
            await Exited;
            return false;
        }
    }

    public void Dispose() => process.Dispose();

    private async Task<int> ListenAsync(Action<ChildProcess, ChildReport> onReport)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith('{') || JsonSerializer.Deserialize<ChildReport>(line, LabJson.Options) is not { } report)
            {
                continue;
            }

            if (report.Kind == ReportKind.Ready)
            {
                ready.TrySetResult(report.Port);
            }
            else
            {
                onReport(this, report);
            }
        }

        await process.WaitForExitAsync();
        ready.TrySetResult(-1);
        return process.ExitCode;
    }
}
