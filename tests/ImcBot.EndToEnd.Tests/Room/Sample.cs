using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace ImcBot.EndToEnd.Tests.Room;

/// <summary>What tests post and read.</summary>
internal static class Sample
{
    public static JsonObject Card(string words = "Approve?") =>
        new()
        {
            ["type"] = "AdaptiveCard",
            ["version"] = "1.5",
            ["body"] = new JsonArray(new JsonObject { ["type"] = "TextBlock", ["text"] = words }),
            ["actions"] = new JsonArray(Approve()),
        };

    public static JsonObject Approve() =>
        new()
        {
            ["type"] = "Action.Execute",
            ["title"] = "Approve",
            ["verb"] = "approve",
            ["data"] = new JsonObject { ["question"] = "INC-7/3" },
        };

    public static JsonObject CardMessage(string words = "Approve?") =>
        new()
        {
            ["type"] = "message",
            ["attachments"] = new JsonArray(
                new JsonObject { ["contentType"] = "application/vnd.microsoft.card.adaptive", ["content"] = Card(words) }
            ),
        };

    public static JsonObject Text(string text) => new() { ["type"] = "message", ["text"] = text };

    public static async Task<JsonObject> JsonAsync(HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!;
}
