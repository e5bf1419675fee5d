using System.Security.Cryptography;
using System.Text;

namespace ImcBot.Lab.Room;

/// <summary>
/// The token issuer's open metadata, and the managed-identity endpoint in App Service's flavour that the tokens of bot and relay come from.
/// </summary>
internal static class IdentityApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(
            "/v1/.well-known/openidconfiguration",
            (TokenIssuer issuer, RoomSettings settings) => issuer.OpenIdConfiguration(settings.Issuer)
        );
        routes.MapGet(
            "/{tenant}/v2.0/.well-known/openid-configuration",
            (TokenIssuer issuer, RoomSettings settings) => issuer.OpenIdConfiguration(settings.EntraIssuer)
        );
        routes.MapGet("/v1/.well-known/keys", (TokenIssuer issuer) => issuer.Keys());
        routes.MapGet("/_identity/token", Token);
    }

    private static IResult Token(HttpContext context, string? resource, TokenIssuer issuer, RoomSettings settings)
    {
        var secret = context.Request.Headers["X-IDENTITY-HEADER"].ToString();
        var isRelay = settings.RelayIdentityHeader is { } relays && Same(secret, relays);
        if (!isRelay && !Same(secret, settings.IdentityHeader))
        {
            return Results.Json(
                new { statusCode = 401, message = "The X-IDENTITY-HEADER is not the one this room gave its bot." },
                statusCode: 401
            );
        }
        var audience = isRelay ? settings.RelayAudience : TokenIssuer.ConnectorAudience;
        if (resource?.TrimEnd('/') != audience)
        {
            return Results.Json(new { statusCode = 400, message = $"This room issues tokens for {audience} only." }, statusCode: 400);
        }
        var app = isRelay ? settings.RelayObjectId : settings.BotAppId;
        if (context.Request.Query.TryGetValue("client_id", out var client) && client != app)
        {
            return Results.Json(
                new { statusCode = 400, message = "No user-assigned identity with this client_id is here." },
                statusCode: 400
            );
        }
        var (token, expires) = isRelay ? issuer.ForRelay() : issuer.ForConnector();
        return Results.Json(
            new
            {
                access_token = token,
                expires_on = $"{expires.ToUnixTimeSeconds()}",
                resource,
                token_type = "Bearer",
                client_id = app,
            }
        );
    }

    private static bool Same(string secret, string known) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(known));
}
