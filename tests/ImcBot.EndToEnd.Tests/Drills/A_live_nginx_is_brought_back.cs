using ImcBot.Lab;
using ImcBot.Lab.Drills;
using ImcBot.Lab.Launch;

namespace ImcBot.EndToEnd.Tests.Drills;

/// <summary>A real web server, the relay for Linux with the vectors of its policy, and a runbook for any service.</summary>
public sealed class A_live_nginx_is_brought_back(ITestOutputHelper output)
{
    [Fact]
    public async Task Killed_it_is_started_once_by_one_approval()
    {
        var result = await RunAsync("killed", "approve");

        Assert.Equal("resolved", result.Outcome);
        Assert.Equal((1, 1, 0), (result.Approvals, result.Starts, result.StoreCrashes));
        Assert.Empty(result.Violations);
    }

    [Fact]
    public async Task Hung_it_is_restarted_though_it_follows_no_stop()
    {
        SkipUnlessAll();
        var result = await RunAsync("hung", "approve");

        Assert.Equal("resolved", result.Outcome);
        Assert.Contains("answers", result.CausesFound);
        Assert.Equal(1, result.Starts);
        Assert.Empty(result.Violations);
    }

    [Theory]
    [InlineData("config", "settings")]
    [InlineData("certificate", "certificate")]
    public async Task What_a_person_has_to_mend_is_asked_of_a_person_and_the_rest_approved(string fault, string cause)
    {
        SkipUnlessAll();
        var result = await RunAsync(fault, "approve");

        Assert.Equal("resolved", result.Outcome);
        Assert.Contains(cause, result.CausesFound);
        Assert.Equal(1, result.Approvals);
        Assert.Empty(result.Violations);
    }

    [Fact]
    public async Task Refused_twice_nothing_asks_it_for_anything()
    {
        SkipUnlessAll();
        var result = await RunAsync("killed", "deny");

        Assert.Equal("escalated", result.Outcome);
        Assert.Equal((0, 0), (result.Approvals, result.Starts));
        Assert.Empty(result.Violations);
    }

    private static void SkipUnlessAll() =>
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("IMCBOT_NGINX") == "all",
            "A minute and more each, for the runbook waits so long before it opens; IMCBOT_NGINX=all runs them."
        );

    private async Task<DrillResult> RunAsync(string faults, string answers)
    {
        var site = new SiteOptions(Directory.CreateTempSubdirectory("imcbot-drill").FullName) { Nginx = true, Faults = faults };
        try
        {
            var options = new DrillOptions(site, AnswerSheet.Read(answers), TimeSpan.FromMinutes(5));
            return await new Drill(options, output.WriteLine, TimeProvider.System).RunAsync(TestContext.Current.CancellationToken);
        }
        catch (SkippedException skipped)
        {
            Assert.Skip(skipped.Message);
            throw;
        }
    }
}
