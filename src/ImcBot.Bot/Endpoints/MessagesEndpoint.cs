using System.Security.Claims;
using ImcBot.Bot.Channel;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Bot.Schema;

namespace ImcBot.Bot.Endpoints;

/// <summary><c>POST /api/messages</c>: activities of the Bot Framework, with the token of its service.</summary>
internal static class MessagesEndpoint
{
    /// <summary>What is said to an activity of nowhere.</summary>
    public const string NoPlace =
        "The activity names no conversation (conversation.id), so nobody said it anywhere and nothing can be answered.";

    private const int MostBytes = 256 * 1024;

    public static IEndpointConventionBuilder MapMessages(this IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/api/messages", TakeAsync)
            .RequireAuthorization(BotToken.Policy)
            .WithMetadata(new RequestSizeLimitAttribute(MostBytes));

    private static async Task<IResult> TakeAsync(
        HttpRequest request,
        ClaimsPrincipal caller,
        ActivityAuthorizer doorman,
        TurnAdapter turns,
        ConnectorAddress address,
        ILogger<Intake> log
    )
    {
        if (await ReadAsync(request) is not { Type.Length: > 0 } activity)
        {
            return Problem(
                StatusCodes.Status400BadRequest,
                "This is not an activity: send a JSON object with a 'type', in UTF-8, of at most 256 KB."
            );
        }

        if (doorman.Refuse(activity, caller.FindFirst(BotToken.ServiceUrlClaim)?.Value) is { } refusal)
        {
            log.LogWarning("An activity of kind {Kind} was refused: {Refusal}", activity.Type, refusal);
            // In the log alone: anybody with a bot of their own can send it, and could fill the record.
            return Problem(StatusCodes.Status403Forbidden, refusal);
        }

        if (activity is { Conversation: null or { Id: null or "" } })
        {
            return Problem(StatusCodes.Status400BadRequest, NoPlace);
        }

        address.Learn(new Uri(activity.ServiceUrl!));
        return await turns.TakeAsync(activity) is { } answer
            ? Results.Json(answer, InvokeAnswer.Json, statusCode: answer.StatusCode)
            : Results.Ok();
    }

    private static async Task<Activity?> ReadAsync(HttpRequest request)
    {
        try
        {
            return await ActivityJson.ReadAsync(request.Body, request.HttpContext.RequestAborted);
        }
        catch (BadHttpRequestException)
        {
            return null;
        }
    }

    private static IResult Problem(int status, string sentence) => Results.Json(new { error = sentence }, statusCode: status);
}
