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
        browser.Find($"{card}:has(button)").Run("arguments[0].scrollIntoView({ block: 'start' })");
        browser.Picture($"telephone-{name}");

        var hidden = (
            (IEnumerable<object>)
                browser.Run(
                    $"const card = document.querySelector(\"{card}\"); const box = part => part.getBoundingClientRect();"
                        + "const chat = box(document.getElementById('stream')); const buttons = "
                        + "[...card.querySelectorAll('button')].filter(button => button.offsetParent).map(button => box(button).bottom);"
                        + "return [chat.top - box(card).top, Math.max(...buttons) - chat.bottom];"
                )!
        )
            .Select(pixels => Convert.ToDouble(pixels, CultureInfo.InvariantCulture))
            .ToList();
        Assert.True(hidden[0] < 1, $"The card begins {hidden[0]} px above the window of the chat.");
        Assert.True(hidden[1] <= 0, $"The lowest button ends {hidden[1]} px below the window of the chat.");
        Assert.Empty(browser.Complaints());
    }
}
