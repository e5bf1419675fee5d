using System.Globalization;

namespace ImcBot.Lab.Room;

/// <summary>The connector's refusals, worded as the channel words them.</summary>
internal static class ConnectorError
{
    public static IResult Of(int status, string code, string message) =>
        Results.Json(new { error = new { code, message } }, statusCode: status);

    public static IResult NoConversation() => Of(404, "ConversationNotFound", "Conversation not found");

    public static IResult TooMany(TimeSpan wait) => new Throttled(wait);

    /// <summary>Closes the connector to everybody but the bot, before anything of the request is read.</summary>
    public static async Task OnlyTheBotAsync(HttpContext context, RequestDelegate next)
    {
        var issuer = context.RequestServices.GetRequiredService<TokenIssuer>();
        if (await issuer.MayCallConnector(context.Request.Headers.Authorization))
        {
            await next(context);
            return;
        }
        context.Response.Headers.WWWAuthenticate = "Bearer";
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        await context.Response.WriteAsJsonAsync(
            new { message = "Authorization has been denied for this request." },
            context.RequestAborted
        );
    }

    private sealed class Throttled(TimeSpan wait) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return Of(429, "Throttled", "Too Many Requests").ExecuteAsync(httpContext);
        }
    }
}
