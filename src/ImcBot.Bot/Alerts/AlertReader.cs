using System.Text;
using System.Text.Json;
using System.Web;
using ImcBot.Bot.Channel;

namespace ImcBot.Bot.Alerts;

/// <summary>
/// Reads the three forms in which alerts come: Alertmanager's webhook (Grafana sends it too), Azure Monitor's common alert schema, and a
/// plain one of JSON or form fields. One bad alert of many refuses itself alone.
/// </summary>
internal static class AlertReader
{
    /// <summary>The most firing alerts that are taken of one request.</summary>
    public const int Most = 100;

    private const int LongestHost = 255,
        LongestText = 2000;

    private static readonly string[] Labels = ["host", "hostname", "nodename", "instance"],
        Said = ["summary", "description", "message"];

    private static readonly JsonDocumentOptions Depth = new() { MaxDepth = 32 };

    /// <summary>Reads a body as it came; bytes that are no UTF-8 become U+FFFD.</summary>
    /// <param name="hostLabel">The label, dimension or field that names the host, before the usual ones; empty for those alone.</param>
    public static AlertReading Read(ReadOnlySpan<byte> body, string hostLabel)
    {
        var begin = body.IndexOfAnyExcept(" \t\r\n\uFEFF"u8);
        if (begin < 0 || body[begin] is (byte)'{' or (byte)'[' || !body.Contains((byte)'='))
        {
            return Json(body, hostLabel);
        }

        var fields = HttpUtility.ParseQueryString(Encoding.UTF8.GetString(body[begin..]));
        return Form(name => fields.GetValues(name)?[0], hostLabel);
    }

    /// <summary>Reads the fields of a form.</summary>
    public static AlertReading Form(Func<string, string?> field, string hostLabel) =>
        Plain(field, hostLabel, "The form has no field 'host'.");

    private static AlertReading Json(ReadOnlySpan<byte> body, string hostLabel)
    {
        try
        {
            using var document = JsonDocument.Parse(Encoding.UTF8.GetString(body).TrimStart('\uFEFF'), Depth);
            return Read(document.RootElement, hostLabel);
        }
        catch (JsonException)
        {
            return new AlertReading("plain", [], ["The body is no valid JSON or form."]);
        }
    }

    private static AlertReading Read(JsonElement body, string hostLabel) =>
        body.ValueKind != JsonValueKind.Object
            ? new AlertReading(
                "plain",
                [],
                ["The body is no JSON object: send Alertmanager's webhook, Azure Monitor's common alert schema, or {\"host\", \"text\"}."]
            )
        : Text(body, "schemaId") is { } schema
            ? schema == "azureMonitorCommonAlertSchema" ? AzureAlert.Read(Part(body, "data"), hostLabel)
                : NotCommon()
        : Part(body, "alerts") is { ValueKind: JsonValueKind.Array } list ? Alertmanager(body, list, hostLabel)
        : Part(body, "data") is { ValueKind: JsonValueKind.Object } data && Part(data, "context").ValueKind == JsonValueKind.Object
            ? NotCommon()
        : Plain(name => PlainText(body, name), hostLabel, "The alert names no host: a member 'host' must.");

    private static AlertReading NotCommon() =>
        new("azure", [], ["This is Azure Monitor without its common alert schema: switch that on in the action group."]);

    private static AlertReading Plain(Func<string, string?> field, string hostLabel, string refusal)
    {
        string?[] given = [hostLabel.Length > 0 ? field(hostLabel) : null, field("host")];
        var host = Array.Find(given, text => HostName.Of(text).Length > 0);
        var alert = Alert(host, Filled(field("text")) ?? "An alert without words.", StatusWords.Read(field("status")));
        return host is not null ? new AlertReading("plain", [alert], [])
            : Array.Find(given, text => Filled(text) is not null) is { } wrong ? new AlertReading("plain", [], [NoHost(wrong)])
            : new AlertReading("plain", [], [refusal]);
    }

