using ImcBot.Lab;
using ImcBot.Lab.Drills;
using ImcBot.Lab.Launch;
using ImcBot.Lab.Nginx;

namespace ImcBot.EndToEnd.Tests.Drills;

/// <summary>
/// A real web server, the relay for Linux with the vectors of its policy, and a runbook for any service. CI takes one fault that the commit
/// chooses beside those that take seconds; the runbook waits a minute before it opens.
/// </summary>
public sealed class A_live_nginx_is_brought_back(ITestOutputHelper output)
{
    /// <summary>What is found, what is offered for it, and how often it is started.</summary>
    private static readonly Dictionary<string, (string? Cause, string Offered, int Starts)> Faults = new(StringComparer.Ordinal)
    {
        ["killed"] = ("why", "start", 1),
        ["hung"] = ("answers", "answers", 1),
        ["config"] = ("settings", "start", 1),
        ["port-taken"] = ("needs", "start", 1),
        ["log-full"] = ("deleted", "deleted", 0),
        ["certificate"] = ("certificate", "shown", 0),
    };

    public static TheoryData<string> All => [.. Faults.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public async Task By_one_approval_whatever_is_wrong(string fault)
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("IMCBOT_NGINX") is { } asked ? asked is "all" || asked == fault : fault == OfThisCommit,
            "A minute and more each; a run takes the one that the commit chooses, and IMCBOT_NGINX=all takes all."
        );
        var (cause, offered, starts) = Faults[fault];

        var result = await RunAsync(fault, "approve");

        Assert.Equal("resolved", result.Outcome);
        Assert.Contains(cause, result.CausesFound);
        Assert.Equal([offered], result.StepsWalked);
        Assert.Equal((1, starts), (result.Approvals, result.Starts));
        Assert.Empty(result.Violations);
    }

    [Fact]
    public async Task Disabled_on_purpose_it_is_left_alone_and_nothing_is_offered()
    {
        var result = await RunAsync(NginxFaults.Disabled, "approve");

        Assert.Equal("closed", result.Outcome);
        Assert.Equal(["wanted"], result.CausesFound);
        Assert.Empty(result.StepsWalked);
        Assert.Equal((0, 0), (result.Approvals, result.Starts));
        Assert.Empty(result.Violations);
        Assert.True(result.IsGood);
    }

    [Fact]
    public async Task Refused_twice_nothing_asks_it_for_anything()
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("IMCBOT_NGINX") == "all",
            "A minute and more, for the runbook waits so long before it opens; IMCBOT_NGINX=all runs it."
        );
        var result = await RunAsync("killed", "deny");

        Assert.Equal("escalated", result.Outcome);
        Assert.Equal((0, 0), (result.Approvals, result.Starts));
        Assert.Empty(result.Violations);
    }

    private static string OfThisCommit =>
        Faults.Keys.ElementAt(
            int.TryParse(Environment.GetEnvironmentVariable("IMCBOT_SEED"), out var seed) ? (seed & int.MaxValue) % Faults.Count : 0
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
