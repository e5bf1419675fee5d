using System.Net.Http.Headers;
using ImcBot.Contracts;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Refit;

namespace ImcBot.Relay.Session;

/// <summary>Makes clients of the bot.</summary>
internal static class Gateways
{
    /// <summary>Longer than the 25 s for which the bot holds a poll.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(4);

    private static readonly JsonWebTokenHandler Tokens = new() { SetDefaultTimesOnTokenCreation = false };

    private static readonly RefitSettings Settings = new(new SystemTextJsonContentSerializer(WireJson.Options));

    public static IEnrolmentDesk EnrolmentDesk(string bot) => RestService.For<IEnrolmentDesk>(Client(bot, new SocketsHttpHandler()), Settings);

    public static IBotGateway Gateway(Membership membership, RelayKey key, TimeProvider time) =>
        RestService.For<IBotGateway>(Client(membership.Bot, new Asserting(membership.Relay, key, time) { InnerHandler = new SocketsHttpHandler() }), Settings);

    private static HttpClient Client(string bot, HttpMessageHandler handler) => new(handler) { BaseAddress = new Uri(bot.TrimEnd('/')), Timeout = Patience };

    /// <summary>An assertion of this relay, signed by this key now.</summary>
    public static string Assert(string relay, RelayKey key, TimeProvider time)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return Tokens.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = RelayAssertion.TokenType,
            Issuer = relay,
            Audience = RelayAssertion.Audience,
            IssuedAt = now,
            Expires = now + Life,
            Claims = new Dictionary<string, object> { [JwtRegisteredClaimNames.Sub] = relay, [JwtRegisteredClaimNames.Jti] = Guid.NewGuid().ToString("N") },
            SigningCredentials = key.Credentials,
        });
    }

    /// <summary>Signs a fresh client assertion for each request: it costs 22 microseconds, and a stolen one is worth five minutes at most.</summary>
    private sealed class Asserting(string relay, RelayKey key, TimeProvider time) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Assert(relay, key, time));
            return base.SendAsync(request, cancellationToken);
        }
    }
}
