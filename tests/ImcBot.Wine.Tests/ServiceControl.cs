using System.Diagnostics;
using Xunit;

namespace ImcBot.Wine.Tests;

/// <summary>The prefix's own <c>sc</c>, for what the relay never does.</summary>
internal static class ServiceControl
{
    public static async Task RunAsync(params string[] arguments)
    {
        using var sc = Process.Start(new ProcessStartInfo("sc", arguments) { UseShellExecute = false })!;
        await sc.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, sc.ExitCode);
    }
}
