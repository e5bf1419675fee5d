using System.Security.Cryptography;
using ImcBot.Contracts;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ImcBot.Relay.Tests.Fakes;

/// <summary>What a grant says; every word can be made wrong.</summary>
internal sealed record GrantTerms(string Question, string Plan, string Relay)
{
    public string[] Approvers { get; init; } = ["oid-olu"];

    public string Impact { get; init; } = "disruptive";

    public object Runs { get; init; } = 1;

    public int Minutes { get; init; } = 10;

    public string Issuer { get; init; } = Grant.Issuer;

    public string Type { get; init; } = Grant.TokenType;

    public string? Jti { get; init; } = Guid.NewGuid().ToString("N");

    public long Life { get; init; } = 600;

    public long IssuedAgo { get; init; }

    public string? Without { get; init; }

    public RoundOrder? Order { get; init; }

    /// <summary>Of the poll that it answers.</summary>
    public string? Nonce { get; init; } = Bench.Nonce;
}

/// <summary>The bot's grant key, and what an attacker might sign with instead.</summary>
internal sealed class GrantForge
{
    public const string KeyId = "grant-1";

    private readonly string _id;

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public GrantForge(string id = KeyId)
    {
        _id = id;
        var point = _key.ExportParameters(false).Q;
        Keys = new JsonWebKeySet();
        Keys.Keys.Add(
            new JsonWebKey
            {
                Kty = "EC",
                Crv = "P-256",
                Kid = id,
                X = Base64UrlEncoder.Encode(point.X),
                Y = Base64UrlEncoder.Encode(point.Y),
            }
        );
    }

    public JsonWebKeySet Keys { get; }

    /// <summary>The public key's bytes: what a key-confusion attack would use as a shared secret.</summary>
    public byte[] PublicBytes => _key.ExportSubjectPublicKeyInfo();

    public string Mint(GrantTerms terms, long now) => Mint(terms, now, Own);

    private SigningCredentials Own => new(new ECDsaSecurityKey(_key) { KeyId = _id }, SecurityAlgorithms.EcdsaSha256);

    /// <summary>A notice of grant keys, signed by this key.</summary>
    public string Notice(string keys, string type = GrantKeyNotice.TokenType) =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            new SecurityTokenDescriptor
            {
                TokenType = type,
                Issuer = Grant.Issuer,
                Claims = new Dictionary<string, object> { [GrantKeyNotice.KeysClaim] = keys },
                SigningCredentials = Own,
            }
        );

    /// <summary>The public keys of these forges, as the bot would write them.</summary>
    public static string SetOf(params GrantForge[] forges) =>
        System.Text.Json.JsonSerializer.Serialize(
            new
            {
                keys = forges
                    .SelectMany(forge => forge.Keys.Keys)
                    .Select(key => new
                    {
                        kty = key.Kty,
                        crv = key.Crv,
                        kid = key.Kid,
                        x = key.X,
                        y = key.Y,
                    }),
            }
        );

    /// <summary>Signed by a key of the attacker's own, which the header offers.</summary>
    public string MintWithHeader(GrantTerms terms, long now, string name, object value) =>
        Mint(
            terms,
            now,
            new SigningCredentials(
                new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = KeyId },
                SecurityAlgorithms.EcdsaSha256
            ),
            new Dictionary<string, object> { [name] = value }
        );

    public string Mint(GrantTerms terms, long now, SigningCredentials? credentials, IDictionary<string, object>? header = null)
    {
        var claims = new Dictionary<string, object?>
        {
            ["jti"] = terms.Jti,
            ["iat"] = now - terms.IssuedAgo,
            ["exp"] = now - terms.IssuedAgo + terms.Life,
            [Grant.QuestionClaim] = terms.Question,
            [Grant.PlanClaim] = terms.Plan,
            [Grant.ApproversClaim] = terms.Approvers,
            [Grant.ImpactClaim] = terms.Impact,
            [Grant.RunsClaim] = terms.Runs,
            [Grant.MinutesClaim] = terms.Minutes,
            [Grant.OrderClaim] = terms.Order?.Digest,
            [Grant.NonceClaim] = terms.Nonce,
        };
        claims.Remove(terms.Without ?? "");
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            new SecurityTokenDescriptor
            {
                TokenType = terms.Type,
                Issuer = terms.Issuer,
                Audience = terms.Relay,
                Claims = claims.Where(claim => claim.Value is not null).ToDictionary(claim => claim.Key, claim => claim.Value!),
                SigningCredentials = credentials,
                AdditionalHeaderClaims = header,
            }
        );
    }
}
