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

    /// <summary>The body.</summary>
    /// <exception cref="BadHttpRequestException">It cannot be read; the message is what the relay is told.</exception>
    public static async Task<T> ReadRelayAsync<T>(this HttpContext http)
        where T : class
    {
        var (status, problem) = (StatusCodes.Status400BadRequest, "The body is empty.");
        try
        {
            using var document = await JsonDocument.ParseAsync(http.Request.Body, Depth, http.RequestAborted);
            if (HasGap(document.RootElement))
            {
                problem = "A list in the body has an empty place.";
            }
            else if (document.Deserialize<T>(WireJson.Options) is { } body)
            {
                return body;
            }
        }
        catch (JsonException)
        {
            problem = $"The body is not a {typeof(T).Name} in valid JSON.";
        }
        catch (BadHttpRequestException exception)
        {
            (status, problem) = (exception.StatusCode, "The body could not be read: at most 256 KB of JSON.");
        }

        throw new BadHttpRequestException(problem, status);
    }

    /// <summary>Answers a request whose body cannot be read.</summary>
    public static async ValueTask<object?> TellUnreadableAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (BadHttpRequestException exception)
        {
            return JsonBody.Refuse(exception.StatusCode, exception.Message);
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
}
