using ImcBot.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Bot.Builder;
using Microsoft.Bot.Builder.Integration.AspNet.Core;
using Microsoft.Bot.Schema;
using Microsoft.Extensions.Configuration;

namespace ImcBot.Benchmarks.Turns;

/// <summary>
/// The SDK by itself: its adapter reads the activity and the bot posts one answer, as the SDK's own samples do. No token is looked at,
/// nothing is kept, nothing is paced.
/// </summary>
internal sealed class EchoEndpoint : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EchoEndpoint(WebApplication app) => _app = app;

    public Uri Address => new(new Uri(_app.Urls.First()), "api/messages");

    public static async Task<EchoEndpoint> StartAsync()
    {
        var app = Loopback.Builder().Build();
        var adapter = new CloudAdapter(new ConfigurationBotFrameworkAuthentication(new ConfigurationBuilder().Build()));
        app.MapPost(
            "/api/messages",
            (HttpContext context) =>
            {
                // Without an app id it takes what is unsigned, and refuses what is signed.
                context.Request.Headers.Remove("Authorization");
                return adapter.ProcessAsync(context.Request, context.Response, new Echo(), context.RequestAborted);
            }
        );
        await app.StartAsync();
        return new EchoEndpoint(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private sealed class Echo : ActivityHandler
    {
        protected override Task OnMessageActivityAsync(ITurnContext<IMessageActivity> turnContext, CancellationToken cancellationToken) =>
            turnContext.SendActivityAsync(MessageFactory.Text($"Noted: {turnContext.Activity.Text}"), cancellationToken);
    }
}
