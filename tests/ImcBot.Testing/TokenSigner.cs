using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ImcBot.Testing;

/// <summary>Signs tokens and publishes its key as Entra and the Bot Framework do: what a double of either is built around.</summary>
/// <param name="keyId">The key's name in the tokens and among the published keys.</param>
internal sealed class TokenSigner(string keyId)
{
    public RSA Key { get; } = RSA.Create(2048);

    /// <summary>Answers at <c>/openid</c> and <c>/keys</c>; issuer and endorsements are asked for anew with each call.</summary>
    public void Map(IEndpointRouteBuilder routes, Func<string> issuer, Func<IReadOnlyList<string>>? endorsements = null)
    {
        routes.MapGet(
            "/openid",
            (HttpRequest request) => Results.Json(new { issuer = issuer(), jwks_uri = $"{request.Scheme}://{request.Host}/keys" })
        );
        routes.MapGet(
            "/keys",
            () =>
            {
                var open = Key.ExportParameters(includePrivateParameters: false);
                return Results.Json(
                    new
                    {
                        keys = new[]
                        {
                            new
                            {
                                kty = "RSA",
                                use = "sig",
                                kid = keyId,
                                n = Base64UrlEncoder.Encode(open.Modulus),
                                e = Base64UrlEncoder.Encode(open.Exponent),
                                endorsements = endorsements?.Invoke() ?? [],
                            },
                        },
                    }
                );
            }
        );
    }

    /// <summary>Signs with this key unless the token names other credentials.</summary>
    public string Sign(SecurityTokenDescriptor token)
    {
        token.SigningCredentials ??= new SigningCredentials(new RsaSecurityKey(Key) { KeyId = keyId }, SecurityAlgorithms.RsaSha256);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(token);
    }

    /// <summary>Signs claims that no library would put into a token.</summary>
    public string Sign(JsonObject claims)
    {
        var said =
            $"{Base64UrlEncoder.Encode($$"""{"alg":"RS256","typ":"JWT","kid":"{{keyId}}"}""")}."
            + $"{Base64UrlEncoder.Encode(claims.ToJsonString())}";
        return $"{said}.{Base64UrlEncoder.Encode(Key.SignData(Encoding.UTF8.GetBytes(said), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }
}
