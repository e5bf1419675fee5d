using System.Diagnostics;
using System.Globalization;

namespace ImcBot.Lab.Postfix;

/// <summary>A practice Postfix with its filter as the machine has them: started by this program first, by whoever is asked later.</summary>
internal sealed class PostfixProcess(PostfixFolder folder, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private const int MostLooks = 100;

    private Process? child;
    private int? found;

    /// <summary>The master that stands in this folder's queue, if one runs.</summary>
    public int? Master => Find();

    /// <summary>The process that keeps the filter running, where it lives.</summary>
    public int? Keeper =>
        LiveProcesses.In(folder.FilterPid) is { } id && LiveProcesses.Read(id, "cmdline").Contains(folder.Keeper, StringComparison.Ordinal)
            ? id
            : null;

    /// <summary>What its master complains of when it ends at once stands in its log.</summary>
    public async Task StartAsync()
    {
        if (Master is not null)
        {
            return;
        }

        // Makes what is missing of the queue, with its owners.
        Directory.CreateDirectory(folder.Queue);
        await PostfixPackage.AskAsync("chown", "postfix", folder.Data);
        await PostfixPackage.AskAsync("chmod", "700", folder.Data);
        await PostfixPackage.TryAsync(PostfixPackage.Postfix, "-c", folder.Settings, "check");
        folder.FillJail();
        File.Delete(folder.WasStopped);
        child?.Dispose();
        child = Process.Start(new ProcessStartInfo(PostfixPackage.Master, ["-c", folder.Settings, "-d"]) { UseShellExecute = false })!;
        await UntilAsync(() => Master is not null || child.HasExited);
        if (Master is null)
        {
            throw new LabException($"Postfix did not start: {LastOf(folder.Log)}");
        }
    }

    /// <summary>Asks it to end, and waits for that.</summary>
    public async Task EndAsync()
    {
        if (Master is { } master)
        {
            Signals.Send(master, Signals.End);
            await UntilAsync(() => Master is null);
        }
    }

    /// <summary>Ends what a master has left behind: a daemon that waits for room would keep the volume busy.</summary>
    public async Task EndDaemonsAsync()
    {
        for (var looks = 0; Daemons().ToList() is { Count: > 0 } daemons; looks++)
        {
            if (looks == MostLooks)
            {
                daemons.ForEach(daemon => Signals.Send(daemon, Signals.Kill));
            }

            await Task.Delay(Look, time);
        }
    }

    public Task ReloadAsync() => PostfixPackage.AskAsync(PostfixPackage.Postfix, "-c", folder.Settings, "reload");

    /// <summary>Waits until it takes mail: before that Postfix would put off what it has.</summary>
    public async Task StartFilterAsync()
    {
        await PostfixPackage.AskAsync(
            "setsid",
            "-f",
            "sh",
            "-c",
            "exec \"$0\" >>\"$1\" 2>&1 </dev/null",
            folder.Keeper,
            Path.Combine(folder.State, "filter.log")
        );
        await UntilAsync(() => Ports.Listens(folder.Ports.Filter));
    }

    public async Task EndFilterAsync()
    {
        if (Keeper is { } keeper)
        {
            Signals.Send(keeper, Signals.End);
            await UntilAsync(() => Keeper is null);
        }
    }

    public void Dispose() => child?.Dispose();

    private static string LastOf(string log) =>
        File.Exists(log) ? string.Join(" ", File.ReadLines(log).TakeLast(3)) : "it has written no log.";

    /// <summary>The pid file cannot be read: the master keeps it locked.</summary>
    private int? Find()
    {
        if (found is { } before && IsMaster(before))
        {
            return before;
        }

        return found = Processes().Where(IsMaster).Select(process => (int?)process).FirstOrDefault();
    }

    private static IEnumerable<int> Processes() =>
        Directory
            .EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0);

    private IEnumerable<int> Daemons() => Processes().Where(process => CurrentFolder(process) == folder.Queue);

    private bool IsMaster(int process) => LiveProcesses.Read(process, "comm").Trim() == "master" && CurrentFolder(process) == folder.Queue;

    private static string? CurrentFolder(int process)
    {
        try
        {
            return Directory.ResolveLinkTarget($"/proc/{process}/cwd", returnFinalTarget: false)?.FullName;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private Task UntilAsync(Func<bool> isSo) => LiveProcesses.UntilAsync(isSo, time);
}
