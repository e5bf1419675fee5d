using System.Diagnostics;
using ImcBot.Testing;

namespace ImcBot.Benchmarks.Loop;

/// <summary>
/// A newcomer's first start: clone, <c>dotnet run --project src/ImcBot.Lab</c>, and the page answers. Packages may already be in the cache.
/// </summary>
internal static class FirstStart
{
    public static async Task<double> MeasureAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("imcbot-clone").FullName;
        var began = Stopwatch.GetTimestamp();
        using (var clone = Process.Start("git", ["clone", "-q", Repository.Root, folder]))
        {
            await clone.WaitForExitAsync(cancellationToken);
        }

        var start = new ProcessStartInfo("dotnet", ["run", "--project", "src/ImcBot.Lab"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var lab = Process.Start(start) ?? throw new InvalidOperationException("The practice site did not start.");
        try
        {
            while (await lab.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
            {
                if (
                    line.Contains("http://127.0.0.1:", StringComparison.Ordinal)
                    && await AnswersAsync(line[line.IndexOf("http://", StringComparison.Ordinal)..], cancellationToken)
                )
                {
                    return Stopwatch.GetElapsedTime(began).TotalSeconds;
                }
            }

            throw new InvalidOperationException("The practice site ended before it told its address.");
        }
        finally
        {
            lab.Kill(entireProcessTree: true);
        }
    }

    private static async Task<bool> AnswersAsync(string address, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(address.Trim().Split(' ')[0]), cancellationToken);
        return answer.IsSuccessStatusCode;
    }
}
