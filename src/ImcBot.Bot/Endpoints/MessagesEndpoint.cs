using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ImcBot.Bot.Channel;
using Microsoft.AspNetCore.Mvc;

namespace ImcBot.Bot.Endpoints;

/// <summary><c>POST /api/messages</c>: activities of the Bot Framework, with the token of its service.</summary>
internal static class MessagesEndpoint
{
    /// <summary>What is said to an activity of nowhere.</summary>
    public const string NoPlace =
        "The activity names no conversation (conversation.id), so nobody said it anywhere and nothing can be answered.";

    private const int MostBytes = 256 * 1024;

    private static readonly JsonSerializerOptions InvokeJson = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static IEndpointConventionBuilder MapMessages(this IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/api/messages", TakeAsync)
            .RequireAuthorization(BotToken.Policy)
            .WithMetadata(new RequestSizeLimitAttribute(MostBytes));

    private static async Task<IResult> TakeAsync(
        HttpRequest request,
        ClaimsPrincipal caller,
        ActivityAuthorizer authorizer,
        TurnHandler turns,
        ConnectorClients connectors,
        ILogger<Intake> log
    )
    {
        if (await ActivityJson.ReadAsync(request.Body, request.HttpContext.RequestAborted) is not { Type.Length: > 0 } activity)
        {
            return JsonBody.Refuse(
                StatusCodes.Status400BadRequest,
                "This is not an activity: send a JSON object with a 'type', in UTF-8, of at most 256 KB."
            );
        }

        if (authorizer.Refuse(activity, caller.FindFirst(BotToken.ServiceUrlClaim)?.Value) is { } refusal)
        {
            log.LogWarning("An activity of kind {Kind} was refused: {Refusal}", activity.Type, refusal);
            // In the log alone: anybody with a bot of their own can send it, and could fill the record.
            return JsonBody.Refuse(StatusCodes.Status403Forbidden, refusal);
        }

        if (activity is { Conversation: null or { Id: null or "" } })
        {
            return JsonBody.Refuse(StatusCodes.Status400BadRequest, NoPlace);
        }

        connectors.Learn(new Uri(activity.ServiceUrl!));
        return await turns.TakeAsync(activity) is { } answer
            ? Results.Json(answer.Body, InvokeJson, statusCode: answer.Status)
            : Results.Ok();
    }
}
