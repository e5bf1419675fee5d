using System.Text;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Export;

/// <summary>Programs, policies, clocks, and what changed on the server with nothing of ImcBot's between.</summary>
public sealed class The_review_names_what_took_part
{
    [Theory]
    [InlineData("html")]
    [InlineData("md")]
    public async Task Programs_and_policy_stand_beside_the_runbook_each_with_its_entry(string format)
    {
        using var night = new SignedNight();
        var told = night
            .Tell()
            .Select(one =>
                one.Fact is Opened opened
                    ? (opened with { Builds = new Builds("bot-digest", "relay-digest", "greeted-policy", "0.1.0") }, one.Decision)
                    : one
            );

        var text = await ExportAsync(told, format);

        Assert.Contains("ImcBot's program: SHA-256 bot-digest", text, StringComparison.Ordinal);
        Assert.Contains("by its greeting: SHA-256 relay-digest", text, StringComparison.Ordinal);
        Assert.Contains("by its greeting: SHA-256 greeted-policy", text, StringComparison.Ordinal);
        Assert.Contains($"signed by it: SHA-256 {SignedNight.Program}", text, StringComparison.Ordinal);
        Assert.Contains($"signed by it: SHA-256 {SignedNight.Policy}", text, StringComparison.Ordinal);
        Assert.Contains($"SHA-256 {ProgramDigest.Own}", text, StringComparison.Ordinal);
        if (format == "md")
        {
            Assert.Contains("- (1) ImcBot's program", text, StringComparison.Ordinal);
            Assert.Contains($"- ({SignedNight.EntryOf(0)}) The relay's policy, signed by it", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_journal_of_an_older_version_says_that_they_were_not_recorded()
    {
        var text = await ExportAsync(ANight.Told, "md");

        Assert.Contains("the journal is older than that", text, StringComparison.Ordinal);
        Assert.Contains("no report told it", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_report_tells_both_clocks_and_the_review_the_farthest()
    {
        var offsets = new Queue<long>([-7_000_000, 3_000_000, 90_000_000]);
        var told = ANight.Told.Select(one =>
            one.Fact is Checked done && offsets.TryDequeue(out var offset)
                ? (done with { Report = done.Report with { ServerAt = done.At + offset } }, one.Decision)
                : one
        );

        var text = await ExportAsync(told, "md");

        Assert.Contains("server clock -7.0 s", text, StringComparison.Ordinal);
        Assert.Contains("server clock not told", text, StringComparison.Ordinal);
        Assert.Matches(@"- \(\d+\) Server clock against ImcBot's: least -7\.0 s", text);
        Assert.Matches(@"- \(\d+\) Server clock: most \+90\.0 s", text);
    }

    [Fact]
    public async Task A_finding_that_went_by_itself_is_a_change_by_other_hands_and_one_that_a_run_mended_is_not()
    {
        var night = new Rehearsal("disk-space");
        night.Relay();
        night.Findings.Clear();
        night.ServiceUp = true;
        night
            .Tell(at => new Alerted(at, new HostAlert(Some.Host, "MSExchangeIMC", true, false, [], at)))
            .Relay()
            .Command(CommandVerb.Escalate)
            .Command(CommandVerb.Retry)
            .Relay();
        var whole = await ExportAsync(night.Told, "md");
        var foreign = Section(whole);

        var mended = new Rehearsal("disk-space") { Execute = _ => Verdict.Clear };
        mended.Relay().Command(CommandVerb.Ask).Vote(Answer.Approve);
        mended.Tell(at => new Alerted(at, new HostAlert(Some.Host, "MSExchangeIMC", true, false, [], at)));
        mended.Findings.Clear();
        mended.ServiceUp = true;
        mended.Relay();

        Assert.Matches(@"- \(\d+\) Disk .*: disk\.free: Finding \(clear since: entry \d+\)", whole);
        Assert.Contains("running without a start by ImcBot", foreign, StringComparison.Ordinal);
        Assert.Matches(
            @"- \(\d+\) disk-space: 'disk.free: Finding' \(entry \d+\) became 'disk.free: Clear' with no run of ImcBot between",
            foreign
        );
        var told = await ExportAsync(mended.Told, "md");
        Assert.DoesNotContain("no run of ImcBot between", Section(told), StringComparison.Ordinal);
        Assert.DoesNotContain("without a start by ImcBot", Section(told), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_of_a_run_that_is_declined_explains_no_change()
    {
        var night = new Rehearsal("disk-space");
        night.Relay().Command(CommandVerb.Escalate);
        night.Tell(at => new Acted(
            at,
            new Report(
                new RunId(night.Incident.Id(99), 1),
                JobKind.Act,
                Verdict.Clear,
                "acted",
                new Dictionary<string, string>(StringComparer.Ordinal),
                at
            )
        ));
        Assert.NotNull(night.Declined);
        night.Findings.Clear();

        var told = await ExportAsync(night.Command(CommandVerb.Retry).Relay().Told, "md");

        Assert.Contains("'disk.free: Clear' with no run of ImcBot between", Section(told), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Departures_from_the_article_are_told_with_who_left_it_and_the_entry()
    {
        var night = new Rehearsal("disk-space", "smtp-log");
        night.Relay().Command(CommandVerb.Skip, Some.Responder).Relay().Command(CommandVerb.StartOnce, Some.Lead).Relay();
        var skipped = 1 + night.Told.FindIndex(one => one.Fact is Commanded { Verb: CommandVerb.Skip });
        var started = 1 + night.Told.FindIndex(one => one.Fact is Commanded { Verb: CommandVerb.StartOnce });

        var text = await ExportAsync(night.Told, "md");

        Assert.Contains($"- ({skipped}) By {Some.Responder.Name}", text, StringComparison.Ordinal);
        Assert.Contains($"- ({started}) By {Some.Lead.Name}", text, StringComparison.Ordinal);
    }

    private static string Section(string md) => md.Split("### Changes on the host that ImcBot did not make")[1].Split("###")[0];

    private static async Task<string> ExportAsync(IEnumerable<(Fact Fact, Decision Decision)> told, string format)
    {
        using var sample = await SampleJournal.WriteAsync(told);
        return Encoding
            .UTF8.GetString(await sample.ExportAsync(format))
            .Replace("&#39;", "'", StringComparison.Ordinal)
            .Replace("\\", "", StringComparison.Ordinal);
    }
}
