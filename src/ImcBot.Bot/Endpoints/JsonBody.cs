using System.Text.Json;
using ImcBot.Contracts;

namespace ImcBot.Bot.Endpoints;

/// <summary>Reads what people and their tools send.</summary>
internal static class JsonBody
{
    /// <summary>The body as JSON of the wire; null where it is none, or too large.</summary>
    public static async Task<T?> ReadAsync<T>(HttpContext http)
        where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(http.Request.Body, WireJson.Options, http.RequestAborted);
        }
        catch (Exception exception) when (exception is JsonException or BadHttpRequestException)
        {
            return null;
        }
    }
}
