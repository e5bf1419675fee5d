namespace ImcBot.Lab.Server.Api;

internal sealed record FaultOrder(IReadOnlyList<string> Faults);

/// <summary>What no real server has: faults on demand, an administrator's console, the ground truth and the server's own record.</summary>
internal static class PracticeApi
{
    public static void Map(IEndpointRouteBuilder routes, PracticeHost host)
    {
        routes.MapGet("/faults", () => new { Faults = host.Planter.Planted });
        routes.MapPost(
            "/faults",
            async (FaultOrder order) =>
            {
                await host.Planter.PlantAsync(order.Faults);
                return Results.Accepted();
            }
        );
        routes.MapPost(
            "/console/{action}",
            async (string action, string? name) =>
            {
                await host.Console.DoAsync(action, name);
                return Results.Accepted();
            }
        );
        routes.MapGet("/truth", () => host.Truth.Find());
        routes.MapGet("/record", (int? after) => host.Record.After(after ?? 0));
    }
}
