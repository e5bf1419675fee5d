using ImcBot.Lab;
using ImcBot.Lab.Drills;
using ImcBot.Lab.Launch;

namespace ImcBot.EndToEnd.Tests.Drills;

/// <summary>
/// A real Postfix, the relay for Linux and the runbook for its queue. CI drills one fault that <c>IMCBOT_SEED</c> chooses;
/// <c>tests/campaigns/postfix-faults</c> drills all of them and their pairs.
/// </summary>
public sealed class A_live_Postfix_is_brought_back(ITestOutputHelper output)
{
    private static readonly (string Fault, string Cause)[] Sample =
    [
        ("disk", "disk"),
        ("filter:1", "message"),
        ("filter:3", "message"),
        ("hang:1", "message"),
    ];

    [Fact]
    public async Task A_fault_is_found_and_mended_and_every_message_comes_once()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("IMCBOT_SEED"), out var given) ? given : 0;
        var (fault, cause) = Sample[(seed & int.MaxValue) % Sample.Length];
        output.WriteLine($"planted: {fault}");

        var result = await RunAsync(fault);

        Assert.Equal("resolved", result.Outcome);
        Assert.Contains(cause, result.CausesFound);
        Assert.Equal((0, 0), (result.Messages.Lost, result.Messages.Duplicated));
        Assert.Equal(
            result.Messages.Found,
            result.Messages.Accepted + result.Messages.InSpool + result.Messages.Held + result.Messages.Archived
        );
        Assert.Empty(result.Violations);
    }

    [Fact]
    public Task A_line_of_its_log_is_enough() => OpensByAsync("filter:1", "message", "filter.lost");

    [Theory(Explicit = true)]
    [InlineData("disk", "disk", "postfix.no-space")]
    [InlineData("inodes", "inodes", "postfix.no-space")]
    [InlineData("config", "config", "postfix.settings")]
    public Task Any_line_that_says_what_is_wrong_is(string fault, string cause, string kind) => OpensByAsync(fault, cause, kind);

    /// <summary>Nobody says that something is wrong, the service runs all the while, and the fault comes once the relay is there.</summary>
    private async Task OpensByAsync(string fault, string cause, string kind)
    {
        var result = await RunAsync(
            null,
            async (site, cancellationToken) => await new ServerDesk(site.Http, site.ServerAddress).PlantAsync([fault], cancellationToken)
        );

        Assert.Equal("resolved", result.Outcome);
        Assert.Contains(cause, result.CausesFound);
        Assert.Equal((0, 0), (result.Messages.Lost, result.Messages.Duplicated));
        Assert.Empty(result.Violations);
        var entries = File.ReadLines(result.Transcript!).ToList();
        var opened = Assert.Single(entries, entry => entry.Contains("\"$type\":\"opened\"", StringComparison.Ordinal));
        Assert.Contains(kind, opened, StringComparison.Ordinal);
        Assert.DoesNotContain("@", opened, StringComparison.Ordinal);
    }

    private async Task<DrillResult> RunAsync(string? faults, Func<Site, CancellationToken, Task>? meanwhile = null)
    {
        try
        {
            var site = new SiteOptions(Directory.CreateTempSubdirectory("imcbot-drill").FullName) { Postfix = 1, Faults = faults };
            var options = new DrillOptions(site, AnswerSheet.Read("approve"), TimeSpan.FromMinutes(5));
            var drill = new Drill(options, output.WriteLine, TimeProvider.System)
            {
                IsUnnoticed = faults is null,
                Meanwhile = meanwhile ?? ((_, _) => Task.CompletedTask),
            };
            return await drill.RunAsync(TestContext.Current.CancellationToken);
        }
        catch (SkippedException skipped)
        {
            Assert.Skip(skipped.Message);
            throw;
        }
    }
}
