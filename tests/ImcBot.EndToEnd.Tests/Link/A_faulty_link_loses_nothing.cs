using System.Text.Json;
using ImcBot.Lab.Drills;
using ImcBot.Lab.Launch;
using ImcBot.Testing.Link;
using Microsoft.Data.Sqlite;

namespace ImcBot.EndToEnd.Tests.Link;

/// <summary>
/// <c>message:1</c> is walked by all real processes while the link between relay and bot has one fault after another. CI takes a few
/// sequences that <c>IMCBOT_SEED</c> chooses; <c>tests/campaigns/link-faults</c> takes a hundred.
/// </summary>
public sealed class A_faulty_link_loses_nothing(ITestOutputHelper output)
{
    private const int Sample = 2,
        All = 100;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_incident_ends_well_and_everything_is_delivered_once_the_link_is_back()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only OpenSSL takes an issuer to trust from the environment.");
        var results = Environment.GetEnvironmentVariable("IMCBOT_LINK_RESULTS");
        var wrong = new List<string>();
        foreach (var sequence in Seeds(results).Select(FaultSequence.Of))
        {
            var begun = TimeProvider.System.GetTimestamp();
            var problem = await TryAsync(sequence);
            var seconds = TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
            output.WriteLine($"{sequence}: {problem ?? "well"}, {seconds:0} s");
            wrong.AddRange(problem is null ? [] : [$"{sequence}: {problem}"]);
            if (results is not null)
            {
                await File.AppendAllTextAsync(
                    results,
                    JsonSerializer.Serialize(new Result(sequence.Seed, Math.Round(seconds), problem)) + "\n",
                    Token
                );
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void The_campaign_has_every_kind_of_fault()
    {
        var faults = Enumerable.Range(0, All).SelectMany(seed => FaultSequence.Of(seed).Steps).Select(step => step.Fault).ToList();

        Assert.Equal(6, faults.Select(fault => fault.GetType()).Distinct().Count());
        Assert.Equal(4, faults.OfType<Fault.WrongCertificate>().Select(fault => fault.Flaw).Distinct().Count());
        Assert.Equal(FaultSequence.Of(7).ToString(), FaultSequence.Of(7).ToString());
    }

    /// <summary>A few that the seed chooses, or, for a campaign, all that are not in its results yet.</summary>
    private static IEnumerable<int> Seeds(string? results)
    {
        if (results is null)
        {
            var seed = int.TryParse(Environment.GetEnvironmentVariable("IMCBOT_SEED"), out var given) ? given : 4;
            return Enumerable.Range(0, Sample).Select(at => (seed + (at * All / Sample)) % All);
        }

        var done = File.Exists(results)
            ? File.ReadLines(results)
                .Select(line => JsonSerializer.Deserialize<Result>(line)!)
                .Where(result => result.Problem is null)
                .Select(result => result.Seed)
                .ToHashSet()
            : [];
        var most = int.TryParse(Environment.GetEnvironmentVariable("IMCBOT_LINK_COUNT"), out var count) ? count : All;
        return Enumerable.Range(0, All).Where(seed => !done.Contains(seed)).Take(most);
    }

    /// <summary>Null when all is well, else what is not.</summary>
    private async Task<string?> TryAsync(FaultSequence sequence)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(8), TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, Token);
        var options = new SiteOptions(Directory.CreateTempSubdirectory("imcbot-link").FullName)
        {
            Count = 40,
            Seed = 11,
            Faults = "message:1",
        };
        var memory = SiteMemory.Open(options);
        memory.Keep(options.DataFolder);
        using var authority = new TestAuthority();
        await using var way = new FaultProxy(new Uri($"http://127.0.0.1:{memory.Bot}"), authority);

        // The bot says the way's address in its enrolment code, the relay trusts the way's certificate.
        options = options with
        {
            Variables = new Dictionary<string, string>
            {
                ["IMCBOT__BOT__PUBLICURL"] = way.Address.OriginalString,
                ["SSL_CERT_FILE"] = authority.Write(Path.Combine(options.DataFolder, "authority.pem")),
            },
        };
        try
        {
            await using var site = await Site.OpenAsync(options, output.WriteLine, TimeProvider.System, either.Token);
            return await WalkAsync(site, way, sequence, options, either.Token);
        }
        catch (OperationCanceledException) when (!Token.IsCancellationRequested)
        {
            return $"not over after eight minutes; see {options.DataFolder}";
        }
    }

    private async Task<string?> WalkAsync(
        Site site,
        FaultProxy way,
        FaultSequence sequence,
        SiteOptions options,
        CancellationToken cancellationToken
    )
    {
        var server = new ServerDesk(site.Http, site.ServerAddress);
        var cast = new Cast(site.Client, server, AnswerSheet.Read("approve"), output.WriteLine, TimeProvider.System);
        var playing = cast.PlayAsync(cancellationToken);
        await DisturbAsync(way, sequence, cancellationToken);
        var outcome = await playing;

        var relay = Path.Combine(options.DataFolder, "relay", "ledger.db");
        while (await CountAsync(relay, "SELECT COUNT(*) FROM outbox", cancellationToken) > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellationToken);
        }

        var tally = MessageTally.Of(await server.TruthAsync(cancellationToken));
        var path = Path.Combine(options.DataFolder, "transcript.jsonl");
        await File.WriteAllBytesAsync(
            path,
            await new ExportDesk(site.Client, site.Http, TimeProvider.System).FetchAsync(cast.Thread!, cancellationToken),
            cancellationToken
        );
        List<string> complaints =
        [
            .. Verification.Of(await server.RecordAsync(0, cancellationToken), Transcript.Read(path), cast.AtConsole, false),
            .. (await Reviewer.ReviewAsync(path, options, cancellationToken)).Complaints,
        ];
        var (told, begun) = (
            File.ReadLines(path).Count(line => line.Contains("\"$type\":\"acted\"", StringComparison.Ordinal)),
            await CountAsync(relay, "SELECT COUNT(*) FROM run", cancellationToken)
        );
        return outcome != "resolved" ? $"ended {outcome}; see {options.DataFolder}"
            : tally.Lost > 0 || tally.Duplicated > 0 ? $"{tally}; see {options.DataFolder}"
            : told < begun ? $"{begun} runs, {told} told; see {options.DataFolder}"
            : complaints.Count > 0 ? $"{string.Join(' ', complaints)} See {options.DataFolder}"
            : null;
    }

    private static async Task DisturbAsync(FaultProxy way, FaultSequence sequence, CancellationToken cancellationToken)
    {
        foreach (var (fault, lasts, peace) in sequence.Steps)
        {
            way.Fault = fault;
            await Task.Delay(lasts, TimeProvider.System, cancellationToken);
            way.Fault = Fault.None;
            await Task.Delay(peace, TimeProvider.System, cancellationToken);
        }
    }

    private static async Task<long> CountAsync(string ledger, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = ledger,
                Mode = SqliteOpenMode.ReadOnly,
                Pooling = false,
            }.ToString()
        );
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private sealed record Result(int Seed, double Seconds, string? Problem);
}
