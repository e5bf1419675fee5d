using System.Text.Json;
using Refit;

namespace ImcBot.Relay.Session;

/// <summary>The sentence in a refusal of the bot.</summary>
internal static class BotSaid
{
    /// <summary>What the bot said, or the whole body where it is not the bot's (a proxy's page); empty without one.</summary>
    public static string In(ApiException refusal)
    {
        try
        {
            using var body = JsonDocument.Parse(refusal.Content ?? "");
            return body.RootElement.GetProperty("error").GetString() ?? "";
        }
        catch (Exception other) when (other is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return refusal.Content ?? "";
        }
    }
}
