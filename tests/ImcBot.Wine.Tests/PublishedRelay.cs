using System.Diagnostics;
using Xunit;

namespace ImcBot.Wine.Tests;

/// <summary>The relay as it is shipped, from its command line.</summary>
internal static class PublishedRelay
{
    public static async Task<(int Code, string[] Lines)> RunAsync(string data, params string[] arguments)
    {
        WinePrefix.Connect(byName: false);
        var cancel = TestContext.Current.CancellationToken;
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("IMCBOT_WINE_RELAY")!, [.. arguments, "--data", data]) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["IMCBOT_RELAY__HOST__DRIVER"] = "windows";
        using var relay = Process.Start(start)!;
        var said = await relay.StandardOutput.ReadToEndAsync(cancel);
        await relay.WaitForExitAsync(cancel);
        return (relay.ExitCode, said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }
}
