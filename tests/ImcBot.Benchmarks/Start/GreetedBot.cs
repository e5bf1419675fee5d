using System.Diagnostics;
using ImcBot.Contracts;
using ImcBot.Relay.Hosts;
using ImcBot.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ImcBot.Benchmarks.Start;

/// <summary>Stands for the bot of one relay: answers its greeting, holds each poll as long as a bot does, and has no work.</summary>
internal sealed class GreetedBot : IAsyncDisposable
{
    private static readonly TimeSpan Held = TimeSpan.FromSeconds(25);

    private readonly WebApplication _app;
    private TaskCompletionSource<long> _polled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private GreetedBot(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    public static async Task<GreetedBot> StartAsync()
    {
        var app = Loopback.Builder().Build();
        var bot = new GreetedBot(app);
        app.Use(
            (http, next) =>
            {
                http.Response.Headers[RelayAssertion.CallHeader] = http.Request.Headers[RelayAssertion.CallHeader];
                return next(http);
            }
        );
        app.MapPost("/relay/v1/hello", () => Results.Json(new Welcome(1, FreshRelay.Id, Now, Watches: Watches), WireJson.Options));
        app.MapPost(
            "/relay/v1/poll",
            async (HttpContext http) =>
            {
                bot._polled.TrySetResult(Stopwatch.GetTimestamp());
                await Task.Delay(Held, TimeProvider.System, http.RequestAborted);
                return Results.Json(new Work(Now, []), WireJson.Options);
            }
        );
        await app.StartAsync();
        return bot;
    }

    /// <summary>The moment of the next relay's first poll (<see cref="Stopwatch"/>).</summary>
    public Task<long> FirstPollAsync(CancellationToken cancellationToken)
    {
        _polled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return _polled.Task.WaitAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static IReadOnlyList<WatchedService> Watches =>
        [new("MSExchangeIMC", [new("Application", "MSExchangeIMC", IndexSet.Of(4102), IndexSet.Empty)])];

    private static long Now => Clock.Micros(TimeProvider.System.GetUtcNow());
}
