using ImcBot.Bot.Export;

namespace ImcBot.Bot.Endpoints;

/// <summary>
/// <c>GET /transcripts/{link}</c>: the transcript that a link of <see cref="TranscriptLinks"/> is good for. Nothing on the way keeps it.
/// </summary>
internal static class TranscriptEndpoint
{
    public static void MapTranscripts(this IEndpointRouteBuilder endpoints) => endpoints.MapGet("/transcripts/{link}", OpenAsync);

    internal static async Task<IResult> OpenAsync(
        string link,
        HttpContext http,
        TranscriptLinks links,
        TranscriptWriter transcripts,
        TimeProvider clock
    )
    {
        var headers = http.Response.Headers;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy =
            "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; form-action 'none'; base-uri 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        if (links.Read(link) is not var (incident, format, until))
        {
            return Results.Text("There is nothing here.", statusCode: StatusCodes.Status404NotFound);
        }

        if (until < clock.GetUtcNow())
        {
            return Results.Text(
                "This link was good for 15 minutes. Type export again in the incident's thread.",
                statusCode: StatusCodes.Status410Gone
            );
        }

        var (name, content) = await transcripts.WriteAsync(incident, format, http.RequestAborted);
        return Results.File(content, TranscriptWriter.MediaType(format), format == "html" ? null : name);
    }
}
