using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text;
using System.Text.Json.Nodes;
using ImcBot.Lab.Room;
using ImcBot.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.Tokens;

namespace ImcBot.EndToEnd.Tests.Playground;

/// <summary>
/// Stands before the bot and signs what the Playground sends, which has no tokens, as whoever sits before it; gives the bot its own token.
/// The bot cannot tell it from the Bot Framework.
/// </summary>
internal sealed class PlaygroundDoor : IAsyncDisposable
{
    private const string Issuer = "https://api.botframework.com";

    private readonly WebApplication _app;
    private readonly TokenSigner _signer = new("playground");
    private readonly HttpClient _http = new();
    private readonly RoomSettings _names;

    private PlaygroundDoor(WebApplication app, RoomSettings names) => (_app, _names) = (app, names);

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Who sits before the Playground.</summary>
    public Person Speaker { get; set; } = Team.Lena;

    /// <param name="names">The bot's address and its id and tenant.</param>
    public static async Task<PlaygroundDoor> OpenAsync(RoomSettings names)
    {
        var app = Loopback.Builder().Build();
        var door = new PlaygroundDoor(app, names);
        door._signer.Map(app, () => Issuer, () => ["msteams"]);
        app.MapGet(
            "/identity",
            () =>
                Results.Json(
                    new
                    {
                        access_token = "the-bots-token",
                        expires_on = $"{TimeProvider.System.GetUtcNow().AddDays(1).ToUnixTimeSeconds()}",
                        resource = Issuer,
                        token_type = "Bearer",
                    }
                )
        );
        app.MapPost("/api/messages", door.PassAsync);
        await app.StartAsync();
        return door;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task PassAsync(HttpContext context)
    {
        var activity = (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!.AsObject();
        activity["from"] = new JsonObject
        {
            ["id"] = Speaker.AccountId,
            ["name"] = Speaker.Name,
            ["aadObjectId"] = Speaker.ObjectId,
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, _names.Bot)
        {
            Content = new StringContent(activity.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token(activity["serviceUrl"]!.ToString()));
        using var response = await _http.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private string Token(string serviceUrl)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return _signer.Sign(
            new SecurityTokenDescriptor
            {
                Issuer = Issuer,
                Audience = _names.BotAppId,
                NotBefore = now,
                IssuedAt = now,
                Expires = now.AddMinutes(10),
                Subject = new ClaimsIdentity([new Claim("serviceurl", serviceUrl)]),
            }
        );
    }
}
