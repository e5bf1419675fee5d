using System.Threading.RateLimiting;

namespace ImcBot.Bot.Endpoints;

/// <summary>
/// Whoever has proved nothing yet may knock <c>Bot:OpenRequestsPerMinute</c> times a minute at each door from one address; then the answer
/// is 429.
/// </summary>
internal sealed class OpenDoors(BotOptions options) : IDisposable
{
    private readonly PartitionedRateLimiter<(string Door, string Address)> _knocks = PartitionedRateLimiter.Create<
        (string Door, string Address),
        (string, string)
    >(who =>
        RateLimitPartition.GetFixedWindowLimiter(
            who,
            _ => new FixedWindowRateLimiterOptions
            {
                PermitLimit = options.OpenRequestsPerMinute,
                Window = TimeSpan.FromMinutes(1),
                QueueLimit = 0,
            }
        )
    );

    public static async ValueTask<object?> LetInAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        return http.RequestServices.GetRequiredService<OpenDoors>().Admits(http, DoorOf(http)) ? await next(context) : TooMany(http);
    }

    /// <summary>Counts a call that has proved nothing; false where its address has none left at that door in this minute.</summary>
    public bool Admits(HttpContext http, string door)
    {
        using var lease = _knocks.AttemptAcquire((door, http.Connection.RemoteIpAddress?.ToString() ?? ""));
        return lease.IsAcquired;
    }

    public static IResult TooMany(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "60";
        return JsonBody.Refuse(
            StatusCodes.Status429TooManyRequests,
            "Too many requests in this minute: send fewer, or raise Bot:OpenRequestsPerMinute."
        );
    }

    /// <summary>The route, which is one however its path is spelled.</summary>
    private static string DoorOf(HttpContext http) => (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "";

    public void Dispose() => _knocks.Dispose();
}
