using System.Collections.Concurrent;
using System.Net.Http.Headers;
using ImcBot.Bot.Endpoints;
using ImcBot.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Channel;

/// <summary>One line for each call that was refused because it proves nothing, none for a normal one, and never the token.</summary>
public sealed class What_stands_in_the_log
{
    [Fact]
    public async Task A_refused_token_leaves_one_line_and_a_normal_call_none()
    {
        var lines = new Lines();
        var builder = Loopback.Builder();
        builder.Configuration.AddJsonFile(Repository.Path("src/ImcBot.Bot/appsettings.json"));
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging")).AddProvider(lines);
        builder.Services.AddSingleton(TimeProvider.System);
        await using var app = builder.Build();
        app.UseRefusedCalls();
        app.MapPost("/open", () => Results.Ok());
        app.MapFallback(() => Results.Unauthorized());
        await app.StartAsync(TestContext.Current.CancellationToken);
        lines.All.Clear();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "the-secret-token");

        using var taken = await http.PostAsync("/open", null, TestContext.Current.CancellationToken);
        Assert.Empty(lines.All);

        using var refused = await http.PostAsync("/closed", null, TestContext.Current.CancellationToken);
        using var forged = await http.PostAsync("/closed%0Aline", null, TestContext.Current.CancellationToken);
        await app.StopAsync(TestContext.Current.CancellationToken);
        var told = lines.All.Where(line => line.Contains("Refused", StringComparison.Ordinal)).ToArray();
        Assert.Equal(2, told.Length);
        Assert.Contains("POST /closed from", told[0], StringComparison.Ordinal);
        Assert.DoesNotContain(told, line => line.Contains("the-secret-token", StringComparison.Ordinal) || line.Contains('\n'));
    }

    [Fact]
    public async Task Of_many_refused_calls_sixty_a_minute_are_told_and_then_how_many_more_with_the_address_that_the_proxy_says()
    {
        var (lines, clock) = (new Lines(), new FakeTimeProvider());
        var builder = Loopback.Builder();
        builder.Logging.AddProvider(lines);
        builder.Services.AddSingleton<TimeProvider>(clock);
        await using var app = builder.Build();
        app.UseRefusedCalls();
        app.MapFallback(() => Results.Unauthorized());
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        http.DefaultRequestHeaders.Add("X-Forwarded-For", "198.51.100.1, 203.0.113.7");

        for (var call = 0; call < 65; call++)
        {
            using var refused = await http.PostAsync("/closed", null, TestContext.Current.CancellationToken);
        }

        clock.Advance(TimeSpan.FromMinutes(1));
        await lines.UntilAsync("and 5 more within this minute");
        using var next = await http.PostAsync("/closed", null, TestContext.Current.CancellationToken);
        await app.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(61, lines.All.Count(line => line.Contains("/closed from 203.0.113.7", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Polly")]
    [InlineData("System.Net.Http.HttpClient.connector.LogicalHandler")]
    [InlineData("Microsoft.AspNetCore.Hosting.Diagnostics")]
    [InlineData("Microsoft.EntityFrameworkCore.Database.Command")]
    public void What_every_call_would_leave_is_not_logged(string category)
    {
        using var services = new ServiceCollection()
            .AddLogging(logging =>
                logging
                    .AddConfiguration(
                        new ConfigurationBuilder()
                            .AddJsonFile(Repository.Path("src/ImcBot.Bot/appsettings.json"))
                            .Build()
                            .GetSection("Logging")
                    )
                    .AddProvider(new Lines())
            )
            .BuildServiceProvider();

        var log = services.GetRequiredService<ILoggerFactory>().CreateLogger(category);

        Assert.False(log.IsEnabled(LogLevel.Information));
        Assert.True(log.IsEnabled(LogLevel.Warning));
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> All { get; } = new();

        public async Task UntilAsync(string told)
        {
            var since = TimeProvider.System.GetTimestamp();
            while (!All.Any(line => line.Contains(told, StringComparison.Ordinal)))
            {
                Assert.True(TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromSeconds(10), $"Nobody has told '{told}'.");
                await Task.Yield();
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => All.Enqueue(formatter(state, exception));

        public void Dispose() { }
    }
}
