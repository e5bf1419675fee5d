using System.Collections.Concurrent;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ImcBot.Bot.Channel;
using ImcBot.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.Tokens;
using Xunit;
using Lines = System.Threading.Channels.Channel;

namespace ImcBot.Bot.Tests.Channel;

/// <summary>One call that the bot made.</summary>
internal sealed record ConnectorCall(string Method, string Path, JsonNode? Body, string? Authorization);

/// <summary>Stands for Teams and its token service on loopback: signs tokens, takes the bot's calls, and answers as it is told.</summary>
internal sealed class TeamsDouble : IAsyncDisposable
{
    public const string AppId = "22222222-0000-0000-0000-00000000b07a",
        Tenant = "33333333-0000-0000-0000-000000000001";
    public const string Issuer = "https://api.botframework.com",
        Conversation = "19:channel@thread.tacv2";

    private const string KeyId = "one";

    private readonly WebApplication _app;
    private static readonly TokenSigner Signer = new(KeyId);
    private readonly System.Threading.Channels.Channel<ConnectorCall> _calls = Lines.CreateUnbounded<ConnectorCall>();
    private int _posts;

    private TeamsDouble(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public Uri ServiceUrl => new(Address, "connector/");

    public Uri Metadata => new(Address, "openid");

    /// <summary>Answers for the next calls, in order; true when the call is answered by it.</summary>
    public ConcurrentQueue<Func<HttpContext, Task>> Next { get; } = new();

    public ConcurrentQueue<ConnectorCall> Seen { get; } = new();

    /// <summary>The tenant that the roster names.</summary>
    public string RosterTenant { get; set; } = Tenant;

    /// <summary>Whether the connector takes a call with this Authorization header.</summary>
    public Func<string?, Task<bool>> Admits { get; set; } = _ => Task.FromResult(true);

    public List<string> Endorsements { get; } = ["msteams"];

    /// <summary>The issuer that the metadata names: sovereign clouds have their own.</summary>
    public string MetadataIssuer { get; set; } = Issuer;

    public Member[] Members { get; set; } =
    [
        new("11111111-0000-0000-0000-000000000001", "29:riley", "Riley Reyes"),
        new("11111111-0000-0000-0000-000000000002", "29:olu", "Olu Adeyemi"),
        new("11111111-0000-0000-0000-000000000003", "29:lena", "Lena Lindqvist"),
        new("11111111-0000-0000-0000-000000000009", "29:guest", "Gast", IsGuest: true),
    ];

    public static async Task<TeamsDouble> StartAsync()
    {
        var app = Loopback.Builder().Build();
        var teams = new TeamsDouble(app);
        Signer.Map(app, () => teams.MetadataIssuer, () => teams.Endorsements);
        app.MapPut("/files/{id}", teams.KeepAsync);
        app.Map("/connector/{**path}", teams.TakeAsync);
        await app.StartAsync();
        return teams;
    }

    public async Task<ConnectorCall> NextCallAsync() => await _calls.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public static Func<HttpContext, Task> Answer(int status, string? retryAfter = null) =>
        context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.RetryAfter = retryAfter;
            return Task.CompletedTask;
        };

    public static Task HangUp(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    public string Token(
        string audience = AppId,
        string issuer = Issuer,
        string? serviceUrl = null,
        TimeSpan? age = null,
        RSA? key = null,
        string? kid = KeyId,
        string algorithm = SecurityAlgorithms.RsaSha256
    )
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime - (age ?? TimeSpan.Zero);
        return Signer.Sign(
            new SecurityTokenDescriptor
            {
                Issuer = issuer,
                Audience = audience,
                NotBefore = now,
                IssuedAt = now,
                Expires = now.AddHours(1),
                Subject = new ClaimsIdentity([new Claim("serviceurl", serviceUrl ?? ServiceUrl.AbsoluteUri)]),
                SigningCredentials = new SigningCredentials(new RsaSecurityKey(key ?? Signer.Key) { KeyId = kid }, algorithm),
            }
        );
    }

    /// <summary>A token whose claims were edited before it was signed with the right key.</summary>
    public string Token(Action<JsonObject> edit, string? issuer = null)
    {
        var claims = JsonNode.Parse(Base64UrlEncoder.Decode(Token(issuer: issuer ?? Issuer).Split('.')[1]))!.AsObject();
        edit(claims);
        return Signer.Sign(claims);
    }

    /// <summary>The public key as bytes, as a forger would misuse it for a shared secret.</summary>
    public static byte[] PublicKey() => Signer.Key.ExportSubjectPublicKeyInfo();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>What was uploaded, by id.</summary>
    public ConcurrentDictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    private async Task KeepAsync(string id, HttpContext context)
    {
        using var bytes = new MemoryStream();
        await context.Request.Body.CopyToAsync(bytes, context.RequestAborted);
        Files[id] = bytes.ToArray();
        context.Response.StatusCode = 201;
    }

    private async Task TakeAsync(HttpContext context)
    {
        var body =
            context.Request.ContentLength is null or 0 && !context.Request.Headers.ContainsKey("Transfer-Encoding")
                ? null
                : await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var call = new ConnectorCall(
            context.Request.Method,
            context.Request.Path.Value!["/connector".Length..],
            body,
            context.Request.Headers.Authorization
        );
        Seen.Enqueue(call);
        if (!await Admits(call.Authorization))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        await _calls.Writer.WriteAsync(call);
        if (Next.TryDequeue(out var answer))
        {
            await answer(context);
            return;
        }

        await Usual(call).ExecuteAsync(context);
    }

    private IResult Usual(ConnectorCall call) =>
        call switch
        {
            { Method: "GET" } => Results.Json(
                new
                {
                    members = Members.Select(member => new
                    {
                        id = member.AccountId,
                        aadObjectId = member.Id,
                        name = member.Name,
                        tenantId = RosterTenant,
                        userRole = member.IsGuest ? "guest" : "user",
                    }),
                }
            ),
            { Path: "/v3/conversations" } when call.Body!["isGroup"]!.GetValue<bool>() => Post(id => new
            {
                id = $"{Conversation};messageid={id}",
                activityId = id,
            }),
            { Path: "/v3/conversations" } => Results.Json(new { id = $"a:{call.Body!["members"]![0]!["id"]}" }, statusCode: 201),
            { Method: "POST" } => Post(id => new { id }),
            _ => Results.Json(new { id = call.Path[(call.Path.LastIndexOf('/') + 1)..] }),
        };

    private IResult Post(Func<string, object> body) => Results.Json(body($"{Interlocked.Increment(ref _posts)}"), statusCode: 201);
}
