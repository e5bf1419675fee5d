using System.Net;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ImcBot.EndToEnd.Tests.Room;

/// <summary>Stands for the bot: keeps every activity it gets, with its token, and answers what the test says.</summary>
internal sealed class EchoBot : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<(JsonObject Activity, string Token)> _heard = Channel.CreateUnbounded<(JsonObject, string)>();

    private EchoBot(WebApplication app) => _app = app;

    /// <summary>The answer to the next invokes: HTTP status and body.</summary>
    public (int Status, JsonObject? Body) Answer { get; set; } = (200, null);

    public Uri Messages => new(new Uri(_app.Urls.First()), "api/messages");

    public static async Task<EchoBot> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRouting();
        var app = builder.Build();
        var bot = new EchoBot(app);
        app.UseRouting();
        app.MapPost(
            "/api/messages",
            async (HttpContext context, JsonObject activity) =>
            {
                await bot._heard.Writer.WriteAsync((activity, context.Request.Headers.Authorization.ToString()), context.RequestAborted);
                return bot.Answer.Body is { } body
                    ? Results.Json(body, statusCode: bot.Answer.Status)
                    : Results.StatusCode(bot.Answer.Status);
            }
        );
        await app.StartAsync(TestContext.Current.CancellationToken);
        return bot;
    }

    /// <summary>The next activity not yet looked at.</summary>
    public async Task<(JsonObject Activity, string Token)> HeardAsync() =>
        await _heard.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
