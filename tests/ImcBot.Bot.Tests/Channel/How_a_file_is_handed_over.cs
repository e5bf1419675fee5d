using System.Text.Json.Nodes;
using ImcBot.Bot.Channel;
using Microsoft.Bot.Schema.Teams;
using Xunit;

namespace ImcBot.Bot.Tests.Channel;

/// <summary>A transcript is offered privately and uploaded only when the person it is for allows it.</summary>
public sealed class How_a_file_is_handed_over : BotInTeams
{
    private static readonly byte[] Content = "the transcript"u8.ToArray();

    [Fact]
    public async Task An_allowed_file_is_uploaded_and_its_place_is_told()
    {
        var file = await OfferAsync();

        await ChooseAsync(file, "accept", $"{Teams.Address}files/one");

        var info = await NextPostAsync();
        Assert.Equal(Content, Teams.Files["one"]);
        Assert.Equal(FileInfoCard.ContentType, info["attachments"]![0]!["contentType"]!.GetValue<string>());
        Assert.Equal("INC-7.md", info["attachments"]![0]!["name"]!.GetValue<string>());
        Assert.Equal($"{Teams.Address}files/one", info["attachments"]![0]!["contentUrl"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("decline", "files/one", "11111111-0000-0000-0000-000000000001", "The file was not handed over.")]
    [InlineData("accept", "files/one", "11111111-0000-0000-0000-000000000002", "This file is no longer kept here: type export again.")]
    [InlineData(
        "accept",
        "https://evil.example/one",
        "11111111-0000-0000-0000-000000000001",
        "The place to upload to is not one of this bot (Channel:UploadHosts), so nothing was handed over."
    )]
    [InlineData(
        "accept",
        "http://x.sharepoint.com/one",
        "11111111-0000-0000-0000-000000000001",
        "The place to upload to is not one of this bot (Channel:UploadHosts), so nothing was handed over."
    )]
    public async Task Anything_else_hands_nothing_over(string choice, string address, string person, string sentence)
    {
        var file = await OfferAsync();

        await ChooseAsync(file, choice, address.Contains("://", StringComparison.Ordinal) ? address : Teams.Address + address, person);

        Assert.Equal(sentence, (await NextPostAsync())["text"]!.GetValue<string>());
        Assert.Empty(Teams.Files);
    }

    [Fact]
    public async Task An_upload_that_fails_is_told_to_the_person_and_may_be_allowed_once_more()
    {
        var file = await OfferAsync();

        await ChooseAsync(file, "accept", $"{Teams.Address}nowhere/one");

        Assert.Equal(
            "The file could not be uploaded: its place answered 404. Allow it once more, or type export again.",
            (await NextPostAsync())["text"]!.GetValue<string>()
        );
        await ChooseAsync(file, "accept", $"{Teams.Address}files/one");
        Assert.Equal(FileInfoCard.ContentType, (await NextPostAsync())["attachments"]![0]!["contentType"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_file_is_handed_over_once()
    {
        var file = await OfferAsync();
        await ChooseAsync(file, "accept", $"{Teams.Address}files/one");
        await NextPostAsync();

        await ChooseAsync(file, "accept", $"{Teams.Address}files/two");

        Assert.StartsWith(
            "This file is no longer kept here",
            (await NextPostAsync())["text"]!.GetValue<string>(),
            StringComparison.Ordinal
        );
        Assert.False(Teams.Files.ContainsKey("two"));
    }

    [Theory]
    [InlineData("contoso.sharepoint.com", "contoso.sharepoint.com", true)]
    [InlineData("contoso.sharepoint.com", "my.contoso.sharepoint.com", true)]
    [InlineData("contoso.sharepoint.com", "evilcontoso.sharepoint.com", false)]
    [InlineData(".sharepoint.com", "Contoso.SharePoint.com", true)]
    [InlineData(".sharepoint.com", "evilsharepoint.com", false)]
    [InlineData("", "evil.example.", false)]
    [InlineData(".", "evil.example.", false)]
    public void A_place_to_upload_to_is_the_named_host_or_one_below_it(string allowed, string host, bool isAllowed)
    {
        var options = new ChannelOptions { UploadHosts = { allowed } };

        Assert.Equal(isAllowed, options.AllowsUpload(new Uri($"https://{host}/one")));
    }

    private async Task<string> OfferAsync()
    {
        await Bot.Channel.OfferAsync(Teams.Members[0].Id, "INC-7.md", "Transcript of INC-7", Content, Token);
        var offer = (await NextPostAsync())["attachments"]![0]!;
        Assert.Equal(FileConsentCard.ContentType, offer["contentType"]!.GetValue<string>());
        Assert.Equal(Content.Length, offer["content"]!["sizeInBytes"]!.GetValue<int>());
        return offer["content"]!["acceptContext"]!["file"]!.GetValue<string>();
    }

    private async Task ChooseAsync(string file, string choice, string address, string person = "11111111-0000-0000-0000-000000000001")
    {
        var activity = JsonNode.Parse(Bot.Message(from: person))!.AsObject();
        activity["type"] = "invoke";
        activity["name"] = "fileConsent/invoke";
        activity["value"] = new JsonObject
        {
            ["type"] = "fileUpload",
            ["action"] = choice,
            ["context"] = new JsonObject { ["file"] = file },
            ["uploadInfo"] = new JsonObject
            {
                ["uploadUrl"] = address,
                ["contentUrl"] = address,
                ["uniqueId"] = "1",
                ["fileType"] = "md",
            },
        };
        using var response = await Bot.PostAsync(activity.ToJsonString());
        response.EnsureSuccessStatusCode();
    }

    private async Task<JsonNode> NextPostAsync()
    {
        while (true)
        {
            if (
                await Teams.NextCallAsync() is { Method: "POST", Body: { } body } call
                && call.Path.EndsWith("/activities", StringComparison.Ordinal)
            )
            {
                return body;
            }
        }
    }
}
