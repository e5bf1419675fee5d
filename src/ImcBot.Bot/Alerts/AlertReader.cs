using System.Text.Json;
using ImcBot.Bot.Cards;

namespace ImcBot.Bot.Alerts;

/// <summary>Reads the three forms in which alerts come: Alertmanager's webhook, Azure Monitor's common alert schema, and a plain one.</summary>
internal static class AlertReader
{
    /// <summary>The most alerts that one request may hold.</summary>
    public const int Most = 100;

    private const int LongestHost = 255, LongestText = 2000;

    /// <summary>The alerts of a body, or why it holds none, as a sentence.</summary>
    public static (IReadOnlyList<OutsideAlert> Alerts, string? Problem) Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            return ([], "The body is no JSON object: send Alertmanager's webhook, Azure Monitor's common alert schema, or {\"host\", \"text\"}.");
        }

        var read = Text(body, "schemaId") == "azureMonitorCommonAlertSchema" ? [Azure(Part(Part(body, "data"), "essentials"))]
            : body.TryGetProperty("alerts", out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Take(Most + 1).Select(Alertmanager).ToArray()
            : [Plain(Text(body, "host"), Text(body, "text"), Text(body, "status"))];
        return read.Length > Most ? ([], $"More than {Most} alerts at once: group fewer of them.")
            : read.Length == 0 || read.Any(alert => alert.Host.Length == 0) ? ([], "An alert names no host: a label 'host' or 'instance', a configuration item, or a member 'host' must.")
            : (read, null);
    }

    public static OutsideAlert Plain(string? host, string? text, string? status) => Alert(host, text ?? "An alert without words.", status == "resolved");

    private static OutsideAlert Alertmanager(JsonElement alert)
    {
        var (labels, notes) = (Part(alert, "labels"), Part(alert, "annotations"));
        string?[] words = [Text(labels, "alertname"), Text(notes, "summary") ?? Text(notes, "description")];
        return Alert(Text(labels, "host") ?? WithoutPort(Text(labels, "instance")), string.Join(": ", words.OfType<string>()), Text(alert, "status") == "resolved");
    }

    private static OutsideAlert Azure(JsonElement essentials)
    {
        string?[] words = [Text(essentials, "alertRule"), Text(essentials, "description")];
        var host = First(essentials, "configurationItems") ?? First(essentials, "alertTargetIDs")?.TrimEnd('/').Split('/')[^1];
        return Alert(host, string.Join(": ", words.OfType<string>()), Text(essentials, "monitorCondition") == "Resolved");
    }

    private static OutsideAlert Alert(string? host, string text, bool isOver) => new(Words.Clean(host, LongestHost), Words.Clean(text, LongestText), isOver);

    private static string? WithoutPort(string? instance) => instance?.Split(':')[0];

    private static JsonElement Part(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var part) ? part : default;

    private static string? Text(JsonElement element, string name) => Part(element, name) is { ValueKind: JsonValueKind.String } text ? Decode(text) : null;

    private static string? First(JsonElement element, string name) =>
        Part(element, name) is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0 && list[0].ValueKind == JsonValueKind.String ? Decode(list[0]) : null;

    // Half of a surrogate pair is valid JSON and no text.
    private static string? Decode(JsonElement text)
    {
        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
