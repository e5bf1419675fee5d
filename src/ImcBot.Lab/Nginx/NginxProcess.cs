using System.Diagnostics;
using System.Globalization;

namespace ImcBot.Lab.Nginx;

/// <summary>The nginx of a practice folder as the machine has it: its main process, and what happens to that.</summary>
internal sealed class NginxProcess(NginxFolder folder, TimeProvider time)
{
    /// <summary>The number in the pid file where that process lives, else null.</summary>
    public int? Main => LiveProcesses.In(folder.PidFile) is { } id && IsAlive(id) ? id : null;

    /// <summary>Asks nginx for something with its own arguments; none start it. What it complains of is the exception's message.</summary>
    public async Task AskAsync(params string[] what)
    {
        using var process = Process.Start(
            new ProcessStartInfo(NginxFolder.Program, [.. folder.Arguments, .. what])
            {
                RedirectStandardError = true,
                UseShellExecute = false,
            }
        )!;
        var complaint = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new BadHttpRequestException($"nginx refused: {complaint.Trim()}", StatusCodes.Status409Conflict);
        }
    }

    /// <summary>Asks it to end in an orderly way, and returns once it has.</summary>
    public async Task QuitAsync()
    {
        if (Main is not null)
        {
            await AskAsync("-s", "quit");
            await UntilAsync(() => Main is null);
        }
    }

    /// <summary>Has it open its logs and settings anew, and returns once it has a log there.</summary>
    public async Task ReloadAsync()
    {
        await AskAsync("-s", "reload");
        await UntilAsync(() => File.Exists(folder.AccessLog));
    }

    /// <summary>
    /// Ends it with its workers at once, as a machine without memory would. It is halted first: a main process that is just making a
    /// worker would leave one behind, which holds the port.
    /// </summary>
    public async Task KillAsync()
    {
        if (Main is not { } main)
        {
            return;
        }

        Signals.Send(main, Signals.Halt);
        await UntilAsync(() => StateOf(main) is 'T' or 'Z' or 'X' or null);
        int[] all = [.. WorkersOf(main), main];
        foreach (var process in all)
        {
            Signals.Send(process, Signals.Kill);
        }

        await UntilAsync(() => !all.Any(IsAlive));
    }

    /// <summary>Halts it with its workers: it keeps its port and answers nobody.</summary>
    public void Halt()
    {
        if (Main is { } main)
        {
            Signals.Send(main, Signals.Halt);
            foreach (var worker in WorkersOf(main))
            {
                Signals.Send(worker, Signals.Halt);
            }
        }
    }

    private static IEnumerable<int> WorkersOf(int main) =>
        LiveProcesses
            .Read(main, $"task/{main}/children")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(id => int.Parse(id, CultureInfo.InvariantCulture));

    private Task UntilAsync(Func<bool> isSo) => LiveProcesses.UntilAsync(isSo, time);

    /// <summary>What is dead and not yet buried has state Z.</summary>
    private static bool IsAlive(int id) => StateOf(id) is not (null or 'Z' or 'X');

    /// <summary>The state of an nginx, as <c>proc(5)</c> names it; null where that number is none.</summary>
    private static char? StateOf(int id)
    {
        var text = LiveProcesses.Read(id, "stat");
        return text.Contains("(nginx)", StringComparison.Ordinal) && text[text.LastIndexOf(')')..] is [_, _, var state, ..] ? state : null;
    }
}
