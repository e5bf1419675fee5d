using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ImcBot.Bot.Export;
using ImcBot.Core.Incidents;
using Xunit;

namespace ImcBot.Bot.Tests.Export;

/// <summary>Host names, event sources and messages, file names, summaries of reports, names of people and what they say.</summary>
public sealed class Hostile_content_is_text_in_every_form
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("html")]
    [InlineData("md")]
    [InlineData("transcript")]
    public async Task It_is_shown_and_does_nothing(string format)
    {
        using var sample = await SampleJournal.WriteAsync(HostileNight.Told(HostileNight.Text));
        var text = Encoding.UTF8.GetString(await sample.ExportAsync(format));
        var shown = format == "transcript" ? string.Join('\n', Texts(JsonDocument.Parse(text).RootElement)) : text;

        Assert.DoesNotContain("\u202E", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("\u2066", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("\0", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("\u0007", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("202E", shown, StringComparison.Ordinal);
        switch (format)
        {
            case "md":
                Assert.DoesNotMatch(
                    new Regex(@"(?<!\\)`|(?<!\\)\[a|(?<!\\)@everyone|(?<!\\)://|^# d", RegexOptions.Multiline, TimeSpan.FromSeconds(5)),
                    text
                );
                Assert.All(
                    text.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)),
                    row => Assert.DoesNotMatch(@"\| [=+@]", row)
                );
                break;
            case "html":
                Assert.DoesNotMatch("<td[^>]*>[=+@]", text);
                Assert.Equal(1, Regex.Count(text, "</title>(?=<style)", RegexOptions.None, TimeSpan.FromSeconds(5)));
                break;
            default:
                Assert.All(Texts(JsonDocument.Parse(text).RootElement), one => Assert.False(one.StartsWith('='), one));
                break;
        }
    }

    [Fact]
    public async Task As_json_lines_it_verifies()
    {
        using var sample = await SampleJournal.WriteAsync(HostileNight.Told(HostileNight.Text));
        await using var file = new MemoryStream(await sample.ExportAsync("jsonl"));

        Assert.Null((await TranscriptCheck.VerifyAsync(file, null, Token)).Problem);
    }

    /// <summary>The places of a hostile night's facts.</summary>
    public static TheoryData<int> Facts => [.. Enumerable.Range(0, HostileNight.Told("so").Count)];

    /// <summary>
    /// Each fact by itself: all of them at once would be the same letters, and gigabytes of them. How long a line is, see
    /// <c>tests/campaigns/README.md</c> (<c>IMCBOT_LINE_MEGABYTES</c>).
    /// </summary>
    [Theory]
    [MemberData(nameof(Facts))]
    public async Task A_line_of_megabytes_is_cut_where_it_is_shown_and_whole_where_it_is_proved(int fact)
    {
        var length = int.Parse(Environment.GetEnvironmentVariable("IMCBOT_LINE_MEGABYTES") ?? "1", CultureInfo.InvariantCulture) << 20;
        using var sample = await SampleJournal.WriteAsync(HostileNight.Told(new string('x', length), fact));

        await IsCutAndWholeAsync(sample, length);
    }

    [Fact]
    public async Task Long_lines_everywhere_at_once_are_cut_where_they_are_shown_and_whole_where_they_are_proved()
    {
        using var sample = await SampleJournal.WriteAsync(HostileNight.Told(new string('x', 100 * 1024)));

        await IsCutAndWholeAsync(sample, Facts.Count * 100 * 1024);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_told_as_damage()
    {
        using var sample = await SampleJournal.WriteAsync(HostileNight.Told("so"));
        var lines = await sample.ExportAsync("jsonl");
        var second = Array.IndexOf(lines, (byte)'\n') + 1;
        byte[] raw = [0xC0, 0xAF, 0xFF, 0xFE, 0xED, 0xA0, 0x80];
        await using var file = new MemoryStream([.. lines[..(second + 40)], .. raw, .. lines[(second + 40)..]]);

        Assert.Contains("ntry 1 ", (await TranscriptCheck.VerifyAsync(file, null, Token)).Problem, StringComparison.Ordinal);
    }

    private static async Task IsCutAndWholeAsync(SampleJournal sample, int length)
    {
        foreach (var format in (string[])["html", "md", "transcript"])
        {
            Assert.InRange((await sample.ExportAsync(format)).Length, 1, 300_000);
        }

        await using var file = new MemoryStream();
        await sample.Transcripts.WriteAsync(sample.Incident, "jsonl", file, Token);
        Assert.InRange(file.Length, length, int.MaxValue);
        file.Position = 0;
        Assert.Null((await TranscriptCheck.VerifyAsync(file, null, Token)).Problem);
    }

    private static IEnumerable<string> Texts(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.String => [element.GetString()!],
            JsonValueKind.Array => element.EnumerateArray().SelectMany(Texts),
            JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Texts(member.Value)),
            _ => [],
        };
}
