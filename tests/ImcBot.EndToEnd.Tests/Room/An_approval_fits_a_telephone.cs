using System.Globalization;
using System.Text.Json.Nodes;
using ImcBot.Lab.Room;
using ImcBot.Testing;

namespace ImcBot.EndToEnd.Tests.Room;

/// <summary>
/// An approval card on a telephone's screen, 390 by 844: from its first line down to Approve without scrolling, the details folded away.
/// </summary>
public sealed class An_approval_fits_a_telephone
{
    private const int Width = 390,
        Height = 844;

    [Theory]
    [InlineData("approval-search-approver")]
    [InlineData("approval-search-responder")]
    [InlineData("approval-search")]
    [InlineData("approval-undo")]
    [InlineData("approval-opaque")]
    [InlineData("approval-files")]
    public async Task Down_to_its_buttons(string name)
    {
        await using var room = await OpenRoom.StartAsync();
        using var browser = Browser.Open();
        browser.Screen(Width, Height);
        browser.Go(new Uri(room.Settings.Address, "#person=olu"));
        var message = Sample.CardMessage();
        message["attachments"]![0]!["content"] = JsonNode.Parse(
            await File.ReadAllTextAsync(
                Repository.Path($"tests/ImcBot.Bot.Tests/Cards/approved/{name}.json"),
                TestContext.Current.CancellationToken
            )
        );
        var posted = await Sample.JsonAsync(await room.CallAsync(HttpMethod.Post, $"conversations/{Team.ChannelId}/activities", message));
        var card = $"[data-post='{posted["id"]}'] .card .ac-adaptiveCard";
        browser.PictureOf(browser.Find(card), $"telephone-{name}");

        var height = Convert.ToDouble(
            browser.Run(
                $"const card = document.querySelector(\"{card}\"); const buttons = "
                    + "[...card.querySelectorAll('button')].filter(button => button.offsetParent);"
                    + "return Math.max(...buttons.map(button => button.getBoundingClientRect().bottom)) - card.getBoundingClientRect().top;"
            ),
            CultureInfo.InvariantCulture
        );
        Assert.InRange(height, 100, Height);
        Assert.Empty(browser.Complaints());
    }
}
