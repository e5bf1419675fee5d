using System.Diagnostics;
using Xunit;

namespace ImcBot.Wine.Tests;

/// <summary>Windows' own <c>sc</c> and <c>reg</c>, for what the relay never does.</summary>
internal static class WindowsProgram
{
    public static async Task RunAsync(string program, params string[] arguments)
    {
        using var running = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false })!;
        await running.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, running.ExitCode);
    }
}
