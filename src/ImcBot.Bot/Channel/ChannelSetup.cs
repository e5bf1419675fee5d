using Azure.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ImcBot.Bot.Channel;

/// <summary>
/// Adds what hears activities and posts messages. The edge is Bot Builder's: <see cref="TurnHandler"/> takes in, <see cref="Connector"/>
/// goes out.
/// </summary>
internal static class ChannelSetup
{
    /// <summary>Needs an <see cref="IChatHandler"/>.</summary>
    public static IServiceCollection AddChannel(this IServiceCollection services, IConfiguration configuration)
    {
        services
            .AddOptions<ChannelOptions>()
            .Bind(configuration.GetSection(ChannelOptions.Section))
            .PostConfigure(static options =>
            {
                if (options.AllowedServiceUrls.Count == 0)
                {
                    options.AllowedServiceUrls.Add(new Uri("https://smba.trafficmanager.net/"));
                }

                if (options.UploadHosts.Count == 0)
                {
                    options.UploadHosts.Add(".sharepoint.com");
                }
            })
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<ChannelOptions>, ChannelOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddBotToken();
        services.AddSingleton<TurnHandler>();
        services.AddConnectorCalls();
        services.AddSingleton<TokenCredential>(provider =>
            ConnectorTokens.Choose(provider.GetRequiredService<IOptions<ChannelOptions>>().Value)
        );
        services.AddSingleton<ConnectorTokens>();
        services.AddSingleton<ConnectorClients>();
        services.AddSingleton<ConnectorAuthentication>();
        services.AddSingleton<Connector>();
        services.AddSingleton<Lanes>();
        services.AddSingleton<CardEdits>();
        services.AddSingleton<Roster>();
        services
            .AddHttpClient(FileOffers.Client)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
            .AddHttpMessageHandler(static () => new Connecting());
        services.AddSingleton<FileOffers>();
        services.AddSingleton<ActivityAuthorizer>();
        services.AddSingleton<ReplyLimiter>();
        services.AddSingleton<MentionMode>();
        services.AddSingleton<InstallationState>();
        services.AddSingleton<Intake>();
        services.AddSingleton<ConnectorChannel>();
        services.AddSingleton<IChannel>(provider => provider.GetRequiredService<ConnectorChannel>());
        services.AddHostedService(provider => provider.GetRequiredService<ConnectorChannel>());
        return services;
    }
}
