namespace ImcBot.Lab.Room;

/// <summary>Passes the page's looks at the practice server on to it: what it knows to be true, its faults, its console.</summary>
internal static class ServerApi
{
    private static readonly string[] Looks = ["services", "faults", "truth"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/server");
        foreach (var look in Looks)
        {
            api.MapGet(
                $"/{look}",
                (HttpClient http, RoomSettings settings, CancellationToken cancellationToken) =>
                    PassAsync(HttpMethod.Get, look, null, http, settings, cancellationToken)
            );
        }
        api.MapPost(
            "/faults",
            (Planting faults, HttpClient http, RoomSettings settings, CancellationToken cancellationToken) =>
                PassAsync(HttpMethod.Post, "faults", faults, http, settings, cancellationToken)
        );
        api.MapPost(
            "/console/{action}",
            (string action, string? name, HttpClient http, RoomSettings settings, CancellationToken cancellationToken) =>
                PassAsync(
                    HttpMethod.Post,
                    $"console/{Uri.EscapeDataString(action)}{(name is null ? "" : $"?name={Uri.EscapeDataString(name)}")}",
                    null,
                    http,
                    settings,
                    cancellationToken
                )
        );
    }

    private static async Task<IResult> PassAsync(
        HttpMethod method,
        string path,
        Planting? body,
        HttpClient http,
        RoomSettings settings,
        CancellationToken cancellationToken
    )
    {
        if (settings.Server is not { } server)
        {
            return Results.Json(new { error = "This room was opened without a practice server." }, statusCode: 404);
        }
        using var request = new HttpRequestMessage(method, new Uri(server, path));
        if (body is not null)
        {
            request.Content = JsonContent.Create(body, options: Activity.Json);
        }
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            return Results.Text(
                await response.Content.ReadAsStringAsync(cancellationToken),
                "application/json",
                statusCode: (int)response.StatusCode
            );
        }
        catch (HttpRequestException problem)
        {
            return Results.Json(new { error = $"The practice server cannot be reached ({problem.HttpRequestError})." }, statusCode: 502);
        }
    }

    private sealed record Planting(IReadOnlyList<string> Faults);
}
