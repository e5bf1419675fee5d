using System.Text.Json;
using Xunit;

namespace ImcBot.Relay.Tests.Kills;

/// <summary>
/// The relay's own process is killed in the middle of a search or its undo, and started again: each message is in one place, with the bytes
/// it had, delivered at most once. CI takes ten points that <c>IMCBOT_SEED</c> chooses; <c>tests/campaigns/relay-kills</c> takes all.
/// </summary>
public sealed class A_real_relay_is_killed(ITestOutputHelper output)
{
    private const int Sample = 10,
        AtOnce = 4;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task At_any_point_no_message_is_lost_or_doubled()
    {
        Assert.SkipWhen(RelayProcess.Program is null, "The relay is not built: run 'dotnet build' in the folder of ImcBot.sln first.");
        var changes = await KilledRelay.CountAsync(Token);
        output.WriteLine($"{changes} changes");
        var results = Environment.GetEnvironmentVariable("IMCBOT_KILL_RESULTS");
        var wrong = new List<string>();

        await Parallel.ForEachAsync(
            Points(results).Select(number => KillPoint.Of(number, changes)),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Token },
            async (point, cancellationToken) =>
            {
                var problem = await KilledRelay.TryAsync(point, cancellationToken);
                lock (wrong)
                {
                    output.WriteLine($"{point}: {problem ?? "well"}");
                    wrong.AddRange(problem is null ? [] : [$"{point}: {problem}"]);
                    Note(results, point, problem);
                }
            }
        );

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void A_campaign_reaches_every_change_at_every_moment_and_kills_twice()
    {
        var points = Enumerable.Range(0, KillPoint.All).Select(number => KillPoint.Of(number, 60)).ToList();

        Assert.Equal(
            3 * 60,
            points.Where(point => point.Moment is not KillMoment.Twice).Select(point => (point.Moment, point.Change)).Distinct().Count()
        );
        Assert.Equal(60, points.Where(point => point.Moment is KillMoment.Twice).Select(point => point.Change).Distinct().Count());
    }

    /// <summary>Ten that the seed chooses, or, for a campaign, all that are not in its results yet.</summary>
    private static IEnumerable<int> Points(string? results)
    {
        if (results is null)
        {
            var seed = int.TryParse(Environment.GetEnvironmentVariable("IMCBOT_SEED"), out var given) ? given : 4;
            return Enumerable.Range(0, Sample).Select(at => (seed + (at * KillPoint.All / Sample)) % KillPoint.All);
        }

        var done = File.Exists(results)
            ? File.ReadLines(results)
                .Select(line => JsonSerializer.Deserialize<Result>(line)!)
                .Where(result => result.Problem is null)
                .Select(result => result.Point)
                .ToHashSet()
            : [];
        return Enumerable.Range(0, KillPoint.All).Where(number => !done.Contains(number));
    }

    private static void Note(string? results, KillPoint point, string? problem)
    {
        if (results is not null)
        {
            File.AppendAllText(
                results,
                JsonSerializer.Serialize(new Result(point.Number, $"{point.Moment} {point.Change} {point.Further}", problem)) + "\n"
            );
        }
    }

    private sealed record Result(int Point, string Kill, string? Problem);
}
