using ImcBot.Bot.Journal;

namespace ImcBot.Bot.Endpoints;

/// <summary>
/// <c>GET /livez</c> (the process lives) and <c>GET /readyz</c>, also called <c>/healthz</c> (it can keep what it is told).
/// </summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/livez", () => Results.Text("ok"));
        foreach (var path in (string[])["/readyz", "/healthz"])
        {
            endpoints.MapGet(
                path,
                async (Readiness readiness, CancellationToken cancellationToken) =>
                    await readiness.ProblemAsync(cancellationToken) is { } problem
                        ? Results.Text(problem, statusCode: StatusCodes.Status503ServiceUnavailable)
                        : Results.Text("ok")
            );
        }
    }
}
