using System.Net;
using System.Net.Http.Headers;
using ImcBot.Bot.OnCall.Calendars;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;

namespace ImcBot.Bot.OnCall;

/// <summary>Adds roles, rosters and paging.</summary>
internal static class OnCallSetup
{
    private const int Retries = 2;

    // Whoever waits for a page that failed must hear of it within seconds, whatever the service says about when to ask again.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15),
        TryLimit = TimeSpan.FromSeconds(10),
        ConnectLimit = TimeSpan.FromSeconds(3),
        Pause = TimeSpan.FromSeconds(1);

    /// <summary>Needs the engine and a <see cref="TimeProvider"/>.</summary>
    public static IServiceCollection AddOnCall(this IServiceCollection services, IConfiguration configuration)
    {
        services
            .AddOptions<OnCallOptions>()
            .Bind(configuration.GetSection(OnCallOptions.Section))
            .PostConfigure(options =>
                ReadPeople(options, configuration.GetSection(OnCallOptions.Section).GetSection(nameof(OnCallOptions.People)))
            )
            .PostConfigure(ReadSecrets)
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<OnCallOptions>, OnCallOptionsValidator>();
        services.AddSingleton<OnCallRoster>();
        services.AddSingleton<IPager, WebhookPager>();
        services.AddHostedService<RosterRefresher>();

        // Its address may hold a secret: nothing of these calls is logged.
        services.AddTransient<PageTries>();
        services
            .AddHttpClient(WebhookPager.Client)
            .RemoveAllLoggers()
            .ConfigurePrimaryHttpMessageHandler(Plain)
            .AddResilienceHandler(
                "page",
                static (tries, context) =>
                {
                    tries.TimeProvider = context.ServiceProvider.GetRequiredService<TimeProvider>();
                    tries
                        .AddTimeout(Limit)
                        .AddRetry(
                            new HttpRetryStrategyOptions
                            {
                                MaxRetryAttempts = Retries,
                                Delay = Pause,
                                BackoffType = DelayBackoffType.Constant,
                                UseJitter = true,
                                ShouldRetryAfterHeader = false,
                                ShouldHandle = static tried =>
                                    ValueTask.FromResult(
                                        HttpClientResiliencePredicates.IsTransient(tried.Outcome)
                                            || tried.Outcome.Result is { } response && PageTries.IsWebPage(response)
                                    ),
                            }
                        )
                        .AddTimeout(TryLimit);
                }
            );
        services.AddHttpClient(WebhookPager.Client).AddHttpMessageHandler<PageTries>().AddHttpMessageHandler(static () => new Connecting());
        return services.AddCalendars();
    }

    /// <summary>Adds the reader of calendars. Needs a <see cref="TimeProvider"/>.</summary>
    public static IServiceCollection AddCalendars(this IServiceCollection services)
    {
        // Addresses of feeds hold secrets: nothing of these calls is logged.
        services
            .AddHttpClient(
                CalendarReader.Client,
                static client => client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("ImcBot", "1"))
            )
            .RemoveAllLoggers()
            .ConfigurePrimaryHttpMessageHandler(static () =>
            {
                var plain = Plain();
                plain.AutomaticDecompression = DecompressionMethods.All;
                return plain;
            })
            .AddHttpMessageHandler(static () => new Connecting());
        return services.AddSingleton<CalendarReader>();
    }

    // "NAME": "ID", as it was before names with colons were met.
    private static void ReadPeople(OnCallOptions options, IConfigurationSection people)
    {
        foreach (var unnamed in options.People.Where(person => person.Name.Length == 0 && person.Id.Length == 0).ToArray())
        {
            options.People.Remove(unnamed);
        }

        foreach (var person in people.GetChildren().Where(person => person.Value is not null))
        {
            options.People.Add(new Holder(person.Key, person.Value!));
        }
    }

    private static void ReadSecrets(OnCallOptions options)
    {
        foreach (var paging in options.Paging.Values.Where(paging => paging.SecretFile.Length > 0))
        {
            paging.Secret = File.Exists(paging.SecretFile) ? File.ReadAllText(paging.SecretFile).Trim() : "";
        }
    }

    private static SocketsHttpHandler Plain() =>
        new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = ConnectLimit,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
}
