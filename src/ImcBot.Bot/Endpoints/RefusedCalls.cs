using System.Net;
using ImcBot.Bot.Channel;

namespace ImcBot.Bot.Endpoints;

/// <summary>Leaves one line in the log for each call that proves nothing of who makes it; a call that is let in leaves none.</summary>
internal static class RefusedCalls
{
    private const int MostText = 200;

    public static IApplicationBuilder UseRefusedCalls(this IApplicationBuilder app) =>
        app.Use(
            static async (http, next) =>
            {
                await next(http);
                if (http.Response.StatusCode == (int)HttpStatusCode.Unauthorized)
                {
                    http.RequestServices.GetRequiredService<ILoggerFactory>()
                        .CreateLogger(typeof(RefusedCalls))
                        .LogWarning(
                            "Refused, not proven who calls: {Method} {Path} from {Address}. {Why}",
                            Words.Clean(http.Request.Method, 10),
                            Words.Clean(http.Request.Path.Value, MostText),
                            http.Connection.RemoteIpAddress,
                            http.Request.Headers.Authorization.Count == 0 ? "No token was sent." : "The token does not hold."
                        );
                }
            }
        );
}
