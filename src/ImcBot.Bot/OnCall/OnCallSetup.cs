using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;

namespace ImcBot.Bot.OnCall;

/// <summary>Adds roles, rosters and paging.</summary>
internal static class OnCallSetup
{
    private const int Retries = 2;

    // The incident's next posts wait for its page: better a page that failed and is told within seconds.
    private static readonly TimeSpan AttemptLimit = TimeSpan.FromSeconds(4), Pause = TimeSpan.FromSeconds(1);

    /// <summary>Needs the engine and a <see cref="TimeProvider"/>.</summary>
    public static IServiceCollection AddOnCall(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<OnCallOptions>().Bind(configuration.GetSection(OnCallOptions.Section)).PostConfigure(ReadSecrets).ValidateOnStart();
        services.AddSingleton<IValidateOptions<OnCallOptions>, OnCallOptionsValidator>();
        services.AddSingleton<Duty>();
        services.AddSingleton<CalendarReader>();
        services.AddSingleton<IPager, WebhookPager>();
        services.AddSingleton<PagingDesk>();
        services.AddHostedService<RosterKeeper>();

        // Both addresses may hold secrets: nothing of these calls is logged.
        services.AddHttpClient(CalendarReader.Client).RemoveAllLoggers().ConfigurePrimaryHttpMessageHandler(Plain);
        services.AddHttpClient(WebhookPager.Client).RemoveAllLoggers().ConfigurePrimaryHttpMessageHandler(Plain).AddResilienceHandler("page", static builder => builder
            .AddRetry(new HttpRetryStrategyOptions { MaxRetryAttempts = Retries, Delay = Pause, BackoffType = DelayBackoffType.Exponential, UseJitter = true })
            .AddTimeout(AttemptLimit));
        return services;
    }

    private static void ReadSecrets(OnCallOptions options)
    {
        foreach (var paging in options.Paging.Values.Where(paging => paging.SecretFile.Length > 0))
        {
            paging.Secret = File.Exists(paging.SecretFile) ? File.ReadAllText(paging.SecretFile).Trim() : "";
        }
    }

    private static SocketsHttpHandler Plain() => new() { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
}
