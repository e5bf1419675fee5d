using System.Security.Cryptography;
using Azure.Core.Pipeline;
using ImcBot.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ImcBot.Bot.Tests.Entra;

/// <summary>
/// Stands for Entra on loopback: publishes its key, gives an app its token at the endpoint that a managed identity asks and at the one
/// where apps show an assertion, and lets a person sign in with a device code.
/// </summary>
internal sealed class EntraDouble : IAsyncDisposable
{
    public const string Tenant = "33333333-0000-0000-0000-000000000001",
        Audience = "api://imcbot",
        App = "44444444-0000-0000-0000-000000000001";

    public const string Secret = "only this machine knows it";

    private const string DeviceCode = "ABCD-EFGH",
        KeyId = "entra";

    private static readonly TokenSigner Signer = new(KeyId);

    private readonly WebApplication _app;

    private EntraDouble(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public string Issuer => new Uri(Address, Tenant).AbsoluteUri;

    public Uri Metadata => new(Address, "openid");

    /// <summary>Entra speaks https only; this takes what is sent to any address here.</summary>
    public HttpPipelineTransport Transport => new HttpClientTransport(new HttpClient(new Detour(Address)));

    public Uri IdentityEndpoint => new(Address, "msi/token");

    /// <summary>The tenant of the machine's identity.</summary>
    public string Home { get; set; } = Tenant;

    /// <summary>What the identity endpoint gives in place of a token of this Entra, and for how long, by what was asked for.</summary>
    public Func<string, (string Token, TimeSpan Life)?> Gives { get; set; } = _ => null;

    /// <summary>What tokens were asked for at the identity endpoint, or with an assertion.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>Whether this assertion proves the app; none does unless a test says so.</summary>
    public Func<string, bool> Proves { get; set; } = _ => false;

    /// <summary>Another issuer than its own, for services that know Entra only by name.</summary>
    public string? SignsAs { get; set; }

    /// <summary>Who types the device code; null when the person says no.</summary>
    public string? Person { get; set; }

    public static async Task<EntraDouble> StartAsync()
    {
        var app = Loopback.Builder().Build();
        var entra = new EntraDouble(app);
        Signer.Map(app, () => entra.Issuer);
        app.MapGet("/msi/token", entra.Give);
        app.MapPost(
            $"/{Tenant}/oauth2/v2.0/devicecode",
            () =>
                Results.Json(
                    new
                    {
                        user_code = DeviceCode,
                        device_code = DeviceCode,
                        verification_uri = "https://login.example/device",
                        expires_in = 900,
                        interval = 1,
                        message = $"Type {DeviceCode}.",
                    }
                )
        );
        app.MapPost($"/{Tenant}/oauth2/v2.0/token", entra.SignInAsync);
        await app.StartAsync();
        return entra;
    }

    /// <summary>What a host gives its processes, so that Azure.Identity finds the endpoint.</summary>
    public void BecomeThisMachinesIdentity()
    {
        Environment.SetEnvironmentVariable("IDENTITY_ENDPOINT", IdentityEndpoint.AbsoluteUri);
        Environment.SetEnvironmentVariable("IDENTITY_HEADER", Secret);
    }

    /// <summary>Settings of a bot that trusts this Entra.</summary>
    public (string Name, string Value)[] Settings(params (string Name, string Value)[] more) =>
        [
            ("Entra:Audience", Audience),
            ("Entra:TenantId", Tenant),
            ("Entra:Metadata", Metadata.AbsoluteUri),
            ("Entra:Issuer", Issuer),
            .. more,
        ];

    /// <summary>A token, without more said one that an app got for itself; null leaves a claim out.</summary>
    public string Token(
        DateTimeOffset now,
        string? oid = App,
        string? tid = Tenant,
        string? scp = null,
        string? acct = null,
        string? idtyp = null,
        string? sub = null,
        string audience = Audience,
        string? issuer = null,
        double minutes = 60,
        RSA? key = null
    )
    {
        var claims = new (string Name, string? Value)[]
        {
            ("oid", oid),
            ("tid", tid),
            ("sub", sub ?? oid),
            ("scp", scp),
            ("acct", acct),
            ("idtyp", idtyp),
            ("name", "Riley Reyes"),
        };
        return Signer.Sign(
            new SecurityTokenDescriptor
            {
                Issuer = issuer ?? SignsAs ?? Issuer,
                Audience = audience,
                IssuedAt = now.UtcDateTime,
                NotBefore = now.AddMinutes(Math.Min(0, minutes)).UtcDateTime.AddMinutes(-1),
                Expires = now.AddMinutes(minutes).UtcDateTime,
                Claims = claims
                    .Where(claim => claim.Value is not null)
                    .ToDictionary(claim => claim.Name, claim => (object)claim.Value!, StringComparer.Ordinal),
                SigningCredentials = key is null
                    ? null
                    : new SigningCredentials(new RsaSecurityKey(key) { KeyId = KeyId }, SecurityAlgorithms.RsaSha256),
            }
        );
    }

    /// <summary>Whether this Entra has issued the token, for this audience, as a service that is called with it would look.</summary>
    public async Task<bool> HoldsAsync(string? authorization, string audience) =>
        authorization is not null
        && (
            await new JsonWebTokenHandler().ValidateTokenAsync(
                authorization["Bearer ".Length..],
                new TokenValidationParameters
                {
                    ValidIssuer = Issuer,
                    ValidAudience = audience,
                    IssuerSigningKey = new RsaSecurityKey(Signer.Key) { KeyId = KeyId },
                }
            )
        ).IsValid;

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private IResult Give(HttpRequest request, string resource)
    {
        if (request.Headers["X-IDENTITY-HEADER"] != Secret)
        {
            return Results.Unauthorized();
        }

        Asked.Add(resource);
        var now = TimeProvider.System.GetUtcNow();
        var (token, life) = Gives(resource) ?? (Token(now, tid: Home, audience: resource), TimeSpan.FromHours(1));
        return Results.Json(
            new
            {
                access_token = token,
                expires_on = $"{(now + life).ToUnixTimeSeconds()}",
                resource,
                token_type = "Bearer",
            }
        );
    }

    private async Task<IResult> SignInAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        var scope = form["scope"].ToString().Split(' ')[0];
        var audience = scope[..scope.LastIndexOf('/')];
        var now = TimeProvider.System.GetUtcNow();
        if (form["grant_type"] == "client_credentials")
        {
            Asked.Add(audience);
            return Proves(form["client_assertion"].ToString())
                ? Granted(Token(now, audience: audience))
                : Results.Json(new { error = "invalid_client", error_description = "This assertion proves nobody." }, statusCode: 401);
        }

        return Person is null
            ? Results.Json(new { error = "authorization_declined", error_description = "The person said no." }, statusCode: 400)
            : Granted(
                Token(now, Person, scp: scope[(scope.LastIndexOf('/') + 1)..], acct: "0", audience: audience),
                Token(now, Person, audience: form["client_id"].ToString())
            );
    }

    private IResult Granted(string token, string? id = null) =>
        Results.Json(
            new
            {
                token_type = "Bearer",
                expires_in = 3600,
                access_token = token,
                id_token = id,
                client_info = id is null ? null : Base64UrlEncoder.Encode($$"""{"uid":"{{Person}}","utid":"{{Tenant}}"}"""),
            }
        );

    private sealed class Detour(Uri address) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = new Uri(address, request.RequestUri!.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
