using System.Text.Json;
using System.Text.Json.Nodes;

namespace ImcBot.EndToEnd.Tests.Room;

/// <summary>The members of a JSON value and their kinds, one line each, elements of an array taken together.</summary>
internal static class Shape
{
    public static IReadOnlySet<string> Of(JsonNode? node) => Lines("", node).ToHashSet();

    private static IEnumerable<string> Lines(string path, JsonNode? node) =>
        node switch
        {
            JsonObject members => members.SelectMany(member => Lines($"{path}.{member.Key}", member.Value)),
            JsonArray items => items.SelectMany(item => Lines($"{path}[]", item)).Prepend($"{path} array"),
            null => [$"{path} null"],
            _ =>
            [
                $"{path} {(node.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? "boolean" : node.GetValueKind().ToString().ToLowerInvariant())}",
            ],
        };
}
