using ImcBot.Relay.Hosts;
using ImcBot.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ImcBot.Relay.Tests.Fakes;

/// <summary>A bot on loopback that has one answer for everybody.</summary>
internal sealed class AnsweringBot : IAsyncDisposable
{
    private readonly WebApplication _app = Loopback.Builder().Build();

    private AnsweringBot(string answer) => Answer = answer;

    public string Answer { get; set; }

    public int Status { get; set; } = StatusCodes.Status200OK;

    public string Address => _app.Urls.Single();

    public static async Task<AnsweringBot> StartAsync(string answer)
    {
        var bot = new AnsweringBot(answer);
        bot._app.Run(context =>
        {
            context.Response.StatusCode = bot.Status;
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(bot.Answer);
        });
        await bot._app.StartAsync();
        return bot;
    }

    /// <summary>How a bot greets a relay that it knows.</summary>
    public static string Welcome(DateTimeOffset time) => $$"""{"protocol":1,"relay":"exch01-abc","botTime":{{Clock.Micros(time)}}}""";

    public void Refuse(int status, string error) => (Status, Answer) = (status, $$"""{"error":"{{error}}"}""");

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
