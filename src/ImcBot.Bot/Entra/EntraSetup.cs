using Microsoft.Extensions.Options;

namespace ImcBot.Bot.Entra;

/// <summary>Adds what reads Entra's tokens.</summary>
internal static class EntraSetup
{
    public static IServiceCollection AddEntra(this IServiceCollection services)
    {
        services
            .AddOptions<EntraOptions>()
            .BindConfiguration(EntraOptions.Section)
            .PostConfigure<IConfiguration>(
                static (options, settings) =>
                    options.TenantId = options.TenantId.Length > 0 ? options.TenantId : settings["Channel:TenantId"] ?? ""
            )
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<EntraOptions>, EntraOptionsValidator>();
        return services.AddSingleton<EntraTokens>();
    }
}
