using ImcBot.Lab.Drills;
using ImcBot.Lab.Launch;
using ImcBot.Lab.Room;
using Microsoft.Data.Sqlite;

namespace ImcBot.EndToEnd.Tests.Link;

/// <summary>A relay's folder is copied, as with a cloned machine, and both run against the real bot.</summary>
public sealed class A_copied_relay_is_turned_away(ITestOutputHelper output)
{
    [Fact]
    public async Task It_does_nothing_and_the_channel_hears_of_it_and_the_incident_ends_well()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(6), TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, TestContext.Current.CancellationToken);
        var options = new SiteOptions(Directory.CreateTempSubdirectory("imcbot-copy").FullName)
        {
            Count = 40,
            Seed = 11,
            Faults = "message:1",
        };
        await using var site = await Site.OpenAsync(options, output.WriteLine, TimeProvider.System, either.Token);
        var server = new ServerDesk(site.Http, site.ServerAddress);
        var cast = new Cast(site.Client, server, AnswerSheet.Read("approve"), output.WriteLine, TimeProvider.System);

        // Whichever is first is the one that lives.
        while (!site.Relay!.LastLines.Any(line => line.Contains("Connected as", StringComparison.Ordinal)))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, either.Token);
        }

        var copied = Copy(Path.Combine(options.DataFolder, "relay"), Path.Combine(options.DataFolder, "copy"));
        Dictionary<string, string> environment = new(StringComparer.Ordinal) { ["IMCBOT_RELAY__HOST__URL"] = $"{site.ServerAddress}" };
        await using var copy = Part.Start(
            "copy",
            "ImcBot.Relay",
            ["run", "--data", copied],
            environment,
            Path.Combine(options.DataFolder, "logs"),
            TimeProvider.System
        );
        var outcome = await cast.PlayAsync(either.Token);

        Assert.Equal("resolved", outcome);
        Assert.Contains(copy.LastLines, line => line.Contains("Another process works as", StringComparison.Ordinal));
        Assert.False(copy.Exited.IsCompleted);
        Assert.Equal(0, Begun(copied));
        await ToldAsync(site, either.Token);
        var tally = MessageTally.Of(await server.TruthAsync(either.Token));
        Assert.Equal((0, 0), (tally.Lost, tally.Duplicated));
        var path = Path.Combine(options.DataFolder, "transcript.jsonl");
        await File.WriteAllBytesAsync(
            path,
            await new ExportDesk(site.Client, site.Http, TimeProvider.System).FetchAsync(cast.Thread!, either.Token),
            either.Token
        );
        Assert.Empty(Verification.Of(await server.RecordAsync(0, either.Token), Transcript.Read(path), cast.AtConsole, false));
        Assert.Empty((await Reviewer.ReviewAsync(path, options, either.Token)).Complaints);
    }

    private static async Task ToldAsync(Site site, CancellationToken cancellationToken)
    {
        await foreach (var post in site.Client.FollowAsync(Team.Olu, cancellationToken))
        {
            if ($"{post.Text} {post.Card?.ToJsonString()}".Contains("Two processes speak as the relay", StringComparison.Ordinal))
            {
                return;
            }
        }
    }

    private static string Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from).Where(file => Path.GetExtension(file) != ".lock"))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        return to;
    }

    private static long Begun(string relay)
    {
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = Path.Combine(relay, "ledger.db"),
                Mode = SqliteOpenMode.ReadOnly,
                Pooling = false,
            }.ToString()
        );
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM run";
        return (long)command.ExecuteScalar()!;
    }
}
