using System.Diagnostics;
using System.Text;
using ImcBot.Bot.Export;
using ImcBot.Bot.Tests.Export;
using ImcBot.Core.Incidents;
using ImcBot.EndToEnd.Tests.Room;

namespace ImcBot.EndToEnd.Tests.Export;

/// <summary>The transcript page as people get it: one file, opened from disk.</summary>
public sealed class The_transcript_in_a_browser
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_has_no_accessibility_violation_in_light_and_dark(bool dark)
    {
        var file = await PageAsync("EXCH01");
        using var browser = Browser.Open(dark, width: 1120, height: 1500);
        browser.Go(new Uri(file));
        browser.Run("document.querySelectorAll('details').forEach(part => part.open = true)");

        var violations = Axe.Violations(browser);

        Assert.True(violations.Count == 0, string.Join('\n', violations));
        Assert.Empty(browser.Complaints());
    }

    [Theory]
    [InlineData("people")]
    [InlineData("everything")]
    [InlineData("everything, each text a hundred kilobytes")]
    public async Task What_hostile_names_and_words_say_is_shown_as_text_and_does_nothing(string whose)
    {
        var file =
            whose == "people"
                ? await PageAsync(HostileNight.Text)
                : await PageAsync(
                    HostileNight.Told(whose == "everything" ? HostileNight.Text : HostileNight.Text + new string('x', 100 * 1024))
                );
        using var browser = Browser.Open(width: 1120, height: 1500);
        browser.Go(new Uri(file));
        browser.Run("document.querySelectorAll('details').forEach(part => part.open = true)");

        Assert.Null(browser.Run("return window.hacked ?? null"));
        Assert.Equal(
            0L,
            browser.Run(
                "return document.querySelectorAll('script, img, iframe, object, form, input, [onerror], [onclick], "
                    + "a:not([href^=\"#\"])').length"
            )
        );
        var text = (string)browser.Run("return document.body.innerText")!;
        Assert.Contains("<script>window.hacked=1</script>", text, StringComparison.Ordinal);
        Assert.Contains("[U+202E]gnp.exe", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\u202E", text, StringComparison.Ordinal);
        Assert.Contains("=cmd|' /C calc'!A0", text, StringComparison.Ordinal);
        Assert.Empty(
            (IEnumerable<object>)
                browser.Run(
                    "return [...document.querySelectorAll('h1, h2, h3, p, li > span, td, th, dt, dd, code')].map(block => "
                        + "block.innerText.trimStart()).filter(text => /^[=+@]/.test(text))"
                )!
        );
        Assert.Equal(0L, browser.Run("return performance.getEntriesByType('resource').length"));
        Assert.Equal(true, browser.Run("return document.documentElement.scrollWidth <= innerWidth"));
        Assert.Empty(browser.Complaints());
    }

    /// <summary>
    /// Where the mail lies on Linux a file name is any bytes; everything that may be named bears what such a name reads as.
    /// </summary>
    [Fact]
    public async Task A_file_name_that_is_no_UTF_8_is_shown_as_text_in_every_form()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "File names of any bytes need Linux.");
        using var sample = await SampleJournal.WriteAsync(HostileNight.Told(await OddNameAsync()));
        foreach (var format in TranscriptWriter.Formats)
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(await sample.ExportAsync(format));
            Assert.Matches(@"\uFFFD|\\uFFFD", text);
            Assert.DoesNotContain(text, letter => letter is '\0' or '\u001B');
        }

        var file = Path.Combine(Directory.CreateTempSubdirectory("imcbot-page").FullName, "INC-7.html");
        await File.WriteAllBytesAsync(file, await sample.ExportAsync("html"), TestContext.Current.CancellationToken);
        using var browser = Browser.Open(width: 1120, height: 1500);
        browser.Go(new Uri(file));
        browser.Run("document.querySelectorAll('details').forEach(part => part.open = true)");

        Assert.Null(browser.Run("return window.hacked ?? null"));
        Assert.Equal(0L, browser.Run("return document.querySelectorAll('script, img, a:not([href^=\"#\"])').length"));
        Assert.Contains(
            "\uFFFD\uFFFD[U+001B]<script>window.hacked=1<img src=x onerror=window.hacked=1>",
            (string)browser.Run("return document.body.innerText")!,
            StringComparison.Ordinal
        );
        Assert.Equal("UTF-8", browser.Run("return document.characterSet"));
        Assert.Equal(true, browser.Run("return document.documentElement.scrollWidth <= innerWidth"));
        Assert.Empty(browser.Complaints());
    }

    [Fact]
    public async Task A_night_is_printed_on_a_few_pages()
    {
        var file = await PageAsync("queue is growing, partners are calling");
        using var browser = Browser.Open(width: 1120, height: 1500);
        browser.Go(new Uri(file));

        Assert.InRange(browser.PrintedPages(), 1, 7);
    }

    [Fact]
    public async Task Pictures_in_light_dark_and_print_are_kept()
    {
        var file = await PageAsync("queue is growing, partners are calling");
        using (var light = Browser.Open(width: 1120, height: 2400))
        {
            light.Go(new Uri(file));
            light.Picture("transcript-light");
            light.Run(
                "document.querySelectorAll('details').forEach(part => part.open = true); "
                    + "document.getElementById('h-approvals').scrollIntoView()"
            );
            light.Picture("transcript-approvals");
            light.Print();
            light.Run("scrollTo(0, 0)");
            light.Picture("transcript-print");
        }

        using var dark = Browser.Open(dark: true, width: 1120, height: 2400);
        dark.Go(new Uri(file));
        dark.Picture("transcript-dark");
    }

    /// <summary>A file is made whose name holds bytes that are no UTF-8, and its folder is listed as a driver lists a spool.</summary>
    private static async Task<string> OddNameAsync()
    {
        var folder = Directory.CreateTempSubdirectory("imcbot-odd").FullName;
        const string Make = """: > "$(printf '=A1\377\376\033<script>window.hacked=1<img src=x onerror=window.hacked=1>\300\257')" """;
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", Make]) { WorkingDirectory = folder })!;
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        return Path.GetFileName(Assert.Single(Directory.GetFiles(folder)));
    }

    private static Task<string> PageAsync(string said) => PageAsync(ANight.Play(said).Told);

    private static async Task<string> PageAsync(IReadOnlyList<(Fact Fact, Decision Decision)> told)
    {
        using var sample = await SampleJournal.WriteAsync(told);
        var file = Path.Combine(Directory.CreateTempSubdirectory("imcbot-page").FullName, "INC-7.html");
        await File.WriteAllBytesAsync(file, await sample.ExportAsync("html"), TestContext.Current.CancellationToken);
        return file;
    }
}
