using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;

namespace ImcBot.Benchmarks.Turns;

/// <summary>People who write, each the next message as soon as the last one is taken.</summary>
internal static class Talk
{
    /// <summary>Turns a second.</summary>
    /// <param name="verb">A command in front of the words; the bot answers it in the thread.</param>
    public static async Task<double> MeasureAsync(
        Uri address,
        TeamsStub teams,
        IReadOnlyList<string> threads,
        int turns,
        CancellationToken cancellationToken,
        string verb = ""
    )
    {
        using var http = new HttpClient();
        var left = turns;
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(threads.Select(WriteAsync));
        return turns / Stopwatch.GetElapsedTime(began).TotalSeconds;

        async Task WriteAsync(string thread)
        {
            while (Interlocked.Decrement(ref left) is >= 0 and var number)
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, address)
                {
                    Content = new StringContent(
                        teams.Message(thread, $"{verb}the disk looks odd, says measurement {number}"),
                        Encoding.UTF8,
                        "application/json"
                    ),
                };
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", teams.Token);
                using var response = await http.SendAsync(request, cancellationToken);
                response.EnsureSuccessStatusCode();
            }
        }
    }
}
