using System.Net;
using ImcBot.Bot.Channel;
using Microsoft.AspNetCore.HttpOverrides;

namespace ImcBot.Bot.Endpoints;

/// <summary>
/// Leaves one line in the log for each call that proves nothing of who makes it, at most 60 a minute and then how many more; a call that
/// is let in leaves none. Whose call it is a proxy on this machine says.
/// </summary>
internal static class RefusedCalls
{
    public static IApplicationBuilder UseRefusedCalls(this IApplicationBuilder app)
    {
        var lines = new Lines(
            app.ApplicationServices.GetRequiredService<TimeProvider>(),
            app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(RefusedCalls))
        );
        return app.UseForwardedHeaders(new() { ForwardedHeaders = ForwardedHeaders.XForwardedFor })
            .Use(
                async (http, next) =>
                {
                    await next(http);
                    if (http.Response.StatusCode == (int)HttpStatusCode.Unauthorized)
                    {
                        lines.Tell(http);
                    }
                }
            );
    }

    private sealed class Lines(TimeProvider clock, ILogger log)
    {
        private const int MostText = 200,
            Most = 60;

        private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

        private readonly Lock _lock = new();

        private long? _begun;

        private int _calls;

        public void Tell(HttpContext http)
        {
            if (Count() <= Most)
            {
                log.LogWarning(
                    "Refused, not proven who calls: {Method} {Path} from {Address}. {Why}",
                    Words.Clean(http.Request.Method, 10),
                    Words.Clean(http.Request.Path.Value, MostText),
                    http.Connection.RemoteIpAddress,
                    http.Request.Headers.Authorization.Count == 0 ? "No token was sent." : "The token does not hold."
                );
            }
        }

        private int Count()
        {
            lock (_lock)
            {
                if (_begun is null)
                {
                    _begun = clock.GetTimestamp();
                    _ = EndAsync();
                }

                return ++_calls;
            }
        }

        private async Task EndAsync()
        {
            await Task.Delay(Minute, clock);
            int more;
            lock (_lock)
            {
                more = _calls - Most;
                (_begun, _calls) = (null, 0);
            }

            if (more > 0)
            {
                log.LogWarning("Refused, not proven who calls: and {More} more within this minute.", more);
            }
        }
    }
}
