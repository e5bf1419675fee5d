using System.Text.Json;
using System.Text.Json.Nodes;
using ImcBot.Bot.Tests.Channel;
using ImcBot.Bot.Tests.Relays;
using ImcBot.Contracts;
using ImcBot.Testing;

namespace ImcBot.Bot.Tests.Fuzz;

/// <summary>What is right at each door of the bot, before it is mutated.</summary>
internal static class Doors
{
    public static string[] Activities(BotHost bot, Uri service)
    {
        string[] own =
        [
            bot.Message("approve 7/3"),
            bot.Message("<at>ImcBot</at> status"),
            With(
                bot,
                "invoke",
                "adaptiveCard/action",
                """{ "trigger": "manual", "action": { "type": "Action.Execute", "verb": "approve", "data": { "incident": "INC-7", "question": "INC-7/3", "why": "go" } } }"""
            ),
            With(
                bot,
                "invoke",
                "fileConsent/invoke",
                """{ "type": "fileUpload", "action": "accept", "context": { "file": "x" }, "uploadInfo": { "uploadUrl": "https://x.sharepoint.com/1", "contentUrl": "https://x", "uniqueId": "1", "fileType": "md" } }"""
            ),
            With(bot, "message", null, """{ "verb": "approve", "incident": "INC-7", "question": "INC-7/3" }"""),
            With(bot, "conversationUpdate", null, "null"),
            With(bot, "installationUpdate", null, "null"),
            With(bot, "messageUpdate", null, "null"),
            With(bot, "messageDelete", null, "null"),
        ];
        return Repository.Shared("data/activities/inbound.json") is { } file
            ? [.. own, .. JsonNode.Parse(File.ReadAllText(file))!.AsArray().Select(entry => At(entry!["activity"]!, service))]
            : own;
    }

    public static string[] Alerts { get; } =
    [
        """{"version":"4","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"SmtpDown","instance":"exch01.corp.example:25"},"annotations":{"summary":"no answer"}}]}""",
        """{"schemaId":"azureMonitorCommonAlertSchema","data":{"essentials":{"alertRule":"SmtpDown","description":"no answer","monitorCondition":"Fired","configurationItems":["exch01"],"alertTargetIDs":["/subscriptions/1/x"]}}}""",
        """{"host":"EXCH01","text":"no mail","status":"firing"}""",
    ];

    public static (string Path, string Body)[] Relay(FakeRelay relay) =>
        [
            ("hello", Json(relay.Hello())),
            (
                "reports",
                Json(
                        new[]
                        {
                            new Report(
                                default,
                                JobKind.Check,
                                Verdict.Clear,
                                "fine",
                                new Dictionary<string, string>(StringComparer.Ordinal) { ["free"] = "1" },
                                Some.Start
                            ),
                        }
                    )
                    .Replace("INC-0/0#0", "INC-1/1#1", StringComparison.Ordinal)
            ),
            ("alerts", Json(Some.Alert(false, 4102))),
            ("alerts", Json(Some.Alert(true, 4116, 4018))),
            ("key", Json(new RelayKeyChange(relay.PublicKey(), "a.b.c"))),
            ("enrol", Json(new Enrolment("0123456789abcdef", Some.Host, relay.PublicKey()))),
        ];

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, WireJson.Options);

    private static string At(JsonNode activity, Uri service)
    {
        activity["serviceUrl"] = service.AbsoluteUri;
        return activity.ToJsonString();
    }

    private static string With(BotHost bot, string type, string? name, string value)
    {
        var activity = JsonNode.Parse(bot.Message())!.AsObject();
        (activity["type"], activity["name"], activity["value"]) = (type, name, JsonNode.Parse(value));
        return activity.ToJsonString();
    }
}
