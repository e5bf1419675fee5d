using ImcBot.Lab.Drills;
using ImcBot.Lab.Launch;

namespace ImcBot.EndToEnd.Tests.Drills;

/// <summary>The whole loop with real processes. The full matrix of faults is a command: see the README beside this file.</summary>
public sealed class A_drill_runs_every_process(ITestOutputHelper output)
{
    [Fact]
    public async Task One_bad_message_is_found_with_two_approvals_at_most_and_no_mail_lost()
    {
        var result = await RunAsync("message:1", "approve");
        Assert.Equal("resolved", result.Outcome);
        Assert.Contains("message", result.CausesFound);
        Assert.InRange(result.Approvals, 1, 2);
        Assert.InRange(result.StoreCrashes, 0, 1);
        Assert.Equal((0, 0), (result.Messages.Lost, result.Messages.Duplicated));
        Assert.Equal(
            result.Messages.Found + result.Messages.Arrived,
            result.Messages.Accepted
                + result.Messages.Archived
                + result.Messages.InSpool
                + result.Messages.Held
                + result.Messages.Deleted
                + result.Messages.Unknown
        );
        Assert.Empty(result.Violations);
    }

    [Fact]
    public async Task Refused_twice_nothing_was_changed_and_people_take_over()
    {
        var result = await RunAsync("log", "deny");
        Assert.Equal("escalated", result.Outcome);
        Assert.Equal((0, 0, 0), (result.Approvals, result.Starts, result.Messages.Lost));
        Assert.Empty(result.Violations);
    }

    /// <summary>
    /// Bot and relay get their tokens from the same identity endpoint, each for its own caller: approvals, grants, runs and reports go
    /// through.
    /// </summary>
    [Fact]
    public async Task A_relay_that_signs_in_with_a_managed_identity_mends_the_server_as_well()
    {
        var result = await RunAsync("log", "approve", relayByEntra: true);
        Assert.Equal("resolved", result.Outcome);
        Assert.InRange(result.Starts, 1, 2);
        Assert.Equal(0, result.Messages.Lost);
        Assert.Empty(result.Violations);
    }

    private async Task<DrillResult> RunAsync(string faults, string answers, bool relayByEntra = false)
    {
        var site = new SiteOptions(Directory.CreateTempSubdirectory("imcbot-drill").FullName)
        {
            Count = 60,
            Seed = 7,
            Faults = faults,
            RelayByEntra = relayByEntra,
        };
        var options = new DrillOptions(site, AnswerSheet.Read(answers), TimeSpan.FromMinutes(5));
        var result = await new Drill(options, output.WriteLine, TimeProvider.System).RunAsync(TestContext.Current.CancellationToken);
        Assert.True(result.Replayed > 10, $"{result.Replayed} entries were replayed.");
        return result;
    }
}
