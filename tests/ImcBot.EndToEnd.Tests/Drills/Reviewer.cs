using System.Diagnostics;
using System.Text.Json;
using ImcBot.Lab.Launch;

namespace ImcBot.EndToEnd.Tests.Drills;

/// <summary>Somebody who got a drill's transcript and has nothing but the commands.</summary>
internal static class Reviewer
{
    /// <summary>The transcript verifies, agrees with the ledger of the relay that acted, and replays to the same decisions.</summary>
    /// <param name="data">The drill's folder, for what the relay itself prints; null where the relay did nothing.</param>
    public static async Task HoldsAsync(string transcript, string? data, CancellationToken cancel)
    {
        string[] relay = [];
        if (data is not null)
        {
            using var ledger = JsonDocument.Parse(await SayAsync("ImcBot.Relay", ["ledger", "--data", Path.Combine(data, "relay"), "--host-url", "http://127.0.0.1:1", "--json"], cancel));
            relay = ["--relay-key", ledger.RootElement.GetProperty("key").GetString()!, "--relay-head", ledger.RootElement.GetProperty("heads").GetProperty("INC-1").GetString()!];
        }

        var verified = await SayAsync("ImcBot.Bot", ["transcript", "verify", transcript, .. relay], cancel);
        Assert.Contains("whole and unchanged", verified, StringComparison.Ordinal);
        Assert.DoesNotContain("--relay-", data is null ? "" : verified, StringComparison.Ordinal);
        Assert.Contains("replay to the same decisions", await SayAsync("ImcBot.Bot", ["transcript", "replay", transcript], cancel), StringComparison.Ordinal);
    }

    private static async Task<string> SayAsync(string program, IEnumerable<string> arguments, CancellationToken cancel)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Programs.Find(program), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(cancel), process.StandardError.ReadToEndAsync(cancel));
        await process.WaitForExitAsync(cancel);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await said} {await complained}");
        return await said;
    }
}
