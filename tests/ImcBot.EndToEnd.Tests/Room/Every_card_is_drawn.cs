using System.Text.Json.Nodes;
using ImcBot.Lab.Room;
using ImcBot.Testing;

namespace ImcBot.EndToEnd.Tests.Room;

/// <summary>Draws the approved card snapshots in a real browser and keeps a picture of each, so that a person can look at every kind of card.</summary>
public sealed class Every_card_is_drawn
{
    [Fact]
    public async Task Each_approved_card_is_drawn_whole_and_its_picture_is_kept()
    {
        await using var room = await OpenRoom.StartAsync();
        using var browser = Browser.Open(width: 900, height: 1500);
        browser.Go(new Uri(room.Settings.Address, "#person=olu"));
        foreach (var file in Directory.GetFiles(Repository.Path("tests/ImcBot.Bot.Tests/Cards/approved"), "*.json"))
        {
            var message = Sample.CardMessage();
            message["attachments"]![0]!["content"] = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
            var posted = await Sample.JsonAsync(await room.CallAsync(HttpMethod.Post, $"conversations/{Team.ChannelId}/activities", message));
            var card = browser.Find($"[data-post='{posted["id"]}'] .card .ac-adaptiveCard");
            Assert.True(card.Text.Length > 20, $"{Path.GetFileName(file)} was drawn as «{card.Text}».");
            browser.PictureOf(card, $"card-{Path.GetFileNameWithoutExtension(file)}");
            room.Time.Advance(TimeSpan.FromSeconds(1)); // the room takes only so many posts a second, as Teams does
        }
        Assert.Empty(browser.Complaints());
    }
}
