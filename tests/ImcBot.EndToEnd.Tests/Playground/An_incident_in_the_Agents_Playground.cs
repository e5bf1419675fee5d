using ImcBot.EndToEnd.Tests.Room;
using ImcBot.Lab.Launch;
using ImcBot.Lab.Room;

namespace ImcBot.EndToEnd.Tests.Playground;

/// <summary>An incident walked by clicking in a client that nobody here wrote; its pictures are kept beside the test's output.</summary>
public sealed class An_incident_in_the_Agents_Playground(ITestOutputHelper output)
{
    [Fact]
    public async Task From_the_enrolment_to_the_export()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var options = new SiteOptions(Directory.CreateTempSubdirectory("imcbot-playground").FullName)
        {
            Count = 60,
            Seed = 7,
            Faults = "message:1",
        };
        output.WriteLine($"Logs of all parts: {options.DataFolder}");
        using var browser = Browser.Open(height: 1500);
        await using var site = await PlaygroundSite.OpenAsync(options, cancellationToken);

        browser.Go(site.Page);
        Say(browser, "relay add EXCH01");
        // The log beside the chat shows the first part of every message, and may show it first.
        var code = browser.Find("code").Text;
        browser.Picture("playground-enrolment-code");
        await site.EnrolAsync(code, cancellationToken);
        Open(browser, $"{PlaygroundSite.TeamName} - Incidents");
        browser.PictureOf("asks to join", "playground-enrolment");
        browser.Button("It is the same: confirm").Press();
        Assert.True(browser.Text("is confirmed and may speak for EXCH01").Displayed);

        site.Door.Speaker = Team.Riley;
        site.StartRelay();
        browser.Button("Take it").Press();
        browser.Button("Ask approval").Press();
        browser.PictureOf("APPROVE? EXCH01", "playground-request");
        browser.PictureOf("Internet mail STOPPED", "playground-card");
        Assert.True(browser.Text("Olu Adeyemi").Displayed);

        // In a channel only words with a mention reach a bot; in the private chat all do.
        Open(browser, "Personal Chat");
        Say(browser, "approve 1/2");
        browser.PictureOf("Approving 1/2 needs the role", "playground-refusal");

        site.Door.Speaker = Team.Olu;
        Open(browser, $"{PlaygroundSite.TeamName} - Incidents");
        browser.Button("Show what I may decide").Press();
        Assert.True(browser.Button("Approve").Displayed);
        browser.PictureOf("May sign", "playground-approval");
        browser.Button("Approve").Press();
        browser.PictureOf("EXCH01 search", "playground-search");
        browser.PictureOf("For daylight", "playground-resolved");

        site.Door.Speaker = Team.Lena;
        browser.Button("Export").Press();
        Assert.True(browser.Text("The transcript comes to you privately.").Displayed);
        Open(browser, "Personal Chat");
        var link = browser.Find("a[href*='/transcripts/']").Attribute("href");
        browser.Picture("playground-export");
        using var http = new HttpClient();
        Assert.Contains("Olu Adeyemi", await http.GetStringAsync(link, cancellationToken), StringComparison.Ordinal);

        // What the Playground splits it answers with 202 and no id.
        var log = (string)browser.Run("return document.body.innerText")!;
        Assert.Contains("message 201", log, StringComparison.Ordinal);
        Assert.DoesNotContain("message 202", log, StringComparison.Ordinal);
    }

    private static void Open(Browser browser, string chat) => browser.Find($"button[aria-label='{chat}']").Press();

    private static void Say(Browser browser, string text)
    {
        browser.Find("[contenteditable=true][role=textbox]").Type(text);
        browser.Find("button[aria-label='Send Message']").Press();
    }
}
