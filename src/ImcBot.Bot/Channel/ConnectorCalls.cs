using System.Net;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Timeout;

namespace ImcBot.Bot.Channel;

/// <summary>
/// When a call to the connector is made again. What was surely not taken (429, 412, no connection, no token) is tried five times more; what
/// may have been taken (no answer, 502, 504) once more, and is marked so that the post is known as a possible duplicate.
/// </summary>
internal static class ConnectorCalls
{
    public const string Client = "connector";

    private const int Retries = 5;

    public static void AddConnectorCalls(this IServiceCollection services)
    {
        services.AddTransient<ConnectorTokenHandler>();
        services.AddSingleton<Pace>();

        // The connector's client is kept for as long as the bot runs, so its connections age instead of its handlers: an address that moves
        // is noticed. The pace is one handler, built into the one chain.
        var client = services
            .AddHttpClient(Client, http => http.Timeout = Timeout.InfiniteTimeSpan)
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() =>
                new SocketsHttpHandler
                {
                    AllowAutoRedirect = false,
                    UseCookies = false,
                    ConnectTimeout = TimeSpan.FromSeconds(5),
                    PooledConnectionLifetime = TimeSpan.FromMinutes(2),
                }
            );
        client.AddResilienceHandler(
            "again",
            static (pipeline, context) =>
            {
                var options = Timed(pipeline, context);
                pipeline.AddRetry(Again(options, Retries, static arguments => IsNotTaken(arguments.Outcome)));
                pipeline.AddRetry(Again(options, 1, static arguments => IsUnanswered(arguments.Outcome) && MarkUnanswered()));
            }
        );
        client.AddHttpMessageHandler<Pace>();
        client.AddHttpMessageHandler<ConnectorTokenHandler>();
        client.AddResilienceHandler("limit", static (pipeline, context) => pipeline.AddTimeout(Timed(pipeline, context).CallTimeout));
        client.AddHttpMessageHandler(static () => new Connecting());
    }

    private static ChannelOptions Timed(ResiliencePipelineBuilder<HttpResponseMessage> pipeline, ResilienceHandlerContext context)
    {
        pipeline.TimeProvider = context.ServiceProvider.GetRequiredService<TimeProvider>();
        return context.ServiceProvider.GetRequiredService<IOptions<ChannelOptions>>().Value;
    }

    private static HttpRetryStrategyOptions Again(
        ChannelOptions options,
        int times,
        Func<Polly.Retry.RetryPredicateArguments<HttpResponseMessage>, bool> when
    ) =>
        new()
        {
            MaxRetryAttempts = times,
            Delay = options.RetryDelay,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            MaxDelay = TimeSpan.FromSeconds(30),
            ShouldRetryAfterHeader = true,
            ShouldHandle = arguments => ValueTask.FromResult(when(arguments)),
        };

    private static bool IsNotTaken(Outcome<HttpResponseMessage> outcome) =>
        outcome.Result?.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.PreconditionFailed
        || Connecting.IsUnsent(outcome.Exception);

    private static bool IsUnanswered(Outcome<HttpResponseMessage> outcome) =>
        outcome.Result?.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout
        || outcome.Exception is TimeoutRejectedException
        || (outcome.Exception is HttpRequestException && !IsNotTaken(outcome));

    // Only the first time: an outer retry must not open the door for a second ambiguous one.
    private static bool MarkUnanswered() => OutgoingCall.Current is { Unanswered: false } delivery && (delivery.Unanswered = true);
}
