using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace ImcBot.Bot.Entra;

/// <summary>Somebody, or some app, that Entra vouches for.</summary>
/// <param name="ObjectId">Of the person, or of the app's service principal; in small letters.</param>
/// <param name="IsApp">The app by itself, without a person.</param>
/// <param name="Scopes">What the person has let the client do; empty for an app by itself.</param>
/// <param name="IsGuest">Null when the token does not say (<c>acct</c> is an optional claim).</param>
internal sealed record EntraCaller(string ObjectId, string Name, IReadOnlyList<string> Scopes, bool IsApp, bool? IsGuest);

/// <summary>Reads tokens that Entra has issued for this bot: signature, issuer, audience, tenant, lifetime.</summary>
internal sealed class EntraTokens(IOptions<EntraOptions> options, TimeProvider time)
{
    /// <summary>
    /// What <c>idtyp</c> says of an app by itself. The claim is optional; without it such a token is known by its subject, which is the
    /// app.
    /// </summary>
    private const string App = "app";

    private const int Longest = 16 * 1024;

    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = Longest };
    private readonly Lazy<ConfigurationManager<OpenIdConnectConfiguration>> _metadata = new(() =>
        new ConfigurationManager<OpenIdConnectConfiguration>(
            options.Value.MetadataAddress.AbsoluteUri,
            new OpenIdConnectConfigurationRetriever(),
            new HttpDocumentRetriever { RequireHttps = options.Value.MetadataAddress.Scheme == Uri.UriSchemeHttps }
        )
    );

    /// <summary>Whoever the token proves, or null: nobody is known without a whole proof.</summary>
    public async Task<EntraCaller?> ReadAsync(string token, CancellationToken cancellationToken)
    {
        var entra = options.Value;
        if (entra.Audience.Length == 0 || token.Length > Longest)
        {
            return null;
        }

        var result = await _handler
            .ValidateTokenAsync(
                token,
                new TokenValidationParameters
                {
                    ConfigurationManager = _metadata.Value,
                    ValidIssuers = entra.Issuers,
                    ValidAudiences =
                    [
                        entra.Audience,
                        entra.Audience.StartsWith("api://", StringComparison.Ordinal)
                            ? entra.Audience["api://".Length..]
                            : $"api://{entra.Audience}",
                    ],
                    ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
                    RequireExpirationTime = true,
                    LifetimeValidator = (from, until, _, _) => IsNow(from, until, time),
                }
            )
            .WaitAsync(cancellationToken);
        return
            result is { IsValid: true, SecurityToken: JsonWebToken proven }
            && string.Equals(Text(proven, "tid"), entra.TenantId, StringComparison.OrdinalIgnoreCase)
            && Guid.TryParse(Text(proven, "oid"), out var id)
            ? Read(proven, id.ToString())
            : null;
    }

    private static EntraCaller Read(JsonWebToken proven, string id)
    {
        var scopes = Text(proven, "scp")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        var isApp =
            scopes.Length == 0
            && (Text(proven, "idtyp") ?? (string.Equals(Text(proven, "sub"), id, StringComparison.OrdinalIgnoreCase) ? App : null)) == App;
        return new EntraCaller(
            id,
            Text(proven, "name") ?? Text(proven, "preferred_username") ?? id,
            scopes,
            isApp,
            Text(proven, "acct") switch
            {
                "0" => false,
                "1" => true,
                _ => null,
            }
        );
    }

    private static string? Text(JsonWebToken token, string claim) =>
        token.TryGetPayloadValue<object>(claim, out var value) ? value?.ToString() : null;

    /// <summary>Whether a token holds now, with five minutes for clocks that differ; one without an end does not.</summary>
    public static bool IsNow(DateTime? from, DateTime? until, TimeProvider time)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return until is { } end && now < end + Skew && (from is not { } start || start <= now + Skew);
    }
}
