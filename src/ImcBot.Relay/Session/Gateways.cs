using System.Net.Http.Headers;
using Azure.Core;
using Azure.Identity;
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

    /// <param name="entra">What the relay signs in with, where it is set: the bot may ask for it already with the code.</param>
    public static IEnrolmentDesk EnrolmentDesk(string bot, EntraIdentity? entra) =>
        RestService.For<IEnrolmentDesk>(Client(bot, entra is null ? new SocketsHttpHandler() : new SigningIn(entra, relay: null) { InnerHandler = new SocketsHttpHandler() }), Settings);

    /// <param name="entra">What the relay signs in with in place of its key, where it is set.</param>
    public static IBotGateway Gateway(Membership membership, RelayKey key, EntraIdentity? entra, TimeProvider time)
    {
        DelegatingHandler proof = entra is null ? new Asserting(membership.Relay, key, time) : new SigningIn(entra, membership.Relay);
        proof.InnerHandler = new SocketsHttpHandler();
        return RestService.For<IBotGateway>(Client(membership.Bot, proof), Settings);
    }

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

    /// <summary>Puts the Entra token on each request, and the name of the relay, which the token does not know.</summary>
    private sealed class SigningIn(EntraIdentity entra, string? relay) : DelegatingHandler
    {
        private readonly TokenRequestContext _asked = new([entra.Scope]);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (await entra.Credential.GetTokenAsync(_asked, cancellationToken)).Token);
            }
            catch (AuthenticationFailedException exception)
            {
                // Nothing was sent, so it is as without a connection: tried again, and what is to be told waits.
                throw new HttpRequestException(HttpRequestError.UserAuthenticationError, $"the identity service gave no token for the bot: {exception.Message}", exception);
            }

            if (relay is not null)
            {
                request.Headers.Add(RelayAssertion.RelayHeader, relay);
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }
}
