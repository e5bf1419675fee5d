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
    /// <summary>So long a connection lives at most: then the bot's address is looked up again, and a bot that has moved is found.</summary>
    internal static readonly TimeSpan LongestConnection = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan LongestConnect = TimeSpan.FromSeconds(15);

    private static readonly JsonWebTokenHandler Tokens = new() { SetDefaultTimesOnTokenCreation = false };

    private static readonly RefitSettings Settings = new(new SystemTextJsonContentSerializer(RelayJson.Options));

    /// <param name="entra">What the relay signs in with, where it is set: the bot may ask for it already with the code.</param>
    public static IEnrolmentDesk EnrolmentDesk(string bot, EntraIdentity? entra) =>
        RestService.ForGenerated<IEnrolmentDesk>(
            Client(bot, entra is null ? Way() : new SigningIn(entra, relay: null) { InnerHandler = Way() }),
            Settings
        );

    /// <param name="entra">What the relay signs in with in place of its key, where it is set.</param>
    /// <param name="instance">Which process works as the relay; null for a command beside it.</param>
    public static IBotGateway Gateway(
        Membership membership,
        RelayKey key,
        EntraIdentity? entra,
        TimeProvider time,
        RelayInstance? instance = null
    )
    {
        DelegatingHandler proof = entra is null ? new Asserting(membership.Relay, key, time) : new SigningIn(entra, membership.Relay);
        proof.InnerHandler = Way(instance);
        return RestService.ForGenerated<IBotGateway>(Client(membership.Bot, proof), Settings);
    }

    /// <summary>Connections to a bot: no redirect is followed and no cookie kept, because the bot sends neither.</summary>
    internal static SocketsHttpHandler Connections() =>
        new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = LongestConnect,
            PooledConnectionLifetime = LongestConnection,
            SslOptions = { RemoteCertificateValidationCallback = new BotCertificate(TimeProvider.System).Accept },
        };

    private static BotAnswers Way(RelayInstance? instance = null) => new(instance, Connections);

    /// <summary><see cref="BotAnswers"/> says how long an answer may take.</summary>
    private static HttpClient Client(string bot, HttpMessageHandler handler) =>
        new(handler) { BaseAddress = new Uri(bot.TrimEnd('/')), Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>An assertion of this relay, signed by this key now.</summary>
    public static string Assert(string relay, RelayKey key, TimeProvider time)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return Tokens.CreateToken(
            new SecurityTokenDescriptor
            {
                TokenType = RelayAssertion.TokenType,
                Issuer = relay,
                Audience = RelayAssertion.Audience,
                IssuedAt = now,
                Expires = now + RelayAssertion.Life,
                Claims = new Dictionary<string, object>
                {
                    [JwtRegisteredClaimNames.Sub] = relay,
                    [JwtRegisteredClaimNames.Jti] = Guid.NewGuid().ToString("N"),
                },
                SigningCredentials = key.Credentials,
            }
        );
    }

    /// <summary>
    /// Signs a fresh client assertion for each request: it costs 22 microseconds, and a stolen one is worth five minutes at most.
    /// </summary>
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
                request.Headers.Authorization = new AuthenticationHeaderValue(
                    "Bearer",
                    (await entra.Credential.GetTokenAsync(_asked, cancellationToken)).Token
                );
            }
            catch (AuthenticationFailedException exception)
            {
                // Nothing was sent, so it is as without a connection: tried again, and what is to be told waits.
                throw new HttpRequestException(
                    HttpRequestError.UserAuthenticationError,
                    $"the identity service gave no token for the bot: {exception.Message}",
                    exception
                );
            }

            if (relay is not null)
            {
                request.Headers.Add(RelayAssertion.RelayHeader, relay);
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }
}
