using System.Text.Json;
using ImcBot.Lab.Drills;
using ImcBot.Lab.Launch;
using ImcBot.Lab.Room;

namespace ImcBot.EndToEnd.Tests.Clocks;

/// <summary>
/// The wall clock of the bot's or the relay's machine is set while they walk <c>message:1</c>. Where it is off by so much that nobody's
/// proof of identity counts any more, it is set right once the silent relay was told.
/// CI takes one that <c>IMCBOT_SEED</c> chooses; <c>tests/campaigns/clock-steps</c> takes all forty.
/// </summary>
public sealed class A_clock_is_set_under_real_processes(ITestOutputHelper output)
{
    private const string SilentSeconds = "IMCBOT__BOT__RELAYSILENTSECONDS",
        GrantMinutes = "IMCBOT__BOT__GRANTMINUTES";

    private const int Silent = 30;

    private static readonly TimeSpan GrantLife = TimeSpan.FromMinutes(1);

    private static readonly int[] Minutes = [-30, -1, 1, 30],
        Moments = [1, 3, 5, 7, 9];

    private static readonly IReadOnlyList<Case> All =
    [
        .. Minutes
            .SelectMany(_ => Moments, (minutes, moment) => (minutes, moment))
            .SelectMany(one => new[] { "bot", "relay" }.Select(side => new Case(side, one.minutes, one.moment))),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_incident_ends_well_and_no_deadline_comes_early_or_by_a_step_late()
    {
        var clock = await ShiftedClock.OpenAsync(Token);
        var results = Environment.GetEnvironmentVariable("IMCBOT_CLOCK_RESULTS");
        var wrong = new List<string>();
        foreach (var one in Chosen(results))
        {
            var result = await TryAsync(clock, one);
            output.WriteLine($"{result}");
            wrong.AddRange(result.Problem is null ? [] : [$"{result}"]);
            if (results is not null)
            {
                await File.AppendAllTextAsync(results, JsonSerializer.Serialize(result) + "\n", Token);
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <summary>A step that the seed chooses, or, for a campaign, all that have not gone well yet.</summary>
    private static IEnumerable<Case> Chosen(string? results)
    {
        if (results is null)
        {
            var seed = int.TryParse(Environment.GetEnvironmentVariable("IMCBOT_SEED"), out var given) ? given : 4;
            return [All[seed % All.Count]];
        }

        var done = File.Exists(results)
            ? File.ReadLines(results)
                .Select(line => JsonSerializer.Deserialize<Result>(line)!)
                .Where(result => result.Problem is null)
                .Select(result => result.Case)
                .ToHashSet()
            : [];
        return All.Where(one => !done.Contains(one))
            .Take(int.TryParse(Environment.GetEnvironmentVariable("IMCBOT_CLOCK_COUNT"), out var count) ? count : All.Count);
    }

    private async Task<Result> TryAsync(ShiftedClock clock, Case one)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(6), TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, Token);
        var options = new SiteOptions(Directory.CreateTempSubdirectory("imcbot-step").FullName)
        {
            Count = 40,
            Seed = 11,
            Faults = "message:1",
            Variables = new Dictionary<string, string>(clock.Variables)
            {
                [SilentSeconds] = $"{Silent}",
                [GrantMinutes] = $"{GrantLife.TotalMinutes}",
            },
        };
        try
        {
            await using var site = await Site.OpenAsync(options, output.WriteLine, TimeProvider.System, either.Token);
            var server = new ServerDesk(site.Http, site.ServerAddress);
            var cast = new Cast(site.Client, server, AnswerSheet.Read("approve"), output.WriteLine, TimeProvider.System);
            var playing = cast.PlayAsync(either.Token);
            var told = await StepAsync(site, clock, one, cast, playing, either.Token);
            var outcome = await playing;

            var path = Path.Combine(options.DataFolder, "transcript.jsonl");
            await File.WriteAllBytesAsync(
                path,
                await new ExportDesk(site.Client, site.Http, TimeProvider.System).FetchAsync(cast.Thread!, either.Token),
                either.Token
            );
            var (tally, done) = (MessageTally.Of(await server.TruthAsync(either.Token)), await server.RecordAsync(0, either.Token));
            var (record, grants) = (DeadlineRecord.Read(path), GrantRecord.Read(path));
            List<string> complaints =
            [
                .. outcome == "resolved" ? Array.Empty<string>() : [$"It ended {outcome}."],
                .. tally.Lost + tally.Duplicated == 0 ? Array.Empty<string>() : [$"{tally}"],
                .. Verification.Of(done, Transcript.Read(path), cast.AtConsole, false),
                .. grants.Complaints(done, GrantLife),
                .. (await Reviewer.ReviewAsync(path, options, either.Token)).Complaints,
                .. one.Complaints(record),
            ];
            return new(
                one,
                complaints.Count == 0 ? null : $"{string.Join(' ', complaints)} See {options.DataFolder}",
                Seconds(record.Late.Append(TimeSpan.Zero).Min()),
                Seconds(record.Late.Append(TimeSpan.Zero).Max()),
                grants.Oldest(done) is { } oldest ? Seconds(oldest) : null,
                told is { } took ? Seconds(took) : null
            );
        }
        catch (OperationCanceledException) when (!Token.IsCancellationRequested)
        {
            return new(one, $"not over after six minutes; see {options.DataFolder}", 0, 0, null, null);
        }
        finally
        {
            clock.Set(one.Side, TimeSpan.Zero);
        }
    }

    /// <summary>
    /// Sets the clock after so many changes in the incident's thread, and sets it right again after a large step, once the silent relay was
    /// told and each grant of before has ended; gives how long it took until the silence was told.
    /// </summary>
    private static async Task<TimeSpan?> StepAsync(
        Site site,
        ShiftedClock clock,
        Case one,
        Cast cast,
        Task playing,
        CancellationToken cancellationToken
    )
    {
        var (seen, begun) = (0, 0L);
        await foreach (var post in site.Client.FollowAsync(Team.Olu, cancellationToken))
        {
            if (post.From != "bot" || post.Thread is null || post.Thread != cast.Thread || ++seen <= one.Moment)
            {
                continue;
            }

            if (begun == 0)
            {
                clock.Set(one.Side, TimeSpan.FromMinutes(one.Minutes));
                begun = TimeProvider.System.GetTimestamp();
            }

            if (!one.IsLarge || playing.IsCompleted)
            {
                return null;
            }

            if ($"{post.Text} {post.Card?.ToJsonString()}".Contains("no word from the relay", StringComparison.OrdinalIgnoreCase))
            {
                var told = TimeProvider.System.GetElapsedTime(begun);
                await Task.Delay(GrantLife + TimeSpan.FromSeconds(5) - told, TimeProvider.System, cancellationToken);
                clock.Set(one.Side, TimeSpan.Zero);
                return told;
            }
        }

        return null;
    }

    private static double Seconds(TimeSpan span) => Math.Round(span.TotalSeconds, 1);

    private sealed record Case(string Side, int Minutes, int Moment)
    {
        /// <summary>Beyond what the proof of identity allows.</summary>
        public bool IsLarge => Math.Abs(Minutes) > 5;

        public IEnumerable<string> Complaints(DeadlineRecord record) =>
            record switch
            {
                { Steps: 0 } when Side == "bot" => ["The step is not in the journal."],
                { Steps: > 0 } when Side == "relay" => ["A step of the bot's clock is in the journal, which nobody set."],
                _ => record
                    .Late.Where(late => Math.Abs(late.TotalSeconds) > 2)
                    .Select(late => $"A deadline was told {late.TotalSeconds:0.0} s after it was due.")
                    .Concat(
                        record
                            .Silences.Where(silence => silence.TotalSeconds is < Silent - 2 or > Silent + 30)
                            .Select(silence => $"The relay was told as silent after {silence.TotalSeconds:0.0} s.")
                    ),
            };
    }

    private sealed record Result(Case Case, string? Problem, double Earliest, double Latest, double? OldestGrant, double? ToldAfter);
}
