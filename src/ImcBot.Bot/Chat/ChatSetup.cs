using ImcBot.Bot.Channel;
using ImcBot.Bot.OnCall;
using Microsoft.Extensions.Options;

namespace ImcBot.Bot.Chat;

/// <summary>Adds what hears and tells.</summary>
internal static class ChatSetup
{
    /// <summary>Needs an <see cref="IIncidents"/>, an <see cref="IRelayDesk"/> and the channel.</summary>
    public static IServiceCollection AddChat(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<OnCallOptions>().Bind(configuration.GetSection(OnCallOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<OnCallOptions>, OnCallOptionsValidator>();
        services.AddSingleton<Duty>();
        services.AddSingleton<Announcer>();
        services.AddSingleton<Administration>();
        services.AddSingleton<IListener, Listener>();
        services.AddHostedService<Redraw>();
        return services;
    }
}
