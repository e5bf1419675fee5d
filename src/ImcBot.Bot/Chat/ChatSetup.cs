using ImcBot.Bot.Channel;
using ImcBot.Bot.Incidents;

namespace ImcBot.Bot.Chat;

/// <summary>Adds what hears and tells.</summary>
internal static class ChatSetup
{
    /// <summary>Needs an <see cref="IIncidents"/>, a <see cref="RelayEnrolment"/>, the roles and the channel.</summary>
    public static IServiceCollection AddChat(this IServiceCollection services)
    {
        services.AddSingleton<RelayAdministration>();
        services.AddSingleton<Headers>();
        services.AddSingleton<IChatHandler, ChatHandler>();
        return services;
    }
}
