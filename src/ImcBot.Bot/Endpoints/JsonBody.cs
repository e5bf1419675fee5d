using System.Text.Json;
using ImcBot.Contracts;

namespace ImcBot.Bot.Endpoints;

/// <summary>What is sent to the bot and answered by it, as JSON of the wire.</summary>
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

    public static IResult Answer<T>(T value, int status = StatusCodes.Status200OK) =>
        Results.Json(value, WireJson.Options, statusCode: status);

    /// <param name="error">Why, as a sentence.</param>
    public static IResult Refuse(int status, string error) => Answer(new { error }, status);
}
