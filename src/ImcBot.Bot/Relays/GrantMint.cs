using System.Security.Cryptography;
using System.Text.Json;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ImcBot.Bot.Relays;

/// <summary>Makes grants at the moment a job is delivered. A grant is never stored: the journal holds its terms.</summary>
internal sealed class GrantMint
{
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly SigningCredentials _credentials;
    private readonly BotOptions _options;
    private readonly TimeProvider _clock;

    public GrantMint(ECDsa key, BotOptions options, TimeProvider clock)
    {
        (_options, _clock) = (options, clock);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var (x, y) = (Base64UrlEncoder.Encode(point.X), Base64UrlEncoder.Encode(point.Y));
        var id = Convert.ToHexStringLower(SHA256.HashData([.. point.X!, .. point.Y!]))[..16];
        _credentials = new SigningCredentials(new ECDsaSecurityKey(key) { KeyId = id }, SecurityAlgorithms.EcdsaSha256);

        // Written by hand: its fingerprint is compared by people and must be the same at every start.
        KeySet = $$"""{"keys":[{"kty":"EC","crv":"P-256","use":"sig","alg":"ES256","kid":"{{id}}","x":"{{x}}","y":"{{y}}"}]}""";
    }

    /// <summary>The public keys that sign grants, as a JWK set.</summary>
    public string KeySet { get; }

    public string Fingerprint => KeyPrint.Of(KeySet);

    /// <summary>A grant for one approved plan on these terms, valid from now.</summary>
    public string Mint(QuestionId question, string plan, string relay, GrantTerms terms)
    {
        var now = _clock.GetUtcNow();
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = Grant.TokenType,
            Issuer = Grant.Issuer,
            Audience = relay,
            IssuedAt = now.UtcDateTime,
            Expires = now.AddMinutes(_options.GrantMinutes).UtcDateTime,
            SigningCredentials = _credentials,
            Claims = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                [JwtRegisteredClaimNames.Jti] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
                [Grant.QuestionClaim] = question.ToString(),
                [Grant.PlanClaim] = plan,
                [Grant.ApproversClaim] = JsonSerializer.SerializeToElement(terms.Approvers),
                [Grant.ImpactClaim] = JsonNamingPolicy.CamelCase.ConvertName(terms.Impact.ToString()),
                [Grant.RunsClaim] = terms.Runs,
                [Grant.MinutesClaim] = terms.Minutes,
            },
        });
    }
}
