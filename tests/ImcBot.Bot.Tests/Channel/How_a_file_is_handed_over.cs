using System.Text.Json.Nodes;
using ImcBot.Bot.Channel;
using Xunit;

namespace ImcBot.Bot.Tests.Channel;

/// <summary>A transcript is offered privately and uploaded only when the person it is for allows it.</summary>
public sealed class How_a_file_is_handed_over : IAsyncLifetime
{
    private static readonly byte[] Content = "the transcript"u8.ToArray();

    private TeamsDouble _teams = null!;
    private BotHost _bot = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _teams = await TeamsDouble.StartAsync();
        _bot = await BotHost.StartAsync(_teams);
    }

    public async ValueTask DisposeAsync()
    {
        await _bot.DisposeAsync();
        await _teams.DisposeAsync();
    }

    [Fact]
    public async Task An_allowed_file_is_uploaded_and_its_place_is_told()
    {
        var file = await OfferAsync();

        await ChooseAsync(file, "accept", $"{_teams.Address}files/one");

        var info = await NextPostAsync();
        Assert.Equal(Content, _teams.Files["one"]);
        Assert.Equal(Attachment.FileInfo, info["attachments"]![0]!["contentType"]!.GetValue<string>());
        Assert.Equal("INC-7.md", info["attachments"]![0]!["name"]!.GetValue<string>());
        Assert.Equal($"{_teams.Address}files/one", info["attachments"]![0]!["contentUrl"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("decline", "files/one", "11111111-0000-0000-0000-000000000001", "The file was not handed over.")]
    [InlineData("accept", "files/one", "11111111-0000-0000-0000-000000000002", "This file is no longer kept here: type export again.")]
    [InlineData("accept", "https://evil.example/one", "11111111-0000-0000-0000-000000000001", "The place to upload to is not one of this bot (Channel:UploadHosts), so nothing was handed over.")]
    [InlineData("accept", "http://x.sharepoint.com/one", "11111111-0000-0000-0000-000000000001", "The place to upload to is not one of this bot (Channel:UploadHosts), so nothing was handed over.")]
    public async Task Anything_else_hands_nothing_over(string choice, string address, string person, string sentence)
    {
        var file = await OfferAsync();

        await ChooseAsync(file, choice, address.Contains("://", StringComparison.Ordinal) ? address : _teams.Address + address, person);

        Assert.Equal(sentence, (await NextPostAsync())["text"]!.GetValue<string>());
        Assert.Empty(_teams.Files);
    }

    [Fact]
    public async Task A_file_is_handed_over_once()
    {
        var file = await OfferAsync();
        await ChooseAsync(file, "accept", $"{_teams.Address}files/one");
        await NextPostAsync();

        await ChooseAsync(file, "accept", $"{_teams.Address}files/two");

        Assert.StartsWith("This file is no longer kept here", (await NextPostAsync())["text"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.False(_teams.Files.ContainsKey("two"));
    }

    private async Task<string> OfferAsync()
    {
        await _bot.Channel.OfferAsync(_teams.Members[0].Id, "INC-7.md", "Transcript of INC-7", Content, Token);
        var offer = (await NextPostAsync())["attachments"]![0]!;
        Assert.Equal(Attachment.FileConsent, offer["contentType"]!.GetValue<string>());
        Assert.Equal(Content.Length, offer["content"]!["sizeInBytes"]!.GetValue<int>());
        return offer["content"]!["acceptContext"]!["file"]!.GetValue<string>();
    }

    private async Task ChooseAsync(string file, string choice, string address, string person = "11111111-0000-0000-0000-000000000001")
    {
        var activity = JsonNode.Parse(_bot.Message(from: person))!.AsObject();
        activity["type"] = "invoke";
        activity["name"] = "fileConsent/invoke";
        activity["value"] = new JsonObject
        {
            ["type"] = "fileUpload", ["action"] = choice, ["context"] = new JsonObject { ["file"] = file },
            ["uploadInfo"] = new JsonObject { ["uploadUrl"] = address, ["contentUrl"] = address, ["uniqueId"] = "1", ["fileType"] = "md" },
        };
        using var response = await _bot.PostAsync(activity.ToJsonString());
        response.EnsureSuccessStatusCode();
    }

    private async Task<JsonNode> NextPostAsync()
    {
        while (true)
        {
            if (await _teams.NextCallAsync() is { Method: "POST", Body: { } body } call && call.Path.EndsWith("/activities", StringComparison.Ordinal))
            {
                return body;
            }
        }
    }
}
