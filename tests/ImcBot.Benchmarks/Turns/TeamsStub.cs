using System.Security.Claims;
using System.Text.Json;
using ImcBot.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.Tokens;

namespace ImcBot.Benchmarks.Turns;

/// <summary>Stands for Teams: signs one token for all messages, gives the bot its own, and takes every post.</summary>
internal sealed class TeamsStub : IAsyncDisposable
{
    private const string App = "22222222-0000-0000-0000-00000000b07a",
        Tenant = "33333333-0000-0000-0000-000000000001",
        Channel = "19:turns@thread.tacv2";
    private const string Issuer = "https://api.botframework.com",
        Riley = "11111111-0000-0000-0000-000000000001";

    /// <summary>What calls the bot, in a text.</summary>
    public const string Mention = "<at>ImcBot</at>";

    private readonly WebApplication _app;
    private readonly TokenSigner _signer = new("one");
    private int _messages;
    private int _posts;

    private TeamsStub(WebApplication app) => _app = app;

    public string Token { get; private set; } = "";

    /// <summary>How often the bot has posted or edited something.</summary>
    public int Posts => Volatile.Read(ref _posts);

    /// <summary>What the bot is started with.</summary>
    public IReadOnlyList<string> Settings =>
        [
            $"--Channel:AppId={App}",
            $"--Channel:TenantId={Tenant}",
            $"--Channel:Conversation={Channel}",
            $"--Channel:Metadata={Url}openid",
            $"--Channel:ServiceUrl={Url}connector/",
            $"--Channel:AllowedServiceUrls:0={Url}connector/",
        ];

    private string Url => _app.Urls.First() + "/";

    public static async Task<TeamsStub> StartAsync()
    {
        var app = Loopback.Builder().Build();
        var stub = new TeamsStub(app);
        stub._signer.Map(app, () => Issuer, () => ["msteams"]);
        app.MapGet(
            "/identity",
            () =>
                Results.Json(
                    new
                    {
                        access_token = "the-bots-token",
                        expires_on = $"{TimeProvider.System.GetUtcNow().AddDays(1).ToUnixTimeSeconds()}",
                        resource = "https://api.botframework.com",
                        token_type = "Bearer",
                    }
                )
        );
        app.MapGet(
            "/connector/v3/conversations/{conversation}/pagedmembers",
            () =>
                Results.Json(
                    new
                    {
                        members = new[]
                        {
                            new
                            {
                                id = "29:riley",
                                aadObjectId = Riley,
                                name = "Riley Reyes",
                                tenantId = Tenant,
                                userRole = "user",
                            },
                        },
                    }
                )
        );
        app.MapPost(
            "/connector/v3/conversations",
            () =>
                Interlocked.Increment(ref stub._posts) is var post
                    ? Results.Json(new { id = $"{Channel};messageid={post}", activityId = $"{post}" }, statusCode: 201)
                    : null
        );
        app.MapFallback(
            "/connector/{**rest}",
            () => Results.Json(new { id = $"{Interlocked.Increment(ref stub._posts)}" }, statusCode: 201)
        );
        await app.StartAsync();
        stub.Token = stub.Sign();
        Environment.SetEnvironmentVariable("IDENTITY_ENDPOINT", stub.Url + "identity");
        Environment.SetEnvironmentVariable("IDENTITY_HEADER", "turns");
        return stub;
    }

    /// <summary>A message as Riley writes it in a thread, as Teams sends it.</summary>
    public string Message(string thread, string text) =>
        JsonSerializer.Serialize(
            new
            {
                type = "message",
                id = $"{Interlocked.Increment(ref _messages)}",
                text,
                textFormat = "plain",
                channelId = "msteams",
                serviceUrl = $"{Url}connector/",
                locale = "en-US",
                timestamp = "2026-11-23T09:39:38.061Z",
                from = new
                {
                    id = "29:riley",
                    name = "Riley Reyes",
                    aadObjectId = Riley,
                },
                recipient = new { id = "28:" + App, name = "ImcBot" },
                conversation = new
                {
                    isGroup = true,
                    conversationType = "channel",
                    tenantId = Tenant,
                    id = thread,
                },
                entities = text.Contains(Mention, StringComparison.Ordinal) ? new object[] { Client, Called } : [Client],
                channelData = new
                {
                    tenant = new { id = Tenant },
                    team = new { id = Channel },
                    channel = new { id = Channel },
                },
            }
        );

    private static readonly object Client = new
    {
        type = "clientInfo",
        locale = "en-US",
        country = "US",
        platform = "Web",
        timezone = "UTC",
    };

    private static readonly object Called = new
    {
        type = "mention",
        text = Mention,
        mentioned = new { id = "28:" + App, name = "ImcBot" },
    };

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private string Sign()
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return _signer.Sign(
            new SecurityTokenDescriptor
            {
                Issuer = Issuer,
                Audience = App,
                NotBefore = now,
                IssuedAt = now,
                Expires = now.AddHours(6),
                Subject = new ClaimsIdentity([new Claim("serviceurl", $"{Url}connector/")]),
            }
        );
    }
}
