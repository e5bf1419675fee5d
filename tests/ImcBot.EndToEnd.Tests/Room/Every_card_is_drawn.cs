using System.Text.Json.Nodes;
using ImcBot.Lab.Room;
using ImcBot.Testing;

namespace ImcBot.EndToEnd.Tests.Room;

/// <summary>
/// Draws the approved card snapshots in the room, on a telephone and on a desk, in light and dark; measures each, with its closed parts
/// open too, and keeps a picture of it in <c>pictures</c> beside the test, so that a person can look at every kind of card.
/// </summary>
public sealed class Every_card_is_drawn
{
    private const int TelephoneHeight = 844;

    private static readonly string Approved = Repository.Path("tests/ImcBot.Bot.Tests/Cards/approved");

    [Theory]
    [InlineData(390, TelephoneHeight, false)]
    [InlineData(390, TelephoneHeight, true)]
    [InlineData(1280, 900, false)]
    [InlineData(1280, 900, true)]
    public async Task Each_approved_card_fits_its_box_stacks_no_letters_and_shows_Approve_without_scrolling(
        int width,
        int height,
        bool dark
    )
    {
        await using var room = await OpenRoom.StartAsync();
        using var browser = Browser.Open(dark, width, height);
        browser.Go(new Uri(room.Settings.Address, "#person=olu"));
        browser.Run("document.getElementById('newer').style.visibility = 'hidden'");
        var faults = new List<string>();
        foreach (var file in Directory.GetFiles(Approved, "*.json").Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            var message = Sample.CardMessage();
            message["attachments"]![0]!["content"] = JsonNode.Parse(
                await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)
            );
            var posted = await Sample.JsonAsync(
                await room.CallAsync(HttpMethod.Post, $"conversations/{Team.ChannelId}/activities", message)
            );
            var card = browser.Find($"[data-post='{posted["id"]}'] .card .ac-adaptiveCard");
            Assert.True(card.Text.Length > 20, $"{name} was drawn as «{card.Text}».");
            faults.AddRange(CardMeasure.Faults(card).Select(fault => $"{name}: {fault}"));
            faults.AddRange(
                CardMeasure.LowestApprove(card) is > TelephoneHeight and var lowest
                    ? [$"{name}: Approve ends {lowest} px below the card's upper edge"]
                    : []
            );
            browser.PictureWhole(card, $"card-{name}-{width}-{(dark ? "dark" : "light")}");
            CardMeasure.OpenParts(card);
            faults.AddRange(CardMeasure.Faults(card).Select(fault => $"{name}, opened: {fault}"));
            room.Time.Advance(TimeSpan.FromSeconds(1)); // the room takes only so many posts a second, as Teams does
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
        Assert.Empty(browser.Complaints());
    }

    [Fact]
    public async Task The_measure_finds_what_it_looks_for()
    {
        await using var room = await OpenRoom.StartAsync();
        using var browser = Browser.Open(width: 390, height: TelephoneHeight);
        browser.Go(room.Settings.Address);
        var (faults, lowest) = (new List<string>(), 0L);
        foreach (
            var body in new[]
            {
                """[{ "type": "ColumnSet", "columns": [{ "type": "Column", "width": "500px", "items": [{ "type": "TextBlock", "text": "far too wide" }] }] }]""",
                """[{ "type": "ColumnSet", "columns": [{ "type": "Column", "width": "20px", "items": [{ "type": "TextBlock", "wrap": true, "text": "stacked" }] }] }]""",
                """[{ "type": "TextBlock", "wrap": true, "text": "in one line" }]""",
                """[{ "type": "Container", "minHeight": "900px", "items": [] }, { "type": "ActionSet", "actions": [{ "type": "Action.Submit", "title": "Approve" }] }]""",
            }
        )
        {
            var message = Sample.CardMessage();
            message["attachments"]![0]!["content"]!["body"] = JsonNode.Parse(body);
            var posted = await Sample.JsonAsync(
                await room.CallAsync(HttpMethod.Post, $"conversations/{Team.ChannelId}/activities", message)
            );
            var card = browser.Find($"[data-post='{posted["id"]}'] .card .ac-adaptiveCard");
            faults.Add(string.Join('\n', CardMeasure.Faults(card)));
            lowest = CardMeasure.LowestApprove(card);
        }

        Assert.Contains("is wider than its box", faults[0], StringComparison.Ordinal);
        Assert.Contains("is broken inside", faults[1], StringComparison.Ordinal);
        Assert.Equal("", faults[2]);
        Assert.True(lowest > TelephoneHeight, $"Approve ends at {lowest} px");
    }
}
