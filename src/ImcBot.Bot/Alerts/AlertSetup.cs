using Microsoft.Extensions.Options;

namespace ImcBot.Bot.Alerts;

/// <summary>Adds what monitoring systems may say.</summary>
internal static class AlertSetup
{
    public static IServiceCollection AddAlerts(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AlertOptions>().Bind(configuration.GetSection(AlertOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AlertOptions>, AlertOptionsValidator>();
        services.AddSingleton<AlertSources>();
        services.AddSingleton<MonitoringAlerts>();
        return services;
    }
}
