using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ImcBot.Bot.Tests.Entra;

/// <summary>Stands for Entra on loopback: publishes its key, and gives an app its token at the endpoint that a managed identity asks.</summary>
internal sealed class EntraDouble : IAsyncDisposable
{
    public const string Tenant = "33333333-0000-0000-0000-000000000001", Audience = "api://imcbot", App = "44444444-0000-0000-0000-000000000001";

    private const string Secret = "only this machine knows it";

    private readonly RSA _key = RSA.Create(2048);
    private readonly WebApplication _app;

    private EntraDouble(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public string Issuer => new Uri(Address, Tenant).AbsoluteUri;

    public Uri Metadata => new(Address, "openid");

    /// <summary>What the identity endpoint was asked for.</summary>
    public List<string> Asked { get; } = [];

    public static async Task<EntraDouble> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var entra = new EntraDouble(app);
        app.MapGet("/openid", () => Results.Json(new { issuer = entra.Issuer, jwks_uri = new Uri(entra.Address, "keys") }));
        app.MapGet("/keys", entra.Keys);
        app.MapGet("/msi/token", entra.Give);
        await app.StartAsync();
        return entra;
    }

    /// <summary>What a host gives its processes, so that Azure.Identity finds the endpoint.</summary>
    public void BecomeThisMachinesIdentity()
    {
        Environment.SetEnvironmentVariable("IDENTITY_ENDPOINT", new Uri(Address, "msi/token").AbsoluteUri);
        Environment.SetEnvironmentVariable("IDENTITY_HEADER", Secret);
    }

    /// <summary>Settings of a bot that trusts this Entra.</summary>
    public (string Name, string Value)[] Settings(params (string Name, string Value)[] more) =>
        [("Entra:Audience", Audience), ("Entra:TenantId", Tenant), ("Entra:Metadata", Metadata.AbsoluteUri), ("Entra:Issuer", Issuer), .. more];

    /// <summary>A token, without more said one that an app got for itself; null leaves a claim out.</summary>
    public string Token(
        DateTimeOffset now, string? oid = App, string? tid = Tenant, string? scp = null, string? acct = null, string? idtyp = null, string? sub = null, string audience = Audience, string? issuer = null,
        double minutes = 60, RSA? key = null)
    {
        var claims = new (string Name, string? Value)[] { ("oid", oid), ("tid", tid), ("sub", sub ?? oid), ("scp", scp), ("acct", acct), ("idtyp", idtyp), ("name", "Riley Reyes") };
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer ?? Issuer,
            Audience = audience,
            NotBefore = now.AddMinutes(Math.Min(0, minutes)).UtcDateTime.AddMinutes(-1),
            Expires = now.AddMinutes(minutes).UtcDateTime,
            Claims = claims.Where(claim => claim.Value is not null).ToDictionary(claim => claim.Name, claim => (object)claim.Value!, StringComparer.Ordinal),
            SigningCredentials = new SigningCredentials(new RsaSecurityKey(key ?? _key) { KeyId = "entra" }, SecurityAlgorithms.RsaSha256),
        });
    }

    /// <summary>Whether this Entra has issued the token, for this audience, as a service that is called with it would look.</summary>
    public async Task<bool> HoldsAsync(string? authorization, string audience) => authorization is not null && (await new JsonWebTokenHandler().ValidateTokenAsync(
        authorization["Bearer ".Length..],
        new TokenValidationParameters { ValidIssuer = Issuer, ValidAudience = audience, IssuerSigningKey = new RsaSecurityKey(_key) { KeyId = "entra" } })).IsValid;

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
    }

    private IResult Give(HttpRequest request, string resource)
    {
        if (request.Headers["X-IDENTITY-HEADER"] != Secret)
        {
            return Results.Unauthorized();
        }

        Asked.Add(resource);
        var now = TimeProvider.System.GetUtcNow();
        return Results.Json(new { access_token = Token(now, audience: resource), expires_on = now.AddHours(1).ToUnixTimeSeconds().ToString(), resource, token_type = "Bearer" });
    }

    private IResult Keys()
    {
        var open = _key.ExportParameters(includePrivateParameters: false);
        return Results.Json(new { keys = new[] { new { kty = "RSA", use = "sig", kid = "entra", n = Base64UrlEncoder.Encode(open.Modulus), e = Base64UrlEncoder.Encode(open.Exponent) } } });
    }
}
