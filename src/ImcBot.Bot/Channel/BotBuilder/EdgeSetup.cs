using Microsoft.Bot.Connector.Authentication;
using Microsoft.Rest;

namespace ImcBot.Bot.Channel;

/// <summary>The Bot Builder edge: turns by the SDK's CloudAdapter and TeamsActivityHandler, calls by its connector client.</summary>
internal static class EdgeSetup
{
    /// <summary>Before <see cref="ConnectorCalls"/>, whose retries must see what <see cref="DeliveryHandler"/> has written.</summary>
    public static IServiceCollection AddEdge(this IServiceCollection services)
    {
        services.AddTransient<DeliveryHandler>();
        services.AddHttpClient(ConnectorCalls.Client).AddHttpMessageHandler<DeliveryHandler>();
        services.AddSingleton(provider => BotFrameworkAuthenticationFactory.Create(
            channelService: null, validateAuthority: true, toChannelFromBotLoginUrl: null, toChannelFromBotOAuthScope: null, toBotFromChannelTokenIssuer: null, oAuthUrl: null,
            toBotFromChannelOpenIdMetadataUrl: null, toBotFromEmulatorOpenIdMetadataUrl: null, callerId: null, new OwnCredentials(), new AuthenticationConfiguration(),
            new OwnClients(provider.GetRequiredService<IHttpClientFactory>()), logger: null));
        return services.AddSingleton<TurnHandler>().AddSingleton<Turns>().AddSingleton<Wire>();
    }

    /// <summary>Whatever the SDK sends goes through the connector's client.</summary>
    private sealed class OwnClients(IHttpClientFactory clients) : IHttpClientFactory
    {
        public HttpClient CreateClient(string name) => clients.CreateClient(ConnectorCalls.Client);
    }

    /// <summary>The SDK asks for nothing: <see cref="ConnectorTokenHandler"/> puts Azure.Identity's token on each call, on both edges.</summary>
    private sealed class OwnCredentials : ServiceClientCredentialsFactory
    {
        public override Task<bool> IsValidAppIdAsync(string appId, CancellationToken cancellationToken) => Task.FromResult(false);

        public override Task<bool> IsAuthenticationDisabledAsync(CancellationToken cancellationToken) => Task.FromResult(false);

        public override Task<ServiceClientCredentials> CreateCredentialsAsync(string appId, string audience, string loginEndpoint, bool validateAuthority, CancellationToken cancellationToken) =>
            Task.FromResult<ServiceClientCredentials>(new None());

        private sealed class None : ServiceClientCredentials;
    }
}
