using System.Text.Json;

namespace ImcBot.Bot.Tests.Cards;

/// <summary>The words of a card's body, in reading order.</summary>
internal static class CardTexts
{
    public static IReadOnlyList<string> Of(JsonElement card) => [.. In(card.GetProperty("body")).Where(text => text.Length > 0)];

    private static IEnumerable<string> In(JsonElement node) =>
        node.ValueKind switch
        {
            JsonValueKind.Array => node.EnumerateArray().SelectMany(In),
            JsonValueKind.Object when node.TryGetProperty("text", out var text) => [text.GetString()!],
            JsonValueKind.Object => node.EnumerateObject().SelectMany(member => In(member.Value)),
            _ => [],
        };
}
