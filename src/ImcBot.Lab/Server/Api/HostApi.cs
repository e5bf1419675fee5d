using System.Text.Json;
using ImcBot.Lab.Server.Host;

namespace ImcBot.Lab.Server.Api;

/// <summary>What the service control manager, event log, registry and drives of an NT server give over the network.</summary>
internal static class HostApi
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(25);

    public static void Map(IEndpointRouteBuilder routes, PracticeHost host, CancellationToken cancellationToken)
    {
        routes.MapGet(
            "/host",
            () =>
                new
                {
                    Name = "EXCH01",
                    Time = host.Time.UnixMicros(),
                    Installation.Environment,
                }
        );
        routes.MapGet(
            "/volumes",
            () =>
                Drives.Sizes.Select(drive => new
                {
                    Name = drive.Key,
                    Total = drive.Value,
                    Free = host.Drives.Free(drive.Key),
                    Label = Label(drive.Key),
                })
        );
        routes.MapGet(
            "/programs",
            () =>
                Installation
                    .Programs(host.Drives, host.Time.GetUtcNow())
                    .Select(program => new
                    {
                        program.Name,
                        program.Publisher,
                        program.SizeBytes,
                        program.LastUsed,
                    })
        );
        routes.MapGet("/drivers", () => new[] { new { Name = Places.AntivirusDriver, Running = host.Console.DriverLoaded() } });
        routes.MapGet("/ports", () => new Dictionary<string, int>(StringComparer.Ordinal) { ["25"] = host.SmtpPort });

        routes.MapGet("/services", () => host.Services.List());
        foreach (
            var (order, follow) in new (string, Action<string, string>)[]
            {
                ("start", host.Services.Start),
                ("stop", host.Services.Stop),
                ("kill", host.Services.Kill),
            }
        )
        {
            routes.MapPost(
                $"/services/{{name}}/{order}",
                (string name, HttpRequest request) =>
                {
                    follow(name, Caller.Of(request));
                    return Results.Accepted();
                }
            );
        }

        routes.MapGet("/services/{name}/transfer-mode", (string name) => new { Mode = MailService(name, host).TransferMode });
        routes.MapPut(
            "/services/{name}/transfer-mode",
            (string name, ModeOrder order, HttpRequest request) =>
            {
                _ = MailService(name, host);
                host.Registry.Set(Places.DirectoryKey, Places.TransferMode, order.Mode.ToString());
                host.Record.Write(Caller.Of(request), "transfer-mode.set", Places.Imc, order.Mode.ToString());
                return Results.NoContent();
            }
        );

        routes.MapGet(
            "/events",
            async (string? log, int? after, int? wait, CancellationToken aborted) =>
            {
                using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, cancellationToken);
                return await host.Events.ReadAsync(
                    log ?? EventLog.Application,
                    after ?? 0,
                    TimeSpan.FromSeconds(Math.Clamp(wait ?? 0, 0, LongestWait.TotalSeconds)),
                    either.Token
                );
            }
        );

        routes.MapGet(
            "/registry/values",
            (string key) =>
                host.Registry.Values(key) is { } values ? Results.Ok(values) : throw WindowsError.Missing($"The registry key '{key}'")
        );
        routes.MapPut(
            "/registry/values",
            (string key, string name, RegistryData body, HttpRequest request) =>
            {
                host.Registry.Set(key, name, body.Kind, body.Data);
                host.Record.Write(Caller.Of(request), "registry.set", $@"{key}\{name}", body.Data.GetRawText());
                return Results.NoContent();
            }
        );
        routes.MapDelete(
            "/registry/values",
            (string key, string name, HttpRequest request) =>
            {
                host.Registry.Delete(key, name);
                host.Record.Write(Caller.Of(request), "registry.delete", $@"{key}\{name}");
                return Results.NoContent();
            }
        );
    }

    private static string Label(string drive) =>
        drive switch
        {
            "C:" => "SYSTEM",
            "D:" => "DATA",
            _ => "SPARE",
        };

    private static RegistrySnapshot MailService(string name, PracticeHost host) =>
        string.Equals(name, Places.Imc, StringComparison.OrdinalIgnoreCase)
            ? host.Registry.Snapshot()
            : throw WindowsError.Missing($"A transfer mode of '{name}'");

    internal sealed record ModeOrder(TransferMode Mode);

    internal sealed record RegistryData(string Kind, JsonElement Data);
}
