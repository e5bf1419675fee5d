using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using Azure.Core;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Endpoints;
using ImcBot.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ImcBot.Bot.Tests.Channel;

/// <summary>The chat edge alone, on loopback, with a listener that writes down what it hears.</summary>
internal sealed class BotHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TeamsDouble _teams;

    private BotHost(WebApplication app, TeamsDouble teams) => (_app, _teams) = (app, teams);

    public HttpClient Http { get; private init; } = null!;

    public IServiceProvider Services => _app.Services;

    public Ear Ear => _app.Services.GetRequiredService<Ear>();

    public IChannel Channel => _app.Services.GetRequiredService<IChannel>();

    public static Task<BotHost> StartAsync(TeamsDouble teams, TimeProvider? time = null, params (string Name, string Value)[] settings) =>
        StartAsync(teams, time, static _ => { }, settings);

    /// <param name="replace">Puts something else in the place of the bot's own services.</param>
    public static async Task<BotHost> StartAsync(
        TeamsDouble teams,
        TimeProvider? time,
        Action<IServiceCollection> replace,
        params (string Name, string Value)[] settings
    )
    {
        var builder = Loopback.Builder();
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?>
            {
                ["Channel:AppId"] = TeamsDouble.AppId,
                ["Channel:TenantId"] = TeamsDouble.Tenant,
                ["Channel:Conversation"] = TeamsDouble.Conversation,
                ["Channel:Metadata"] = teams.Metadata.AbsoluteUri,
                ["Channel:ServiceUrl"] = teams.ServiceUrl.AbsoluteUri,
                ["Channel:AllowedServiceUrls:0"] = teams.ServiceUrl.AbsoluteUri,
                ["Channel:RetryDelay"] = "00:00:00.001",
            }
        );
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)));
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddSingleton<Ear>();
        builder.Services.AddSingleton<IChatHandler>(services => services.GetRequiredService<Ear>());
        builder.Services.AddChannel(builder.Configuration);
        if (!settings.Any(setting => setting.Name.StartsWith("Channel:Credential", StringComparison.Ordinal)))
        {
            builder.Services.AddSingleton<TokenCredential>(new KnownCredential());
        }

        replace(builder.Services);
        var app = builder.Build();
        app.MapMessages();
        await app.StartAsync();
        return new BotHost(app, teams) { Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) } };
    }

    /// <summary>Everything that entered the conversations has been done.</summary>
    public Task SettleAsync() => _app.Services.GetRequiredService<Lanes>().DrainAsync();

    public Task<HttpResponseMessage> PostAsync(string body, string? token = null) =>
        SendAsync(body, new AuthenticationHeaderValue("Bearer", token ?? _teams.Token()));

    public Task<HttpResponseMessage> SendAsync(string body, AuthenticationHeaderValue? authorization)
    {
        var answered = AnsweredAsync(body, authorization);
        Ear.Turn = EndAsync(answered);
        return answered;
    }

    // The channel is answered after a second; what it sent may still be under way then.
    private async Task EndAsync(Task answered)
    {
        await answered.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await SettleAsync();
    }

    private async Task<HttpResponseMessage> AnsweredAsync(string body, AuthenticationHeaderValue? authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/messages")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = authorization;
        return await Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>A message as Riley writes it in a thread.</summary>
    public string Message(
        string text = "hello",
        string? id = null,
        string? tenant = null,
        string channel = "msteams",
        string? serviceUrl = null,
        string from = "11111111-0000-0000-0000-000000000001"
    ) =>
        $$"""
            { "type": "message", "id": "{{id ?? Guid.NewGuid().ToString()}}", "text": "{{text}}", "channelId": "{{channel}}",
              "serviceUrl": "{{serviceUrl
                ?? _teams.ServiceUrl.AbsoluteUri}}", "from": { "id": "29:x", "aadObjectId": "{{from}}" }, "recipient": { "id": "28:bot" },
              "conversation": { "id": "19:channel@thread.tacv2;messageid=1", "conversationType": "channel", "tenantId": "{{tenant
                ?? TeamsDouble.Tenant}}" },
              "channelData": { "tenant": { "id": "{{tenant ?? TeamsDouble.Tenant}}" } }, "somethingNew": { "a": [1, 2] } }
            """;

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

/// <summary>A credential without a service behind it.</summary>
internal sealed class KnownCredential : TokenCredential
{
    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        new("the-bots-token", DateTimeOffset.MaxValue);

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        ValueTask.FromResult(GetToken(requestContext, cancellationToken));
}

/// <summary>Writes down what it hears and answers what it is told to.</summary>
internal sealed class Ear : IChatHandler
{
    private readonly SemaphoreSlim _heard = new(0);

    public ConcurrentQueue<Heard> Heard { get; } = new();

    public ConcurrentQueue<(Heard Heard, string Why)> TurnedAway { get; } = new();

    public ConcurrentQueue<(string Thread, string Message, bool IsChanged)> Unsaid { get; } = new();

    /// <summary>Whether the bot is in its channel, and who changed it.</summary>
    public ConcurrentQueue<(bool IsHere, string By)> Changes { get; } = new();

    public Func<Heard, Task<Reply>> Answer { get; set; } = _ => Task.FromResult(Reply.None);

    public Task<Reply> HearAsync(Heard heard, CancellationToken cancellationToken)
    {
        Heard.Enqueue(heard);
        _heard.Release();
        return Answer(heard);
    }

    public Task ChangeChannelAsync(bool isHere, string by, CancellationToken cancellationToken)
    {
        Changes.Enqueue((isHere, by));
        return Task.CompletedTask;
    }

    public Task ForgetAsync(string thread, string message, bool isChanged, CancellationToken cancellationToken)
    {
        Unsaid.Enqueue((thread, message, isChanged));
        return Task.CompletedTask;
    }

    public Task RefuseAsync(Heard heard, string why, CancellationToken cancellationToken)
    {
        TurnedAway.Enqueue((heard, why));
        return Task.CompletedTask;
    }

    /// <summary>Ends when everything that came from what was sent last is done.</summary>
    public Task Turn { get; set; } = Task.CompletedTask;

    /// <summary>
    /// The only thing that was heard; waits for it, because the bot answers the channel after a second whether it has heard or not.
    /// </summary>
    public async Task<Heard> OneAsync()
    {
        await Task.WhenAny(_heard.WaitAsync(TestContext.Current.CancellationToken), Turn);
        Assert.False(
            Heard.IsEmpty,
            "The turn has ended and nothing was heard. Turned away: "
                + $"{string.Join("; ", TurnedAway.Select(away => away.Why).DefaultIfEmpty("nothing"))}."
        );
        return Assert.Single(Heard);
    }

    public void Forget()
    {
        Heard.Clear();
        TurnedAway.Clear();
        while (_heard.Wait(TimeSpan.Zero)) { }
    }
}
