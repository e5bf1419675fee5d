using System.Text.Json;
using ImcBot.Bot.Entra;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace ImcBot.Bot.Channel;

/// <summary>
/// Who may post activities: whoever holds a token of the configured issuer for this bot, signed with a key that the issuer endorses for
/// Teams. There is no anonymous mode.
/// </summary>
internal static class BotToken
{
    public const string Scheme = "BotFramework",
        ServiceUrlClaim = "serviceurl";

    private const string Endorsement = "msteams";

    public static AuthorizationPolicy Policy { get; } = new AuthorizationPolicyBuilder(Scheme).RequireAuthenticatedUser().Build();

    public static void AddBotToken(this IServiceCollection services)
    {
        // A relay's assertion is none of the channel's business: by default the only scheme is tried on every request.
        AppContext.SetSwitch("Microsoft.AspNetCore.Authentication.SuppressAutoDefaultScheme", isEnabled: true);
        services.AddAuthentication().AddJwtBearer(Scheme, static _ => { });
        services.AddAuthorization();
        services
            .AddOptions<JwtBearerOptions>(Scheme)
            .Configure<IOptions<ChannelOptions>, TimeProvider>(static (bearer, channel, time) => Configure(bearer, channel.Value, time));
    }

    private static void Configure(JwtBearerOptions bearer, ChannelOptions channel, TimeProvider time)
    {
        bearer.MetadataAddress = channel.Metadata.AbsoluteUri;
        bearer.RequireHttpsMetadata = channel.Metadata.Scheme == Uri.UriSchemeHttps;
        bearer.MapInboundClaims = false;
        bearer.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuer = channel.Issuer,
            ValidAudience = channel.AppId,
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            LifetimeValidator = (from, until, _, _) => EntraTokens.IsNow(from, until, time),
        };
        bearer.Events = new JwtBearerEvents { OnTokenValidated = RequireEndorsementAsync };
    }

    private static async Task RequireEndorsementAsync(TokenValidatedContext context)
    {
        var metadata = context.Options.ConfigurationManager is { } manager
            ? await manager.GetConfigurationAsync(context.HttpContext.RequestAborted)
            : null;
        var key = (context.SecurityToken as JsonWebToken)?.Kid;
        if (metadata is null || !IsEndorsed(metadata, key))
        {
            context.Fail("The token's key is not endorsed for Teams.");
        }
    }

    private static bool IsEndorsed(OpenIdConnectConfiguration metadata, string? key) =>
        metadata.JsonWebKeySet?.Keys.FirstOrDefault(candidate => candidate.Kid == key) is { } found
        && found.AdditionalData.TryGetValue("endorsements", out var list)
        && Words(list).Contains(Endorsement, StringComparer.Ordinal);

    private static IEnumerable<string?> Words(object list) =>
        list switch
        {
            JsonElement { ValueKind: JsonValueKind.Array } array => array.EnumerateArray().Select(word => word.ToString()),
            IEnumerable<object> words => words.Select(word => word.ToString()),
            _ => [],
        };
}
