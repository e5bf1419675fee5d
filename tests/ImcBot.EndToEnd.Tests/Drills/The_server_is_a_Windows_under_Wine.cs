using ImcBot.Lab;
using ImcBot.Lab.Drills;
using ImcBot.Lab.Launch;

namespace ImcBot.EndToEnd.Tests.Drills;

/// <summary>
/// The relay as it is published for Windows, with its Windows driver, in one incident. The other faults are a command:
/// src/ImcBot.Lab/Wine/README.md.
/// </summary>
public sealed class The_server_is_a_Windows_under_Wine(ITestOutputHelper output)
{
    [Fact]
    public async Task One_bad_message_is_found_and_every_change_belongs_to_an_approved_run()
    {
        var site = new SiteOptions(Directory.CreateTempSubdirectory("imcbot-drill").FullName)
        {
            Count = 20,
            Seed = 7,
            Faults = "message:1",
            Wine = true,
        };
        var options = new DrillOptions(site, AnswerSheet.Read("approve"), TimeSpan.FromMinutes(5));
        var result = await SkippedWithoutWineAsync(new Drill(options, output.WriteLine, TimeProvider.System));

        Assert.Equal("resolved", result.Outcome);
        Assert.Contains("message", result.CausesFound);
        Assert.InRange(result.Approvals, 1, 2);
        Assert.True(result.Starts > 0, "Windows was told of no start that an approved run had ordered.");
        Assert.Equal((0, 0), (result.Messages.Lost, result.Messages.Unknown));
        Assert.Empty(result.Violations);
        Assert.True(result.Replayed > 10, $"{result.Replayed} entries were replayed.");
    }

    private static async Task<DrillResult> SkippedWithoutWineAsync(Drill drill)
    {
        try
        {
            return await drill.RunAsync(TestContext.Current.CancellationToken);
        }
        catch (SkippedException skipped)
        {
            Assert.Skip(skipped.Message);
            throw;
        }
    }
}
