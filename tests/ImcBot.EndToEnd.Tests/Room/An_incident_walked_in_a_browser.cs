using System.Text.RegularExpressions;
using ImcBot.Lab.Launch;
using OpenQA.Selenium;

namespace ImcBot.EndToEnd.Tests.Room;

/// <summary>
/// The whole site and a real browser: from the first card to the all-clear by clicking, with a picture of every card on the way.
/// </summary>
public sealed class An_incident_walked_in_a_browser(ITestOutputHelper output)
{
    [Fact]
    public async Task One_bad_message_from_the_first_card_to_the_export()
    {
        using var browser = Browser.Open(height: 1300);
        var options = new SiteOptions(Directory.CreateTempSubdirectory("imcbot-walk").FullName)
        {
            Count = 60,
            Seed = 7,
            Faults = "message:1",
        };
        await using var site = await Site.OpenAsync(options, output.WriteLine, TimeProvider.System, TestContext.Current.CancellationToken);

        browser.Go(new Uri(site.Page, "#person=riley"));
        browser.PictureOf("may speak for EXCH01", "page-relay");
        browser.Button("Take it").Press();
        Assert.True(browser.Button("Ask approval").Displayed);
        browser.Picture("page-incident");
        Browser.PictureOf(browser.Text("Internet mail STOPPED").Card, "card-incident");
        browser.Button("Ask approval").Press();
        Browser.PictureOf(browser.Text("APPROVE? EXCH01").Card, "card-approval");

        Become(browser, "olu");
        Assert.True(browser.Button("Approve").Displayed);
        Browser.PictureOf(browser.Text("APPROVE? EXCH01").Card, "card-approval-approver");
        browser.Button("Approve").Press();
        browser.PictureOf("EXCH01 search", "page-search");
        Assert.True(browser.Text("For daylight").Displayed);
        Browser.PictureOf(browser.Text("EXCH01 search").Card, "card-search");
        Browser.PictureOf(browser.Text("For daylight").Card, "card-resolved");
        AgreeWithStrip(browser);

        browser.Find(".thread:last-of-type .reply input").Type("@ImcBot export" + Keys.Enter);
        Assert.True(browser.Text("The transcript comes to you privately.").Displayed);
        browser.Find("#tab-personal").Press();
        Assert.True(browser.Text("INC-1.html").Displayed);
        browser.Picture("page-offer");
        browser.Button("Allow").Press();
        var transcript = await site.Http.GetStringAsync(
            browser.Find(".file a[download]").Property("href"),
            TestContext.Current.CancellationToken
        );
        Assert.StartsWith("<!doctype html>", transcript, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Olu Adeyemi", transcript, StringComparison.Ordinal);
        browser.Picture("page-export");
        Assert.Empty(browser.Complaints());
    }

    /// <summary>Cards tell what the bot has heard, the strip what is so on the server: where all is still, both are the same.</summary>
    private void AgreeWithStrip(Browser browser)
    {
        var incident = browser.Text("This thread is recorded").Card.Text;
        var search = browser.Text("Possible duplicates").Card.Text;
        Assert.Contains("Internet mail flows", incident, StringComparison.OrdinalIgnoreCase);
        var crashes = Regex.Match(incident, @"(\d+) store crash(es)? so far");
        var held = Regex.Match(search, @"Held\s+(\d+) messages?: ");
        Assert.True(held.Success, search);
        output.WriteLine($"{crashes.Value}; {held.Value}; {browser.Find("#truth").Text}");

        Assert.True(browser.Fact("Internet Mail", "up").Displayed);
        Assert.True(browser.Fact("Store", "up").Displayed);
        Assert.True(browser.Fact("Store crashes", crashes.Success ? crashes.Groups[1].Value : "0").Displayed);
        Assert.True(browser.Fact("Held", held.Groups[1].Value).Displayed);
    }

    private static void Become(Browser browser, string person)
    {
        browser.Find($"input[name=person][value={person}]").Type(Keys.Space);
        Assert.True(browser.Find($"#stream[aria-busy=false]").Displayed);
    }
}
