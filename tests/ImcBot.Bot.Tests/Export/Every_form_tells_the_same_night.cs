using System.Text;
using System.Text.Json;
using Xunit;

namespace ImcBot.Bot.Tests.Export;

public sealed class Every_form_tells_the_same_night
{
    [Theory]
    [InlineData("html")]
    [InlineData("md")]
    [InlineData("jsonl")]
    [InlineData("transcript")]
    public async Task Who_approved_what_and_why_is_in_every_form(string format)
    {
        using var sample = await SampleJournal.WriteAsync(ANight.Told);
        var text = Encoding.UTF8.GetString(await sample.ExportAsync(format));
        if (Environment.GetEnvironmentVariable("IMCBOT_KEEP") is { } folder)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, $"night.{format}"), text, TestContext.Current.CancellationToken);
        }

        Assert.Contains("Lena Lindqvist", text, StringComparison.Ordinal);
        Assert.Contains("because", text, StringComparison.Ordinal);
        Assert.Contains("backup of Sunday", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_is_one_file_that_fetches_nothing_and_runs_nothing()
    {
        using var sample = await SampleJournal.WriteAsync(ANight.Told);
        var html = Encoding.UTF8.GetString(await sample.ExportAsync("html"));

        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("src=", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("url(", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("href=\"h", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch("<[^>]*\\son[a-z]+=", html);
    }

    [Fact]
    public async Task The_draft_names_an_entry_for_what_happened_and_marks_what_was_only_reported()
    {
        using var sample = await SampleJournal.WriteAsync(ANight.Told);
        var md = Encoding.UTF8.GetString(await sample.ExportAsync("md"));

        Assert.Matches(@"- \(1\) Mail stopped from .* to .*\(entry \d+\)", md);
        Assert.Matches(@"- \(\d+\) Taken up after", md);
        Assert.Matches(@"- \(\d+\) 7/\d denied after", md);
        Assert.Matches(@"- \(\d+\) 7/\d approved after", md);
        Assert.Matches(@"- \(\d+\) Resolved after", md);
        Assert.Matches(@"- \(\d+\) \*reported, not observed:\*.*backup of Sunday", md);
        Assert.Matches(@"- \(\d+\) .*Declined: ", md);
        Assert.Matches(@"- \(\d+\) By the runbook, message: ", md);
        Assert.Contains("SHA-256", md, StringComparison.Ordinal);
        Assert.Contains("does not prove", md, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_activity_transcript_is_an_array_that_replays_the_talk_and_the_cards()
    {
        using var sample = await SampleJournal.WriteAsync(ANight.Told);
        using var activities = JsonDocument.Parse(await sample.ExportAsync("transcript"));
        var all = activities.RootElement.EnumerateArray().ToList();

        Assert.All(all, activity => Assert.True(activity.TryGetProperty("type", out _) && activity.TryGetProperty("timestamp", out _)));
        Assert.Equal(all.Count, all.Select(activity => activity.GetProperty("id").GetString()).Distinct().Count());
        Assert.Equal(3, all.Count(activity => activity.TryGetProperty("attachments", out _)));
        Assert.Contains(
            all,
            activity =>
                activity.GetProperty("from").GetProperty("name").GetString() == "Riley Reyes"
                && activity.GetProperty("text").GetString() == "EXCH01"
        );
    }
}
