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
    [InlineData("everything, ten megabytes of it")]
    public async Task What_hostile_names_and_words_say_is_shown_as_text_and_does_nothing(string whose)
    {
        var file = whose == "people" ? await PageAsync(HostileNight.Text)
            : await PageAsync(HostileNight.Told(whose == "everything" ? HostileNight.Text : HostileNight.Text + new string('x', 10 * 1024 * 1024)));
        using var browser = Browser.Open(width: 1120, height: 1500);
        browser.Go(new Uri(file));
        browser.Run("document.querySelectorAll('details').forEach(part => part.open = true)");

        Assert.Null(browser.Run("return window.hacked ?? null"));
        Assert.Equal(0L, browser.Run("return document.querySelectorAll('script, img, iframe, object, form, input, [onerror], [onclick], a:not([href^=\"#\"])').length"));
        var text = (string)browser.Run("return document.body.innerText")!;
        Assert.Contains("<script>window.hacked=1</script>", text, StringComparison.Ordinal);
        Assert.Contains("[U+202E]gnp.exe", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\u202E", text, StringComparison.Ordinal);
        Assert.Contains("=cmd|' /C calc'!A0", text, StringComparison.Ordinal);
        Assert.Empty((IEnumerable<object>)browser.Run("return [...document.querySelectorAll('h1, h2, h3, p, li > span, td, th, dt, dd, code')].map(block => block.innerText.trimStart()).filter(text => /^[=+@]/.test(text))")!);
        Assert.Equal(0L, browser.Run("return performance.getEntriesByType('resource').length"));
        Assert.Equal(true, browser.Run("return document.documentElement.scrollWidth <= innerWidth"));
        Assert.Empty(browser.Complaints());
    }

    [Fact]
    public async Task Pictures_in_light_dark_and_print_are_kept()
    {
        var file = await PageAsync("queue is growing, partners are calling");
        using (var light = Browser.Open(width: 1120, height: 2400))
        {
            light.Go(new Uri(file));
            light.Picture("transcript-light");
            light.Run("document.querySelectorAll('details').forEach(part => part.open = true); document.getElementById('h-approvals').scrollIntoView()");
            light.Picture("transcript-approvals");
            light.Print();
            light.Run("scrollTo(0, 0)");
            light.Picture("transcript-print");
        }

        using var dark = Browser.Open(dark: true, width: 1120, height: 2400);
        dark.Go(new Uri(file));
        dark.Picture("transcript-dark");
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
