using ImcBot.Bot.Engine;
using ImcBot.Bot.Journal;
using ImcBot.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ImcBot.Bot.Relays;

/// <summary>Knows relays by the client assertion that each request carries: signed by the relay's own key, short, and taken once.</summary>
internal sealed class RelayGuard(RelayRegister relays, IDbContextFactory<JournalDb> databases, TimeProvider clock)
{
    private const string Scheme = "Bearer ";
    private const int Longest = 4096;

    private static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(5);

    /// <summary>Clocks differ; a relay sets its own by the bot's answers.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = Longest };

    /// <summary>The confirmed relay that sent this, or why not: 401 not proven, 403 not confirmed yet, 410 revoked.</summary>
    public async Task<(RelayRow? Relay, int Status, string Refusal)> KnowAsync(string? authorization, CancellationToken token)
    {
        if (authorization is null || !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return Unproven("Send a client assertion as 'Authorization: Bearer'.");
        }

        var text = authorization[Scheme.Length..].Trim();
        if (text.Length > Longest || !_handler.CanReadToken(text) || Read(text) is not { } unproven
            || await relays.FindAsync(unproven.Issuer, token) is not { } relay || RelayKey.TryRead(relay.PublicKey) is not { } key)
        {
            return Unproven("The client assertion is not from a relay known here.");
        }

        if (!await IsSignedAsync(text, relay.Id, key) || unproven.Subject != relay.Id || string.IsNullOrEmpty(unproven.Id))
        {
            return Unproven("The client assertion does not hold: it needs typ, iss = sub = relay id, aud, jti, and at most 5 minutes of life.");
        }

        if (relay.State == RelayRegister.Revoked)
        {
            return (null, StatusCodes.Status410Gone, $"This relay was revoked. Enrol again with a new code.{await OtherAsync(relay, token)}");
        }

        if (!await IsFirstAsync($"{relay.Id} {unproven.Id}", token))
        {
            return Unproven("This client assertion was used before; sign a new one for each request.");
        }

        return relay.State == RelayRegister.Confirmed
            ? (relay, StatusCodes.Status200OK, "")
            : (null, StatusCodes.Status403Forbidden, $"An administrator has not confirmed this relay yet.{await OtherAsync(relay, token)}");
    }

    /// <summary>Names the relay that stands for the same host, for whoever must decide which of the two it shall be.</summary>
    private async Task<string> OtherAsync(RelayRow relay, CancellationToken token) =>
        await relays.FindHostAsync(relay.Host, token) is { } other ? $" {relay.Host} has another relay, {other.Relay}; revoke that one first if this one is meant." : "";

    /// <summary>Whether an assertion of this relay is signed by this key and is valid now.</summary>
    public async Task<bool> IsSignedAsync(string assertion, string relay, JsonWebKey key) => (await _handler.ValidateTokenAsync(assertion, new TokenValidationParameters
    {
        ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
        ValidTypes = [RelayAssertion.TokenType],
        ValidAudience = RelayAssertion.Audience,
        ValidIssuer = relay,
        IssuerSigningKey = key,
        TryAllIssuerSigningKeys = true,
        RequireExpirationTime = true,
        LifetimeValidator = (from, until, _, _) => IsNow(from, until),
    })).IsValid;

    private static (RelayRow? Relay, int Status, string Refusal) Unproven(string why) => (null, StatusCodes.Status401Unauthorized, why);

    private JsonWebToken? Read(string text)
    {
        try
        {
            return _handler.ReadJsonWebToken(text);
        }
        catch (Exception exception) when (exception is ArgumentException or SecurityTokenException or System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private bool IsNow(DateTime? from, DateTime? until)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return until is { } end && now < end + Skew && end <= now + LongestLife + Skew && (from is not { } start || start <= now + Skew);
    }

    private async Task<bool> IsFirstAsync(string id, CancellationToken token)
    {
        var now = clock.Micros();
        var expires = now + (LongestLife + Skew + Skew).Micros();
        await using var db = await databases.CreateDbContextAsync(token);
        await db.Assertions.Where(row => row.ExpiresAt < now).ExecuteDeleteAsync(token);
        return 1 == await db.Database.ExecuteSqlAsync(
            $"insert into assertions (id, expires_at) values ({KeyPrint.Of(id)}, {expires}) on conflict (id) do nothing", token);
    }
}
