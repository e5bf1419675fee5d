using ImcBot.Lab.Server.Host;
using ImcBot.Lab.Server.Processes;

namespace ImcBot.Lab.Server.Antivirus;

/// <summary>
/// The on-access scanner: keeps the files that come into In for itself while it looks at them, unless their folder is excluded.
/// </summary>
internal static class AntivirusProcess
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(30);

    public static async Task<int> RunAsync()
    {
        using var link = await ServerLink.OpenAsync();
        if (link is null)
        {
            return 2;
        }

        using var scanner = new Scanner(new Drives(link.Settings.Root));
        scanner.Look(link.Registry);
        link.Send(new ChildReport(ReportKind.Ready));
        using var timer = new PeriodicTimer(LookEvery, TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(link.Stopping))
            {
                scanner.Look(link.Registry);
            }
        }
        catch (OperationCanceledException) when (link.Stopping.IsCancellationRequested)
        {
            // Told to stop; the files are let go.
        }

        return ChildExit.Stopped;
    }
}
