using ImcBot.Lab.Drills;
using ImcBot.Lab.Launch;
using ImcBot.Testing;

namespace ImcBot.EndToEnd.Tests.Drills;

/// <summary>Real bot, relay and server with another article alone: the bot tells the relay that 3018 is what to look out for.</summary>
public sealed class An_article_opens_on_its_own_event(ITestOutputHelper output)
{
    [Fact]
    public async Task A_full_disk_opens_Q300931_which_is_walked_to_its_end()
    {
        var runbooks = Directory.CreateTempSubdirectory("imcbot-runbooks").FullName;
        File.Copy(Repository.Path("manifests/runbooks/samples/Q300931.yaml"), Path.Combine(runbooks, "Q300931.yaml"));
        var site = new SiteOptions(Directory.CreateTempSubdirectory("imcbot-drill").FullName)
        {
            Count = 40,
            Seed = 7,
            Faults = "disk",
            Runbooks = runbooks,
        };

        var result = await new Drill(
            new(site, AnswerSheet.Read("approve"), TimeSpan.FromMinutes(5)),
            output.WriteLine,
            TimeProvider.System
        ).RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal("resolved", result.Outcome);
        Assert.InRange(result.Approvals, 1, 2);
        Assert.Equal((0, 0), (result.Messages.Lost, result.Messages.Duplicated));
        Assert.Empty(result.Violations);
        var opened = File.ReadLines(Directory.EnumerateFiles(site.DataFolder, "*.jsonl", SearchOption.AllDirectories).First())
            .First(line => line.Contains("\"opened\"", StringComparison.Ordinal));
        Assert.Contains("3018", opened, StringComparison.Ordinal);
    }
}
