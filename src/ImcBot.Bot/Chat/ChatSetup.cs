using ImcBot.Bot.Channel;
using ImcBot.Bot.Engine;
using ImcBot.Bot.OnCall;
using ImcBot.Bot.Relays;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ImcBot.Bot.Chat;

/// <summary>Adds what hears and tells.</summary>
internal static class ChatSetup
{
    /// <summary>Needs the engine, the enrolment of relays and the channel.</summary>
    public static IServiceCollection AddChat(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<OnCallOptions>().Bind(configuration.GetSection(OnCallOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<OnCallOptions>, OnCallOptionsValidator>();
        services.AddSingleton<Duty>();
        services.AddSingleton<Announcer>();
        services.AddSingleton<Administration>();
        services.TryAddSingleton<IIncidents>(provider => provider.GetRequiredService<IncidentEngine>());
        services.TryAddSingleton<IRelayDesk>(provider => provider.GetRequiredService<RelayEnrolment>());
        services.AddSingleton<IListener, Listener>();
        return services;
    }
}