    private static string NoHost(string text) =>
        $"'{Words.Clean(text, LongestHost)}' names no host: "
        + (HostName.IsMacro(text) ? "it is a macro that the sender did not fill in." : "send one name, without spaces.");

    private static AlertReading Alertmanager(JsonElement body, JsonElement list, string hostLabel)
    {
        var (alerts, refused, firing) = (new List<OutsideAlert>(), new List<string>(), 0);
        foreach (var one in list.EnumerateArray())
        {
            var (labels, notes) = (Part(one, "labels"), Part(one, "annotations"));
            var name = Filled(Text(labels, "alertname"));
            string?[] words = [name, .. Said.Select(note => Text(notes, note))];
            var alert = Alert(HostIn(labels, hostLabel), Joined(words), StatusWords.Read(Text(one, "status") ?? Text(body, "status")));
            if (alert.Host.Length == 0)
            {
                refused.Add(
                    $"{Words.Clean(name ?? "An alert", LongestHost)} names no host: one of its labels "
                        + $"{string.Join(", ", Order(hostLabel))} must."
                );
            }
            else if (alert.State == AlertState.Firing && ++firing > Most)
            {
                refused.Add(
                    $"{alert.Host}: not taken, because one request holds at most {Most} alerts that fire: set max_alerts: {Most}, or group "
                        + "fewer of them."
                );
            }
            else
            {
                alerts.Add(alert);
            }
        }

        if (Part(body, "truncatedAlerts") is { ValueKind: JsonValueKind.Number } left && left.TryGetInt32(out var count) && count > 0)
        {
            refused.Add($"The sender left out {Words.Count(count, "more alert")} (truncatedAlerts): look there.");
        }

        return new AlertReading(
            "alertmanager",
            alerts,
            alerts.Count + refused.Count == 0 ? ["The list of alerts is empty: it names no host."] : refused
        );
    }

    /// <summary>The host that the labels of Prometheus name.</summary>
    internal static string? HostIn(JsonElement labels, string hostLabel) =>
        Order(hostLabel).Select(label => HostName.Of(Text(labels, label))).FirstOrDefault(found => found.Length > 0);

    private static IEnumerable<string> Order(string hostLabel) => [.. new[] { hostLabel }.Where(label => label.Length > 0), .. Labels];

    /// <summary>What is filled in, each once.</summary>
    internal static string Joined(IEnumerable<string?> words) =>
        string.Join(": ", words.Select(text => Filled(text)?.Trim()).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase));

    // Templates write Host as often as host, and lists or objects where words should stand.
    private static string? PlainText(JsonElement body, string name)
    {
        var found = Part(body, name) is { ValueKind: not JsonValueKind.Undefined } exact
            ? exact
            : Member(body, name, StringComparison.OrdinalIgnoreCase);
        return name == "text" && found.ValueKind is not (JsonValueKind.String or JsonValueKind.Null or JsonValueKind.Undefined)
            ? found.GetRawText()
            : TextOf(found);
    }

    internal static OutsideAlert Alert(string? host, string text, AlertState state) =>
        new(Words.Clean(HostName.Of(host), LongestHost), Words.Clean(text, LongestText), state);

    internal static JsonElement Part(JsonElement element, string name) => Member(element, name, StringComparison.Ordinal);

    private static JsonElement Member(JsonElement element, string name, StringComparison comparison) =>
        element.ValueKind == JsonValueKind.Object && name.Length > 0
            ? element.EnumerateObject().LastOrDefault(member => name.Equals(Try(() => member.Name), comparison)).Value
            : default;

    /// <summary>A member as text, also where it is a number.</summary>
    internal static string? Text(JsonElement element, string name) => TextOf(Part(element, name));

    private static string? TextOf(JsonElement part) => part.ValueKind is JsonValueKind.Number ? part.GetRawText() : Decode(part);

    internal static string? Decode(JsonElement text) => text.ValueKind == JsonValueKind.String ? Try(text.GetString) : null;

    // Half of a surrogate pair is valid JSON and no text.
    private static string? Try(Func<string?> decode)
    {
        try
        {
            return decode();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    internal static string? Filled(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
