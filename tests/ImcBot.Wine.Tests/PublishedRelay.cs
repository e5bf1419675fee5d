using System.ComponentModel;
using System.Diagnostics;
using Xunit;

namespace ImcBot.Wine.Tests;

/// <summary>The relay as it is shipped, from its command line.</summary>
internal static class PublishedRelay
{
    private const int InternalError = 1359,
        MostTries = 5;

    public static async Task<(int Code, string[] Lines)> RunAsync(string data, params string[] arguments)
    {
        WinePrefix.Connect(byName: false);
        var cancel = TestContext.Current.CancellationToken;
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("IMCBOT_WINE_RELAY")!, [.. arguments, "--data", data])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.Environment["IMCBOT_RELAY__HOST__DRIVER"] = "windows";
        using var relay = await StartAsync(start, cancel);
        var said = await relay.StandardOutput.ReadToEndAsync(cancel);
        await relay.WaitForExitAsync(cancel);
        return (relay.ExitCode, said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    /// <summary>On a busy machine Wine now and then does not start a process, and calls that an internal error.</summary>
    private static async Task<Process> StartAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return Process.Start(start)!;
            }
            catch (Win32Exception exception) when (exception.NativeErrorCode == InternalError && tries < MostTries)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellationToken);
            }
        }
    }
}
