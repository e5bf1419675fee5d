using System.Runtime.Versioning;
using System.ServiceProcess;

namespace ImcBot.Relay.Hosts.Windows;

/// <summary>
/// The relay under the service manager: works until it is told to stop. When its work ends by itself the service ends with that code, and
/// Windows starts it again.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class RelayService : ServiceBase
{
    private readonly Func<CancellationToken, Task<int>> _work;
    private readonly TimeSpan _longestStop;
    private readonly CancellationTokenSource _stop = new();
    private Task _working = Task.CompletedTask;

    private RelayService(Func<CancellationToken, Task<int>> work, TimeSpan longestStop)
    {
        (_work, _longestStop) = (work, longestStop);
        ServiceName = Setup.WindowsSetup.Service;
        CanShutdown = true;
    }

    /// <summary>Returns when the service has stopped: 0, or the code that the work ended with.</summary>
    /// <param name="longestStop">How long a run under way may take to end.</param>
    public static int Serve(Func<CancellationToken, Task<int>> work, TimeSpan longestStop)
    {
        using var service = new RelayService(work, longestStop);
        Run(service);
        return service.ExitCode;
    }

    protected override void OnStart(string[] args) => _working = Task.Run(WorkAsync);

    /// <summary>A run under way ends first; the service manager is asked for the patience.</summary>
    protected override void OnStop()
    {
        RequestAdditionalTime(_longestStop);
        OnShutdown();
    }

    protected override void OnShutdown()
    {
        _stop.Cancel();
        _working.Wait(_longestStop);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stop.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task WorkAsync()
    {
        ExitCode = await _work(_stop.Token);
        if (!_stop.IsCancellationRequested)
        {
            // Without a STOPPED report Windows takes the end for a failure and goes by the recovery rule.
            Environment.Exit(ExitCode == 0 ? 1 : ExitCode);
        }
    }
}
