using System.Text.Json.Nodes;

namespace ImcBot.Lab.Drills;

/// <summary>The words of a card, as a reader meets them.</summary>
internal static class CardText
{
    /// <summary>One entry per text block or rich text, in reading order.</summary>
    public static IEnumerable<string> Of(JsonNode? node) =>
        node switch
        {
            JsonObject { } item when item["type"]?.ToString() == "RichTextBlock" =>
            [
                string.Concat(
                    (item["inlines"] as JsonArray ?? []).Select(run => run is JsonValue ? run.ToString() : run?["text"]?.ToString())
                ),
            ],
            JsonObject { } item when item["type"]?.ToString() == "TextBlock" => [item["text"]?.ToString() ?? ""],
            JsonObject { } item => item.Where(member => member.Key is "body" or "items" or "columns" or "rows" or "cells")
                .SelectMany(member => Of(member.Value)),
            JsonArray items => items.SelectMany(Of),
            _ => [],
        };

    /// <summary>
    /// What a card that ended an incident says is left open: what stands below the <c>For daylight</c> line of an all-clear, or in the row
    /// <c>Open</c> of one that was handed over or closed.
    /// </summary>
    public static IReadOnlyList<string> FollowUps(JsonNode? card) =>
        [
            .. (card?["body"] as JsonArray ?? [])
                .SkipWhile(element => element?["text"]?.ToString().Contains("For daylight", StringComparison.Ordinal) != true)
                .Where(element => element?["type"]?.ToString() is "Container" or "ColumnSet")
                .Select(element => Of(element).FirstOrDefault() ?? ""),
            .. (card?["body"] as JsonArray ?? [])
                .Where(element => element?["type"]?.ToString() is "ColumnSet")
                .Select(element => Of(element).ToList())
                .Where(texts => texts is ["Open", ..])
                .SelectMany(texts => texts.Skip(1)),
        ];
}
