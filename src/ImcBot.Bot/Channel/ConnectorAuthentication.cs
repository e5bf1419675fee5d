using System.Security.Claims;
using Microsoft.Bot.Connector.Authentication;
using Microsoft.Bot.Schema;

namespace ImcBot.Bot.Channel;

/// <summary>
/// What the SDK's adapter asks for with every turn: connector clients are ours, nobody signs in through the bot, and nobody is
/// authenticated here, because <see cref="BotToken"/> has done it.
/// </summary>
internal sealed class ConnectorAuthentication(ConnectorClients connectors) : BotFrameworkAuthentication
{
    private static readonly Task<UserTokenClient> Nobody = Task.FromResult<UserTokenClient>(new NoUserTokens());

    public override Task<AuthenticateRequestResult> AuthenticateRequestAsync(
        Activity activity,
        string authHeader,
        CancellationToken cancellationToken
    ) => throw NotHere();

    public override Task<AuthenticateRequestResult> AuthenticateStreamingRequestAsync(
        string authHeader,
        string channelIdHeader,
        CancellationToken cancellationToken
    ) => throw NotHere();

    public override ConnectorFactory CreateConnectorFactory(ClaimsIdentity claimsIdentity) => connectors;

    public override Task<UserTokenClient> CreateUserTokenClientAsync(ClaimsIdentity claimsIdentity, CancellationToken cancellationToken) =>
        Nobody;

    private static NotSupportedException NotHere() => new("Requests are authenticated by the bot's own token policy, never by the SDK.");

    private sealed class NoUserTokens : UserTokenClient
    {
        public override Task<TokenResponse> GetUserTokenAsync(
            string userId,
            string connectionName,
            string channelId,
            string magicCode,
            CancellationToken cancellationToken
        ) => throw None();

        public override Task<SignInResource> GetSignInResourceAsync(
            string connectionName,
            Activity activity,
            string finalRedirect,
            CancellationToken cancellationToken
        ) => throw None();

        public override Task SignOutUserAsync(
            string userId,
            string connectionName,
            string channelId,
            CancellationToken cancellationToken
        ) => throw None();

        public override Task<TokenStatus[]> GetTokenStatusAsync(
            string userId,
            string channelId,
            string includeFilter,
            CancellationToken cancellationToken
        ) => throw None();

        public override Task<Dictionary<string, TokenResponse>> GetAadTokensAsync(
            string userId,
            string connectionName,
            string[] resourceUrls,
            string channelId,
            CancellationToken cancellationToken
        ) => throw None();

        public override Task<TokenResponse> ExchangeTokenAsync(
            string userId,
            string connectionName,
            string channelId,
            TokenExchangeRequest exchangeRequest,
            CancellationToken cancellationToken
        ) => throw None();

        private static NotSupportedException None() => new("Nobody signs in through this bot.");
    }
}
