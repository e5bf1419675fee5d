using System.Text.Json.Nodes;
using ImcBot.Lab.Room;

namespace ImcBot.EndToEnd.Tests.Room;

public sealed class Activities_follow_the_recordings
{
    // Real Teams says how a refresh was triggered; the recorded channel message leaves the client's platform out.
    private static readonly string[] KnownDifferences = [".value.trigger string", ".entities[].platform string"];

    [Fact]
    public async Task Installing_in_a_team_sends_both_updates()
    {
        await using var room = await OpenRoom.StartAsync();
        await room.Conversations.InstallInTeamAsync(TestContext.Current.CancellationToken);
        await SameShapeAsync(room, "installationUpdate channel True");
        await SameShapeAsync(room, "conversationUpdate channel");
    }

    [Fact]
    public async Task The_first_private_word_installs_the_bot_there()
    {
        await using var room = await OpenRoom.StartAsync();
        await room.SayAsync("riley", "personal", "card");
        await SameShapeAsync(room, "installationUpdate personal True");
        await SameShapeAsync(room, "conversationUpdate personal");
        await SameShapeAsync(room, "message personal True");
    }

    [Fact]
    public async Task A_message_in_the_channel_carries_the_mention()
    {
        await using var room = await OpenRoom.StartAsync();
        await room.SayAsync("riley", "channel", "@ImcBot card");
        var activity = await SameShapeAsync(room, "message channel True");
        Assert.Equal("<at>ImcBot</at> card", activity["text"]!.ToString());
        Assert.Equal($"{Team.ChannelId};messageid={activity["id"]}", activity["conversation"]!["id"]!.ToString());
    }

    [Theory]
    [InlineData("channel", "invoke adaptiveCard/action channel True action True")]
    [InlineData("personal", "invoke adaptiveCard/action personal True action True")]
    [InlineData("personal", "message personal True k True")]
    public async Task A_click_carries_the_action_and_the_message_it_was_on(string chat, string kind)
    {
        await using var room = await OpenRoom.StartAsync();
        var recorded = Recordings.Inbound(kind)["activity"]!;
        var conversation = chat == "channel" ? Team.ChannelId : Team.Riley.PersonalChat;
        var sent = await room.CallAsync(HttpMethod.Post, $"conversations/{conversation}/activities", Sample.CardMessage());
        var id = (await Sample.JsonAsync(sent))["id"]!.ToString();
        var action =
            recorded["value"]!["action"]?.DeepClone()
            ?? new JsonObject { ["type"] = "Action.Submit", ["data"] = recorded["value"]!.DeepClone() };
        await room.ClickAsync("riley", id, action);
        var activity = await SameShapeAsync(room, kind);
        Assert.Equal(id, activity["replyToId"]!.ToString());
        Assert.Equal(Team.Riley.ObjectId, activity["from"]!["aadObjectId"]!.ToString());
    }

    private static async Task<JsonObject> SameShapeAsync(OpenRoom room, string kind)
    {
        var (activity, _) = await room.Bot.HeardAsync();
        var recorded = Shape.Of(Recordings.Inbound(kind)["activity"]);
        Assert.Equal(recorded.Except(KnownDifferences).Order(), Shape.Of(activity).Except(KnownDifferences).Order());
        return activity;
    }
}
