using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ImcBot.Lab;
using ImcBot.Lab.Room;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ImcBot.EndToEnd.Tests.Room;

/// <summary>A room with an echoing bot on loopback, on a folder that goes away with it.</summary>
internal sealed class OpenRoom : IAsyncDisposable
{
    private WebApplication _app = null!;

    private OpenRoom(EchoBot bot) => Bot = bot;

    public EchoBot Bot { get; }
    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 23, 2, 47, 0, TimeSpan.Zero));
    public RoomSettings Settings { get; private set; } = null!;
    public HttpClient Http { get; } = new();
    public Conversations Conversations => _app.Services.GetRequiredService<Conversations>();
    public TokenIssuer Issuer => _app.Services.GetRequiredService<TokenIssuer>();

    public static async Task<OpenRoom> StartAsync(bool isPlain = false)
    {
        var room = new OpenRoom(await EchoBot.StartAsync());
        room.Settings = new()
        {
            Address = new($"http://127.0.0.1:{Ports.Free()}/"),
            Bot = room.Bot.Messages,
            DataFolder = Directory.CreateTempSubdirectory("imcbot-room").FullName,
            IdentityHeader = "the room's secret",
            IsPlain = isPlain,
        };
        await room.OpenAsync();
        return room;
    }

    /// <summary>Closes the room and opens it again on the same folder and address.</summary>
    public async Task ReopenAsync()
    {
        await _app.DisposeAsync();
        await OpenAsync();
    }

    public Task<HttpResponseMessage> SayAsync(string person, string chat, string text, string? thread = null) =>
        Http.PostAsJsonAsync(
            new Uri(Settings.Address, "api/messages"),
            new
            {
                person,
                chat,
                text,
                thread,
            },
            TestContext.Current.CancellationToken
        );

    public Task<HttpResponseMessage> ClickAsync(string person, string post, JsonNode action) =>
        Http.PostAsJsonAsync(
            new Uri(Settings.Address, "api/clicks"),
            new
            {
                person,
                post,
                action,
            },
            TestContext.Current.CancellationToken
        );

    public async Task<JsonArray> PostsAsync(string person) =>
        (JsonArray)
            (
                await Http.GetFromJsonAsync<JsonObject>(
                    new Uri(Settings.Address, $"api/room?person={person}"),
                    TestContext.Current.CancellationToken
                )
            )!["posts"]!;

    /// <summary>A call of the connector as the bot makes it, by default with its good token.</summary>
    public Task<HttpResponseMessage> CallAsync(HttpMethod method, string path, JsonNode? body = null, string? token = null)
    {
        var request = new HttpRequestMessage(method, new Uri(Settings.Address, $"_connector/v3/{path}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? Issuer.ForConnector().Token);
        if (body is not null)
        {
            request.Content = JsonContent.Create(body);
        }
        return Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await Bot.DisposeAsync();
        Http.Dispose();
        Directory.Delete(Settings.DataFolder, recursive: true);
    }

    private async Task OpenAsync()
    {
        _app = RoomApp.Build(Settings, Time);
        await _app.StartAsync(TestContext.Current.CancellationToken);
    }
}
