using System.Text.Json;
using ImcBot.Bot.Entra;
using ImcBot.Contracts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace ImcBot.Bot.Alerts;

/// <summary><c>POST /alerts</c>: 200 when an alert was taken, else 400, 401, 413 or 429 with a sentence.</summary>
internal static class AlertGate
{
    private const int LargestBody = 256 * 1024;

    private static readonly JsonDocumentOptions Depth = new() { MaxDepth = 32 };

    public static IServiceCollection AddAlerts(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AlertOptions>().Bind(configuration.GetSection(AlertOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AlertOptions>, AlertOptionsValidator>();
        services.AddSingleton<AlertSources>();
        services.AddSingleton<OutsideDesk>();
        return services;
    }

    public static void MapAlerts(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost("/alerts", TakeAsync).WithMetadata(new RequestSizeLimitAttribute(LargestBody)).DisableAntiforgery();

    private static async Task<IResult> TakeAsync(HttpContext http, AlertSources sources, OutsideDesk desk, ILogger<OutsideDesk> log)
    {
        var known = sources.Find(SecretOf(http.Request));
        if (!sources.Admit(known?.Name ?? ""))
        {
            http.Response.Headers.RetryAfter = "60";
            return Refuse(StatusCodes.Status429TooManyRequests, "Too many requests in this minute: send fewer, or raise Alerts:PerMinute.");
        }

        if (known is not { } source)
        {
            return Refuse(StatusCodes.Status401Unauthorized, "Send the secret of one of Alerts:Sources as 'Authorization: Bearer SECRET'.");
        }

        var (alerts, problem) = await ReadAsync(http);
        if (problem is not null)
        {
            return problem;
        }

        var taken = new List<string>();
        var refused = new List<string>();
        foreach (var (alert, (incident, sentence)) in alerts.Zip(await desk.TakeAsync(source.Name, source.Source, alerts, http.RequestAborted)))
        {
            (incident is null ? refused : taken).Add($"{alert.Host}: {sentence}");
        }

        refused.ForEach(sentence => log.LogWarning("An alert of {Source} was refused: {Refusal}", source.Name, sentence));
        return taken.Count > 0
            ? Results.Json(new { taken, refused }, WireJson.Options)
            : Refuse(StatusCodes.Status400BadRequest, refused[0]);
    }

    // Azure Monitor's action groups cannot send a header of one's own, only an address.
    private static string SecretOf(HttpRequest request) => Bearer.Of(request.Headers.Authorization) ?? request.Query["key"].ToString();

    private static async Task<(IReadOnlyList<OutsideAlert> Alerts, IResult? Problem)> ReadAsync(HttpContext http)
    {
        try
        {
            if (http.Request.HasFormContentType)
            {
                var form = await http.Request.ReadFormAsync(http.RequestAborted);
                var plain = AlertReader.Plain(form["host"], form["text"], form["status"]);
                return plain.Host.Length > 0 ? ([plain], null) : ([], Refuse(StatusCodes.Status400BadRequest, "The form has no field 'host'."));
            }

            using var document = await JsonDocument.ParseAsync(http.Request.Body, Depth, http.RequestAborted);
            var (alerts, problem) = AlertReader.Read(document.RootElement);
            return (alerts, problem is null ? null : Refuse(StatusCodes.Status400BadRequest, problem));
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException)
        {
            return ([], Refuse(StatusCodes.Status400BadRequest, "The body is no valid JSON or form."));
        }
        catch (BadHttpRequestException exception)
        {
            return ([], Refuse(exception.StatusCode, "The body could not be read: at most 256 KB."));
        }
    }

    private static IResult Refuse(int status, string error) => Results.Json(new { error }, WireJson.Options, statusCode: status);
}
