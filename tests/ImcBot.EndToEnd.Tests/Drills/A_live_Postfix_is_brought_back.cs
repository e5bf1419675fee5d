using ImcBot.EndToEnd.Tests.Postfix;
using ImcBot.Lab;
using ImcBot.Lab.Drills;
using ImcBot.Lab.Launch;
using ImcBot.Lab.Postfix;

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
    public async Task A_line_of_its_log_is_enough_and_a_second_instance_stays_as_it_was()
    {
        IReadOnlyList<string> before = [],
            after = [],
            listed = [];
        string[] ends = [];
        var result = await OpensByAsync(
            "message",
            "filter.lost",
            instances: 2,
            async (site, cancellationToken) =>
            {
                var (first, second) = (Folder(site, 0), Folder(site, 1));
                await PostfixTools.PutOffAsync(second, 5, cancellationToken);
                before = await PostfixTools.SeenAsync(second);
                await PlantAsync(site, "filter:1", cancellationToken);
                await EndAsync(cancellationToken);
                listed = await PostfixTools.ListedAsync(site.Relay!.Id);
                after = await PostfixTools.SeenAsync(second);
                ends = await File.ReadAllLinesAsync(first.FilterEnds, CancellationToken.None);
            }
        );

        // What came before the survey is told by it, what came after by the runs: together every death of the filter.
        Assert.NotEmpty(ends);
        Assert.Contains(
            $" {ends.Length} filter failure{(ends.Length == 1 ? "" : "s")} that its relay has told of",
            await File.ReadAllTextAsync(result.Transcript!, TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        // The relay finds the instance of its service among those that postmulti lists; the other one is what it would meet by default.
        Assert.Equal(2, listed.Count);
        Assert.Matches("^-  .* y  .*/etc/postfix$", listed[0]);
        Assert.Matches("^postfix-mx1  .* y  .*/mx1/etc$", listed[1]);
        Assert.Equal(10, before.Count);
        Assert.Equal(before, after);
    }

    [Theory(Explicit = true)]
    [InlineData("disk", "disk", "postfix.no-space")]
    [InlineData("inodes", "inodes", "postfix.no-space")]
    [InlineData("config", "config", "postfix.settings")]
    public Task Any_line_that_says_what_is_wrong_is(string fault, string cause, string kind) =>
        OpensByAsync(cause, kind, instances: 1, (site, cancellationToken) => PlantAsync(site, fault, cancellationToken));

    /// <summary>Nobody says that something is wrong, the service runs all the while, and the fault comes once the relay is there.</summary>
    private async Task<DrillResult> OpensByAsync(string cause, string kind, int instances, Func<Site, CancellationToken, Task> meanwhile)
    {
        var result = await RunAsync(null, instances, meanwhile);

        Assert.Equal("resolved", result.Outcome);
        Assert.Contains(cause, result.CausesFound);
        Assert.Equal((0, 0), (result.Messages.Lost, result.Messages.Duplicated));
        Assert.Empty(result.Violations);
        var entries = File.ReadLines(result.Transcript!).ToList();
        var opened = Assert.Single(entries, entry => entry.Contains("\"$type\":\"opened\"", StringComparison.Ordinal));
        Assert.Contains(kind, opened, StringComparison.Ordinal);
        Assert.DoesNotContain("@", opened.Replace("postfix@postfix-mx1.service", "", StringComparison.Ordinal), StringComparison.Ordinal);
        return result;
    }

    private static PostfixFolder Folder(Site site, int instance) => PostfixFolder.Of(site.ServerFolder, site.MailPorts)[instance];

    private static Task PlantAsync(Site site, string fault, CancellationToken cancellationToken) =>
        new ServerDesk(site.Http, site.ServerAddress).PlantAsync([fault], cancellationToken);

    /// <summary>Completes when the drill is over and the site still runs.</summary>
    private static async Task EndAsync(CancellationToken cancellationToken) =>
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task<DrillResult> RunAsync(string? faults, int instances = 1, Func<Site, CancellationToken, Task>? meanwhile = null)
    {
        try
        {
            var site = new SiteOptions(Directory.CreateTempSubdirectory("imcbot-drill").FullName) { Postfix = instances, Faults = faults };
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
