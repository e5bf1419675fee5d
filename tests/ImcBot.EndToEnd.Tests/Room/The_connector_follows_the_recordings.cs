using System.Net;
using System.Text.Json.Nodes;
using ImcBot.Lab.Room;

namespace ImcBot.EndToEnd.Tests.Room;

public sealed class The_connector_follows_the_recordings
{
    // This team has one channel, and only the second of the recorded ones carries a name; pages end with a token where more follow.
    private static readonly string[] KnownDifferences = [".conversations[].name string", ".continuationToken string"];

    [Fact]
    public async Task Every_recorded_call_gets_the_recorded_answer()
    {
        await using var room = await OpenRoom.StartAsync();
        var last = new Dictionary<string, string>();
        foreach (var call in Recordings.Calls())
        {
            var path = Here(call["path"]!.ToString(), last);
            var body = call["method"]!.ToString() is "POST" or "PUT" ? JsonNode.Parse(Here(call["request"]!.ToJsonString(), last)) : null;
            room.Time.Advance(TimeSpan.FromSeconds(1));
            using var response = await room.CallAsync(new HttpMethod(call["method"]!.ToString()), path, body);
            var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            if (call["method"]!.ToString() == "DELETE")
            {
                // Delete is implemented here, as in Teams; the recorded client had none.
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                continue;
            }
            Assert.Equal((call["kind"]!.ToString(), call["status"]!.GetValue<int>()), (call["kind"]!.ToString(), (int)response.StatusCode));
            if (call["response"] is JsonValue)
            {
                continue;
            }
            var answer = JsonNode.Parse(text);
            Assert.Equal(Shape.Of(call["response"]).Except(KnownDifferences).Order(), Shape.Of(answer).Except(KnownDifferences).Order());
            if (call["method"]!.ToString() == "POST" && path.EndsWith("/activities", StringComparison.Ordinal))
            {
                last[Conversation(path)] = answer!["id"]!.ToString();
            }
        }
    }

    // Ids of the recorded client become this room's; its group chat, which Teams bots here do not join, becomes the personal chat.
    private static string Here(string recorded, Dictionary<string, string> last)
    {
        var path = recorded
            .Replace("/_connector/v3/", "", StringComparison.Ordinal)
            .Replace("team-id", Team.ChannelId, StringComparison.Ordinal)
            .Replace("0c34c300-6356-4969-b99b-178bd22bea21", Team.Riley.PersonalChat, StringComparison.Ordinal)
            .Replace("d4b05955-b66f-4663-8d2f-1f0b34965b7b", Team.Riley.PersonalChat, StringComparison.Ordinal)
            .Replace("user-id-0", Team.Riley.AccountId, StringComparison.Ordinal);
        var mark = path.LastIndexOf("/activities/", StringComparison.Ordinal);
        return mark < 0 || path.StartsWith('{') ? path : $"{path[..mark]}/activities/{last[Conversation(path)]}";
    }

    private static string Conversation(string path) => path.Split('/')[1];
}
