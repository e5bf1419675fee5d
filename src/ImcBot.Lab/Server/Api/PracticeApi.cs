using ImcBot.Lab.Server.Faults;
using ImcBot.Lab.Server.Host;
using ImcBot.Lab.Server.Mail;

namespace ImcBot.Lab.Server.Api;

internal sealed record FaultOrder(IReadOnlyList<string> Faults);

/// <summary>What no real server has: faults on demand, an administrator's console, the ground truth and the server's own record.</summary>
internal static class PracticeApi
{
    /// <param name="act">Does something at the console, where it is needed to what is named.</param>
    public static void Map(
        IEndpointRouteBuilder routes,
        PlantedFaults planted,
        Func<IReadOnlyList<string>, Task> plant,
        Func<string, string?, Task> act,
        Func<GroundTruth> truth,
        Record record
    )
    {
        routes.MapGet("/faults", () => new { Faults = planted.All });
        routes.MapPost(
            "/faults",
            async (FaultOrder order) =>
            {
                await plant(order.Faults);
                return Results.Accepted();
            }
        );
        routes.MapPost(
            "/console/{action}",
            async (string action, string? name) =>
            {
                await act(action, name);
                return Results.Accepted();
            }
        );
        routes.MapGet("/truth", truth);
        routes.MapGet("/record", (int? after) => record.After(after ?? 0));
    }
}
