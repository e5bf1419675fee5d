using System.Security.Cryptography;
using System.Text;

namespace ImcBot.Lab.Room;

/// <summary>The token issuer's open metadata, and the managed-identity endpoint in App Service's flavour that the bot's own token comes from.</summary>
internal static class IdentityApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/.well-known/openidconfiguration", (TokenIssuer issuer) => issuer.OpenIdConfiguration());
        routes.MapGet("/v1/.well-known/keys", (TokenIssuer issuer) => issuer.Keys());
        routes.MapGet("/_identity/token", Token);
    }

    private static IResult Token(HttpContext context, string? resource, TokenIssuer issuer, RoomSettings settings)
    {
        var secret = context.Request.Headers["X-IDENTITY-HEADER"].ToString();
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(settings.IdentityHeader)))
            return Results.Json(new { statusCode = 401, message = "The X-IDENTITY-HEADER is not the one this room gave its bot." }, statusCode: 401);
        if (resource?.TrimEnd('/') != TokenIssuer.ConnectorAudience)
            return Results.Json(new { statusCode = 400, message = $"This room issues tokens for {TokenIssuer.ConnectorAudience} only." }, statusCode: 400);
        if (context.Request.Query.TryGetValue("client_id", out var client) && client != settings.BotAppId)
            return Results.Json(new { statusCode = 400, message = "No user-assigned identity with this client_id is here." }, statusCode: 400);
        var (token, expires) = issuer.ForConnector();
        return Results.Json(new
        {
            access_token = token, expires_on = $"{expires.ToUnixTimeSeconds()}", resource, token_type = "Bearer", client_id = settings.BotAppId,
        });
    }
}
