using ImcBot.Bot.Alerts;
using ImcBot.Bot.Entra;
using Microsoft.AspNetCore.Mvc;

namespace ImcBot.Bot.Endpoints;

/// <summary><c>POST /alerts</c>: 200 when an alert was taken, else 400, 401, 413 or 429 with a sentence.</summary>
internal static class AlertEndpoint
{
    private const int LargestBody = 256 * 1024;

    public static void MapAlerts(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost("/alerts", TakeAsync).WithMetadata(new RequestSizeLimitAttribute(LargestBody)).DisableAntiforgery();

    private static async Task<IResult> TakeAsync(
        HttpContext http,
        AlertSources sources,
        MonitoringAlerts alerts,
        ILogger<MonitoringAlerts> log
    )
    {
        var known = sources.Find(SecretOf(http.Request));
        if (!sources.Admit(known?.Name ?? ""))
        {
            http.Response.Headers.RetryAfter = "60";
            return JsonBody.Refuse(
                StatusCodes.Status429TooManyRequests,
                "Too many requests in this minute: send fewer, or raise Alerts:PerMinute."
            );
        }

        if (known is not { } source)
        {
            return JsonBody.Refuse(
                StatusCodes.Status401Unauthorized,
                "Send the secret of one of Alerts:Sources as 'Authorization: Bearer SECRET'."
            );
        }

        if (await ReadAsync(http, source.Source.HostLabel) is not { } read)
        {
            return JsonBody.Refuse(StatusCodes.Status413PayloadTooLarge, "The body could not be read: at most 256 KB.");
        }

        var taken = new List<string>();
        var refused = new List<string>(read.Refused);
        foreach (
            var (alert, (incident, sentence)) in read.Alerts.Zip(
                await alerts.TakeAsync(source.Name, source.Source, read.Alerts, http.RequestAborted)
            )
        )
        {
            (incident is null ? refused : taken).Add($"{alert.Host}: {sentence}");
        }

        refused.ForEach(sentence => log.LogWarning("An alert of {Source} was refused: {Refusal}", source.Name, sentence));
        return taken.Count > 0 ? JsonBody.Answer(new { taken, refused }) : JsonBody.Refuse(StatusCodes.Status400BadRequest, refused[0]);
    }

    // Azure Monitor's action groups cannot send a header of one's own, only an address.
    private static string SecretOf(HttpRequest request) => Bearer.Of(request.Headers.Authorization) ?? request.Query["key"].ToString();

    private static async Task<AlertReading?> ReadAsync(HttpContext http, string hostLabel)
    {
        try
        {
            if (http.Request.ContentType?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) == true)
            {
                var form = await http.Request.ReadFormAsync(http.RequestAborted);
                return AlertReader.Form(name => form[name].ToString(), hostLabel);
            }

            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body, http.RequestAborted);
            return AlertReader.Read(body.GetBuffer().AsSpan(0, (int)body.Length), hostLabel);
        }
        catch (InvalidDataException)
        {
            return new AlertReading("plain", [], ["The body is no valid JSON or form."]);
        }
        catch (BadHttpRequestException)
        {
            return null;
        }
    }
}
