using System.Text.Json.Nodes;

namespace ImcBot.Lab.Room;

/// <summary>A button of an Adaptive Card, wherever in the card it is.</summary>
internal sealed record CardButton(string Verb, string Title, JsonObject Action)
{
    /// <summary>All buttons that reach the bot, in reading order.</summary>
    public static IReadOnlyList<CardButton> On(JsonNode? card) =>
        [
            .. Within(card)
                .Where(node => node["type"]?.ToString() is "Action.Execute" or "Action.Submit")
                .Select(action => new CardButton(
                    action["verb"]?.ToString() ?? action["data"]?["verb"]?.ToString() ?? "",
                    action["title"]?.ToString() ?? "",
                    action
                )),
        ];

    /// <summary>What the client sends when it is pressed: data with the values of all fields merged in.</summary>
    public JsonObject Pressed(JsonNode card, IEnumerable<(string Field, string Value)> typed)
    {
        var data = Action["data"] as JsonObject is { } fixedData ? fixedData.DeepClone().AsObject() : [];
        foreach (var field in Within(card).Where(node => node["type"]?.ToString().StartsWith("Input.", StringComparison.Ordinal) == true))
        {
            if (field["id"]?.ToString() is { } id && field["value"] is { } value)
            {
                data[id] = value.DeepClone();
            }
        }
        foreach (var (field, value) in typed)
        {
            data[field] = value;
        }
        var pressed = new JsonObject
        {
            ["type"] = Action["type"]!.DeepClone(),
            ["title"] = Title,
            ["data"] = data,
        };
        if (Verb.Length > 0)
        {
            pressed["verb"] = Verb;
        }
        if (Action["id"] is { } actionId)
        {
            pressed["id"] = actionId.DeepClone();
        }
        return pressed;
    }

    private static IEnumerable<JsonObject> Within(JsonNode? node) =>
        node switch
        {
            JsonObject item => item.Where(member => member.Key is not "fallback" and not "refresh")
                .SelectMany(member => Within(member.Value))
                .Prepend(item),
            JsonArray items => items.SelectMany(Within),
            _ => [],
        };
}
