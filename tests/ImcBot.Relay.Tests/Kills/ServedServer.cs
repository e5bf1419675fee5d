using System.Text;
using ImcBot.Contracts;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Hosts.Lab;
using ImcBot.Relay.Tests.Fakes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ImcBot.Relay.Tests.Kills;

/// <summary>The fake server as a relay of another process sees it: in the practice server's HTTP dialect.</summary>
internal static class ServedServer
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    public static void Map(IEndpointRouteBuilder routes, FakeServer server)
    {
        var host = server.Host;
        routes.MapGet(
            "/host",
            async (CancellationToken cancellationToken) =>
                Json(
                    new
                    {
                        host.Name,
                        Time = await host.Machine.TimeAsync(cancellationToken),
                        Environment = await host.Machine.EnvironmentAsync(cancellationToken),
                    }
                )
        );
        routes.MapGet("/services", async (CancellationToken cancellationToken) => Json(await host.Services.ListAsync(cancellationToken)));
        routes.MapGet("/volumes", async (CancellationToken cancellationToken) => Json(await host.Volumes.ListAsync(cancellationToken)));
        routes.MapGet(
            "/events",
            async (string log, long after, int wait, CancellationToken cancellationToken) =>
            {
                var since = TimeProvider.System.GetTimestamp();
                while (true)
                {
                    var events = await host.Events.ReadAsync(log, after, TimeSpan.Zero, cancellationToken);
                    if (events.Count > 0 || TimeProvider.System.GetElapsedTime(since).TotalSeconds >= wait)
                    {
                        return Json(events);
                    }

                    await Task.Delay(Look, TimeProvider.System, cancellationToken);
                }
            }
        );
        routes.MapGet(
            "/registry/values",
            async (string key, CancellationToken cancellationToken) =>
                Json(
                    (await host.Registry.ValuesAsync(key, cancellationToken)).Select(value =>
                        LabValue.From(value) with
                        {
                            Name = value.Name,
                        }
                    )
                )
        );
        routes.MapGet(
            "/files",
            async (string folder, string pattern, bool recursive, CancellationToken cancellationToken) =>
                await host.Files.ListAsync(folder, pattern, recursive, cancellationToken) is { } entries
                    ? Json(new { entries })
                    : Results.NotFound()
        );
        routes.MapGet(
            "/files/content",
            async (string path, CancellationToken cancellationToken) => Results.Stream(await host.Files.OpenAsync(path, cancellationToken))
        );

        routes.MapPost(
            "/services/{name}/start",
            (string name, HttpRequest request) => DoAsync(request, writer => writer.StartAsync(name, default))
        );
        routes.MapPost(
            "/services/{name}/stop",
            (string name, HttpRequest request) => DoAsync(request, writer => writer.StopAsync(name, default))
        );
        routes.MapPost(
            "/files/folder",
            async (HttpRequest request) =>
            {
                var order = await ReadAsync<FolderOrder>(request);
                return await DoAsync(request, writer => writer.CreateFolderAsync(order.Path, default));
            }
        );
        routes.MapPut(
            "/files/content",
            async (string path, HttpRequest request) =>
            {
                using var reader = new StreamReader(request.Body, Encoding.Latin1);
                var text = await reader.ReadToEndAsync();
                return await DoAsync(request, writer => writer.WriteAsync(path, Encoding.Latin1.GetBytes(text), default));
            }
        );
        routes.MapPost(
            "/files/move",
            async (HttpRequest request) =>
            {
                var orders = await ReadAsync<MoveOrders>(request);
                return await AnswerAsync(async () => Json(new { results = await Writer(request).MoveAsync(orders.Moves, default) }));
            }
        );

        Task<IResult> DoAsync(HttpRequest request, Func<IHostWriter, Task> change) =>
            AnswerAsync(async () =>
            {
                await change(Writer(request));
                return Results.NoContent();
            });

        IHostWriter Writer(HttpRequest request) => host.Writer(request.Headers[LabApi.RunHeader].ToString());
    }

    private static async Task<T> ReadAsync<T>(HttpRequest request) => (await request.ReadFromJsonAsync<T>(WireJson.Options))!;

    private static IResult Json<T>(T value) => Results.Json(value, WireJson.Options);

    private static async Task<IResult> AnswerAsync(Func<Task<IResult>> change)
    {
        try
        {
            return await change();
        }
        catch (HostException refusal)
        {
            return Results.Json(new { error = refusal.Message, code = Win32.Code(refusal.Kind) }, WireJson.Options, statusCode: 409);
        }
        catch (KilledException)
        {
            // Whoever asked is dead.
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
    }

    private sealed record FolderOrder(string Path);

    private sealed record MoveOrders(IReadOnlyList<FileMove> Moves);
}
