using System.Security.Cryptography;
using System.Text.Json;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ImcBot.Bot.Relays;

/// <summary>Makes grants at the moment a job is delivered. A grant is never stored: the journal holds its terms.</summary>
internal sealed class GrantIssuer
{
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly SigningCredentials _credentials;
    private readonly BotOptions _options;
    private readonly TimeProvider _clock;

    /// <param name="previous">The key before, while relays that know only that one may still have to hear of the new one; then both are
    /// trusted.</param>
    public GrantIssuer(ECDsa key, BotOptions options, TimeProvider clock, ECDsa? previous = null)
    {
        (_options, _clock) = (options, clock);
        _credentials = Credentials(key);

        // Written by hand: its fingerprint is compared by people and must be the same at every start.
        KeySet = $$"""{"keys":[{{string.Join(',', new[] { key, previous }.OfType<ECDsa>().Select(PublicHalf))}}]}""";
        Notice = _handler.CreateToken(
            new SecurityTokenDescriptor
            {
                TokenType = GrantKeyNotice.TokenType,
                Issuer = Grant.Issuer,
                SigningCredentials = previous is null ? _credentials : Credentials(previous),
                Claims = new Dictionary<string, object>(StringComparer.Ordinal) { [GrantKeyNotice.KeysClaim] = KeySet },
            }
        );
    }

    /// <summary>The public keys that sign grants, as a JWK set.</summary>
    public string KeySet { get; }

    /// <summary>The same set for relays that are enrolled already: signed by the key they know. See <see cref="GrantKeyNotice"/>.</summary>
    public string Notice { get; }

    /// <summary>How long a grant lives.</summary>
    public TimeSpan Life => TimeSpan.FromMinutes(_options.GrantMinutes);

    public string Fingerprint => KeyPrint.Of(KeySet);

    /// <summary>A grant for one approved plan on these terms, valid from now.</summary>
    /// <param name="nonce">Of the poll that it answers; null where the relay is older than that.</param>
    public string Mint(RunAction act, string relay, string? nonce)
    {
        var (now, terms) = (_clock.GetUtcNow(), act.Grant);
        var claims = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            [JwtRegisteredClaimNames.Jti] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            [Grant.QuestionClaim] = act.Run.Question.ToString(),
            [Grant.PlanClaim] = act.Plan,
            [Grant.ApproversClaim] = JsonSerializer.SerializeToElement(terms.Approvers),
            [Grant.ImpactClaim] = JsonNamingPolicy.CamelCase.ConvertName(terms.Impact.ToString()),
            [Grant.RunsClaim] = terms.Runs,
            [Grant.MinutesClaim] = terms.Minutes,
            [Grant.OrderClaim] = act.Order?.Digest,
            [Grant.NonceClaim] = nonce,
        };
        return _handler.CreateToken(
            new SecurityTokenDescriptor
            {
                TokenType = Grant.TokenType,
                Issuer = Grant.Issuer,
                Audience = relay,
                IssuedAt = now.UtcDateTime,
                Expires = (now + Life).UtcDateTime,
                SigningCredentials = _credentials,
                Claims = claims.Where(claim => claim.Value is not null).ToDictionary(StringComparer.Ordinal)!,
            }
        );
    }

    private static SigningCredentials Credentials(ECDsa key) =>
        new(new ECDsaSecurityKey(key) { KeyId = IdOf(key) }, SecurityAlgorithms.EcdsaSha256);

    private static string IdOf(ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return ContentDigest.Of([.. point.X!, .. point.Y!])[..16];
    }

    private static string PublicHalf(ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return $$"""{"kty":"EC","crv":"P-256","use":"sig","alg":"ES256","kid":"{{IdOf(key)}}","x":"{{Base64UrlEncoder.Encode(
            point.X)}}","y":"{{Base64UrlEncoder.Encode(point.Y)}}"}""";
    }
}
