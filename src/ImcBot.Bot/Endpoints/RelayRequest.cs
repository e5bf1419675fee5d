using System.Text.Json;
using ImcBot.Bot.Journal;
using ImcBot.Contracts;

namespace ImcBot.Bot.Endpoints;

/// <summary>A request of a relay: who sends it, what it carries, and how it is answered.</summary>
internal static class RelayRequest
{
    private static readonly JsonDocumentOptions Depth = new() { MaxDepth = 32 };

    public static RelayInstance? Instance(this HttpContext http) => RelayInstance.Read(http.Request.Headers[RelayAssertion.InstanceHeader]);

    public static RelayRow Relay(this HttpContext http) => http.Features.Get<RelayRow>()!;

    /// <summary>The body, or why it cannot be read.</summary>
    public static async Task<(T? Body, IResult Problem)> ReadRelayAsync<T>(this HttpContext http)
        where T : class
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(http.Request.Body, Depth, http.RequestAborted);
            return HasGap(document.RootElement)
                ? (null, Refuse(StatusCodes.Status400BadRequest, "A list in the body has an empty place."))
                : (document.Deserialize<T>(WireJson.Options), Refuse(StatusCodes.Status400BadRequest, "The body is empty."));
        }
        catch (JsonException)
        {
            return (null, Refuse(StatusCodes.Status400BadRequest, $"The body is not a {typeof(T).Name} in valid JSON."));
        }
        catch (BadHttpRequestException exception)
        {
            return (null, Refuse(exception.StatusCode, "The body could not be read: at most 256 KB of JSON."));
        }
    }

    /// <summary>Whether a list holds null: the serializer's own checks do not look into lists.</summary>
    private static bool HasGap(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Array => element.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.Null || HasGap(one)),
            JsonValueKind.Object => element.EnumerateObject().Any(member => HasGap(member.Value)),
            _ => false,
        };

    public static IResult Json<T>(T value) => Results.Json(value, WireJson.Options);

    public static IResult Refuse(int status, string error) => Results.Json(new { error }, WireJson.Options, statusCode: status);
}
