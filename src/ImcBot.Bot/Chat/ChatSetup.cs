using ImcBot.Bot.Channel;
using ImcBot.Bot.Engine;
using ImcBot.Bot.Relays;

namespace ImcBot.Bot.Chat;

/// <summary>Adds what hears and tells.</summary>
internal static class ChatSetup
{
    /// <summary>Needs an <see cref="IIncidents"/>, an <see cref="IRelayDesk"/>, the roles and the channel.</summary>
    public static IServiceCollection AddChat(this IServiceCollection services)
    {
        services.AddSingleton<Announcer>();
        services.AddSingleton<Signers>();
        services.AddSingleton<Administration>();
        services.AddSingleton<Headers>();
        services.AddSingleton<IListener, Listener>();
        services.AddSingleton<EntraPeople>();
        services.AddSingleton<DecideDesk>();
        services.AddSingleton<TryDesk>();
        services.AddHostedService<Redraw>();
        return services;
    }
}
