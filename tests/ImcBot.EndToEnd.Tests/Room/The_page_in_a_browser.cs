using System.Text.Json.Nodes;
using ImcBot.Lab.Room;
using OpenQA.Selenium;

namespace ImcBot.EndToEnd.Tests.Room;

public sealed class The_page_in_a_browser
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_person_writes_reads_a_card_fills_it_in_and_clicks(bool dark)
    {
        await using var room = await OpenRoom.StartAsync();
        using var browser = Browser.Open(dark);
        browser.Go(new Uri(room.Settings.Address, "#person=olu"));
        browser.Find("#say-text").Type("@ImcBot help" + Keys.Enter);
        var thread = (await room.Bot.HeardAsync()).Activity["id"]!.ToString();

        var conversation = $"{Team.ChannelId};messageid={thread}";
        var id = await PostAsync(room, conversation, Question("APPROVE? EXCH01: hold mail"));
        Assert.True(browser.Text("APPROVE? EXCH01: hold mail").Displayed);
        Assert.True(browser.Text("Mon, Nov 23, 2026").Displayed);
        browser.Find(".card input").Type("looks safe");
        browser.Picture($"page-question-{(dark ? "dark" : "light")}");
        room.Bot.Answer = (
            200,
            new JsonObject
            {
                ["statusCode"] = 200,
                ["type"] = "application/vnd.microsoft.activity.message",
                ["value"] = "Your answer counts.",
            }
        );
        browser.Button("Approve").Press();
        var click = (await room.Bot.HeardAsync()).Activity;
        Assert.Equal("looks safe", click["value"]!["action"]!["data"]!["why"]!.ToString());
        Assert.Equal("INC-7/3", click["value"]!["action"]!["data"]!["question"]!.ToString());
        Assert.Equal(Team.Olu.ObjectId, click["from"]!["aadObjectId"]!.ToString());
        Assert.True(browser.Text("Your answer counts.").Displayed);

        await room.CallAsync(
            HttpMethod.Put,
            $"conversations/{conversation}/activities/{id}",
            Sample.CardMessage("APPROVED by Olu Adeyemi")
        );
        Assert.True(browser.Text("APPROVED by Olu Adeyemi").Displayed);
        Assert.Equal(1, browser.Count(".card:not([hidden])"));
        browser.Picture($"page-answered-{(dark ? "dark" : "light")}");
        Assert.Empty(browser.Complaints());
    }

    [Fact]
    public async Task An_edit_keeps_what_a_person_is_typing()
    {
        await using var room = await OpenRoom.StartAsync();
        using var browser = Browser.Open();
        browser.Go(room.Settings.Address);
        var id = await PostAsync(room, Team.ChannelId, Question("before the edit"));
        browser.Find(".card input").Type("half a sen");
        await room.CallAsync(HttpMethod.Put, $"conversations/{Team.ChannelId}/activities/{id}", Question("after the edit"));
        Assert.True(browser.Text("after the edit").Displayed);
        Assert.Equal("half a sen", browser.Find(".card input").Property("value"));
    }

    [Fact]
    public async Task An_author_changes_and_deletes_a_message_and_nobody_elses()
    {
        await using var room = await OpenRoom.StartAsync();
        using var browser = Browser.Open();
        browser.Go(new Uri(room.Settings.Address, "#person=riley"));
        await PostAsync(room, Team.ChannelId, Sample.Text("the bot's own"));
        browser.Find("#say-text").Type("a first thought" + Keys.Enter);
        Assert.True(browser.Text("a first thought").Displayed);
        Assert.Equal(2, browser.Count(".own button"));

        browser.Run("document.querySelector('.own button').click()");
        browser.Find(".rewrite input").Type(", and a second" + Keys.Enter);
        Assert.True(browser.Text("a first thought, and a second").Displayed);
        Assert.True(browser.Text("Edited").Displayed);
        browser.Picture("page-changed");
        browser.Run("document.querySelectorAll('.own button')[1].click()");
        Assert.True(browser.Text("This message has been deleted.").Displayed);
        Assert.Equal(0, browser.Count(".own button"));
        Assert.Empty(browser.Complaints());
    }

    [Fact]
    public async Task Markup_in_messages_stays_text()
    {
        await using var room = await OpenRoom.StartAsync();
        using var browser = Browser.Open();
        browser.Go(room.Settings.Address);
        await PostAsync(room, Team.ChannelId, Sample.Text("<img src=x onerror=alert(1)> **bold** [x](javascript:alert(1))"));
        await PostAsync(room, Team.ChannelId, Sample.CardMessage("<img src=x onerror=alert(2)> [y](javascript:alert(2))"));
        Assert.True(browser.Text("onerror=alert(1)").Displayed);
        Assert.True(browser.Text("onerror=alert(2)").Displayed);
        Assert.Equal(0, browser.Count(".stream img, .stream a[href^=javascript]"));
        Assert.Equal(1, browser.Count(".words strong"));
    }

    [Fact]
    public async Task A_private_message_is_counted_until_the_chat_is_opened_and_seen_by_its_owner_only()
    {
        await using var room = await OpenRoom.StartAsync();
        using var browser = Browser.Open();
        browser.Go(new Uri(room.Settings.Address, "#person=lena"));
        Assert.True(browser.Find("#stream[aria-busy=false] .empty").Displayed);
        await PostAsync(room, Team.Lena.PersonalChat, Sample.Text("the code for EXCH01"));
        Assert.Equal("1", browser.Find("#tab-personal .unread:not([hidden])").Text);
        browser.Find("#tab-personal").Press();
        Assert.True(browser.Text("the code for EXCH01").Displayed);
        Assert.Equal(0, browser.Count("#tab-personal .unread:not([hidden])"));
        browser.Find("input[name=person][value=riley]").Type(Keys.Space);
        Assert.True(browser.Text("Only Riley Reyes and ImcBot see this").Displayed);
        Assert.Equal(0, browser.Count(".post"));
    }

    [Fact]
    public void What_is_redrawn_between_finding_and_using_it_is_found_again()
    {
        using var browser = Browser.Open();
        browser.Go(new Uri("data:text/html,<main><button onclick='window.pressed = (window.pressed ?? 0) %2B 1'>Take it</button></main>"));
        var redraws = 0;
        var button = browser.Find(
            "button",
            found: () =>
                browser.Run(++redraws % 4 == 0 ? "" : "const main = document.querySelector('main'); main.innerHTML = main.innerHTML")
        );

        Assert.Equal("Take it", button.Text);
        Assert.Equal(4, redraws);
        button.Press();
        Assert.Equal(8, redraws);
        Assert.Equal(1L, browser.Run("return window.pressed"));
    }

    private static JsonObject Question(string title)
    {
        var message = Sample.CardMessage(title);
        var body = message["attachments"]![0]!["content"]!["body"]!.AsArray();
        body.Add((JsonNode)new JsonObject { ["type"] = "TextBlock", ["text"] = "asked {{DATE(2026-11-23T12:00:00Z,SHORT)}}" });
        body.Add(
            (JsonNode)
                new JsonObject
                {
                    ["type"] = "Input.Text",
                    ["id"] = "why",
                    ["label"] = "Why",
                }
        );
        return message;
    }

    private static async Task<string> PostAsync(OpenRoom room, string conversation, JsonObject activity) =>
        (await Sample.JsonAsync(await room.CallAsync(HttpMethod.Post, $"conversations/{conversation}/activities", activity)))[
            "id"
        ]!.ToString();
}
