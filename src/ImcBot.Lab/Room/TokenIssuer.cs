using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ImcBot.Lab.Room;

/// <summary>
/// Stands for login.botframework.com and Entra at once: signs what the room sends to the bot, issues the token the bot calls the connector
/// with, and recognises that token again. One RSA key, kept beside the talk so that tokens outlive a restart of the room.
/// </summary>
internal sealed class TokenIssuer : IDisposable
{
    public const string ConnectorAudience = "https://api.botframework.com";

    private readonly RoomSettings _settings;
    private readonly TimeProvider _time;
    private readonly RSA _rsa;
    private readonly RsaSecurityKey _key;
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false, MapInboundClaims = false };

    public TokenIssuer(RoomSettings settings, TimeProvider time)
    {
        (_settings, _time) = (settings, time);
        _rsa = OpenKey(Path.Combine(settings.DataFolder, "issuer.pem"));
        // The default factory caches by key id across the process: a room opened again would sign with the disposed key.
        _key = new RsaSecurityKey(_rsa) { CryptoProviderFactory = new() { CacheSignatureProviders = false } };
        _key.KeyId = Base64UrlEncoder.Encode(_key.ComputeJwkThumbprint());
    }

    /// <summary>The token an activity carries: audience is the bot, and the service URL inside must match the activity's.</summary>
    public string ForBot() => Sign(_settings.Issuer, _settings.BotAppId, new Claim("serviceurl", _settings.ServiceUrl.ToString()));

    /// <summary>The token the bot calls the connector with, and when it ends.</summary>
    public (string Token, DateTimeOffset Expires) ForConnector() =>
        (
            Sign(_settings.EntraIssuer, ConnectorAudience, new Claim("appid", _settings.BotAppId), new Claim("tid", _settings.TenantId)),
            _time.GetUtcNow() + _settings.TokenLife
        );

    /// <summary>The token that the relay shows to the bot, and when it ends.</summary>
    public (string Token, DateTimeOffset Expires) ForRelay() =>
        (
            Sign(
                _settings.EntraIssuer,
                _settings.RelayAudience,
                new Claim("oid", _settings.RelayObjectId),
                new Claim("sub", _settings.RelayObjectId),
                new Claim("tid", _settings.TenantId)
            ),
            _time.GetUtcNow() + _settings.TokenLife
        );

    public async Task<bool> MayCallConnector(string? authorization)
    {
        const string Scheme = "Bearer ";
        if (authorization is null || !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }
        var result = await _handler.ValidateTokenAsync(
            authorization[Scheme.Length..],
            new TokenValidationParameters
            {
                ValidIssuer = _settings.EntraIssuer,
                ValidAudience = ConnectorAudience,
                IssuerSigningKey = _key,
                ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
                LifetimeValidator = (from, to, _, _) => from <= _time.GetUtcNow().UtcDateTime && _time.GetUtcNow().UtcDateTime < to,
            }
        );
        return result.IsValid && result.ClaimsIdentity.FindFirst("appid")?.Value == _settings.BotAppId;
    }

    public object OpenIdConfiguration(string issuer) =>
        new Dictionary<string, object>
        {
            ["issuer"] = issuer,
            ["authorization_endpoint"] = "https://invalid.botframework.com",
            ["jwks_uri"] = new Uri(_settings.Address, "v1/.well-known/keys").ToString(),
            ["id_token_signing_alg_values_supported"] = new[] { SecurityAlgorithms.RsaSha256 },
            ["token_endpoint_auth_methods_supported"] = new[] { "private_key_jwt" },
        };

    public object Keys()
    {
        var open = _rsa.ExportParameters(includePrivateParameters: false);
        return new
        {
            keys = new[]
            {
                new
                {
                    kty = "RSA",
                    use = "sig",
                    kid = _key.KeyId,
                    n = Base64UrlEncoder.Encode(open.Modulus),
                    e = Base64UrlEncoder.Encode(open.Exponent),
                    endorsements = new[] { "msteams" },
                },
            },
        };
    }

    public void Dispose() => _rsa.Dispose();

    private string Sign(string issuer, string audience, params Claim[] claims)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        return _handler.CreateToken(
            new SecurityTokenDescriptor
            {
                Issuer = issuer,
                Audience = audience,
                NotBefore = now,
                IssuedAt = now,
                Expires = now + _settings.TokenLife,
                Subject = new ClaimsIdentity(claims),
                SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.RsaSha256),
            }
        );
    }

    private static RSA OpenKey(string file)
    {
        var rsa = RSA.Create(2048);
        if (File.Exists(file))
        {
            rsa.ImportFromPem(File.ReadAllText(file));
            return rsa;
        }
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        SecretFile.Write(file, rsa.ExportRSAPrivateKeyPem());
        return rsa;
    }
}
