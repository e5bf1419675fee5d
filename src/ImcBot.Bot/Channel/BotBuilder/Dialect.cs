using System.Text.Json;
using Newtonsoft.Json;

namespace ImcBot.Bot.Channel;

/// <summary>The same JSON read by both: our records on one side, the SDK's classes on the other.</summary>
internal static class Dialect
{
    // Text that looks like a time stays text, as people wrote it.
    private static readonly JsonSerializerSettings Settings = new() { NullValueHandling = NullValueHandling.Ignore, DateParseHandling = DateParseHandling.None, MaxDepth = 64 };

    public static T ToSdk<T>(object ours) => JsonConvert.DeserializeObject<T>(System.Text.Json.JsonSerializer.Serialize(ours, ConnectorClient.Json), Settings)!;

    public static T FromSdk<T>(object? theirs) => System.Text.Json.JsonSerializer.Deserialize<T>(JsonConvert.SerializeObject(theirs, Settings), ConnectorClient.Json)!;
}
