using System.Net.Http.Json;
using System.Text.Json;
using ImcBot.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace ImcBot.EndToEnd.Tests.Enrolment;

/// <summary>
/// Stands between a relay and its bot and passes calls on, changed as it likes; also the mail server that the relay stands for.
/// </summary>
internal sealed class Between : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _bot;

    private Between(WebApplication app, Uri bot) => (_app, _bot) = (app, new HttpClient { BaseAddress = bot });

    public Uri Address => new(_app.Urls.Single());

    /// <summary>What becomes of an enrolment on its way to the bot.</summary>
    public Func<Contracts.Enrolment, Task<Contracts.Enrolment>> Asks { get; set; } = Task.FromResult;

    /// <summary>What becomes of the answer on its way back.</summary>
    public Func<Enrolled, Enrolled> Answers { get; set; } = answer => answer;

    public static async Task<Between> StartAsync(Uri bot, string host, Action<ListenOptions>? listen = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, options => listen?.Invoke(options)));
        var app = builder.Build();
        var between = new Between(app, bot);
        app.MapGet(
            "/host",
            () =>
                Results.Json(
                    new
                    {
                        name = host,
                        time = 1_700_000_000_000_000,
                        environment = new Dictionary<string, string>(),
                    }
                )
        );
        app.MapPost("/relay/v1/enrol", between.PassAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return between;
    }

    public async ValueTask DisposeAsync()
    {
        _bot.Dispose();
        await _app.DisposeAsync();
    }

    private async Task PassAsync(HttpContext http)
    {
        var asked = await JsonSerializer.DeserializeAsync<Contracts.Enrolment>(http.Request.Body, WireJson.Options);
        using var request = new HttpRequestMessage(HttpMethod.Post, "relay/v1/enrol")
        {
            Content = JsonContent.Create(await Asks(asked!), options: WireJson.Options),
        };
        request.Headers.TryAddWithoutValidation("Authorization", (string?)http.Request.Headers.Authorization);
        request.Headers.TryAddWithoutValidation(RelayAssertion.CallHeader, (string?)http.Request.Headers[RelayAssertion.CallHeader]);
        using var response = await _bot.SendAsync(request);
        http.Response.StatusCode = (int)response.StatusCode;
        http.Response.Headers[RelayAssertion.CallHeader] = response.Headers.TryGetValues(RelayAssertion.CallHeader, out var call)
            ? call.Single()
            : null;
        if (response.IsSuccessStatusCode)
        {
            await http.Response.WriteAsJsonAsync(
                Answers((await response.Content.ReadFromJsonAsync<Enrolled>(WireJson.Options))!),
                WireJson.Options
            );
        }
        else
        {
            await http.Response.WriteAsync(await response.Content.ReadAsStringAsync());
        }
    }
}
