using ImcBot.Bot.Entra;
using ImcBot.Bot.Journal;
using ImcBot.Contracts;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ImcBot.Bot.Relays;

/// <summary>
/// Knows relays by what each request carries: a client assertion, signed by the relay's own key, short, and taken once; or, where the host
/// is one of
/// <see cref="EntraRelays"/>, the Entra token of its app and nothing else. Either way an administrator must have confirmed the relay.
/// </summary>
internal sealed class RelayGuard(
    RelayRegister relays,
    Journals journal,
    EntraRelays entra,
    RelayQuota quota,
    RelayPresence presence,
    TimeProvider clock
)
{
    private const int Longest = 4096;

    private static readonly TimeSpan Sweep = TimeSpan.FromMinutes(1);

    private long? _sweptAt;

    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = Longest };

    /// <summary>
    /// The confirmed relay that sent this, which counts as heard from then on, or why not: 401 not proven, 403 not confirmed yet,
    /// 409 another process of it works, 410 revoked, 429 too many.
    /// </summary>
    /// <param name="named">Whom the request names as its relay (<see cref="RelayAssertion.RelayHeader"/>); without it the assertion
    /// does.</param>
    /// <param name="instance">Which process of the relay sends it; null from one that does not say.</param>
    /// <param name="isForCommands">Whether a command beside the relay's own process asks for this too.</param>
    public async Task<(RelayRow? Relay, int Status, string Refusal)> KnowAsync(
        string? authorization,
        string? named,
        RelayInstance? instance,
        bool isForCommands,
        CancellationToken cancellationToken
    )
    {
        if (Bearer.Of(authorization) is not { } text)
        {
            return Unproven("Send a client assertion or an Entra token as 'Authorization: Bearer'.");
        }

        var assertion = Read(text);
        if ((named ?? assertion?.Issuer) is not { } id || await relays.FindAsync(id, cancellationToken) is not { } relay)
        {
            return Unproven("This is not from a relay known here.");
        }

        var refusal = entra.Has(relay.Host)
            ? await entra.RefuseAsync(relay.Host, text, cancellationToken)
            : await RefuseAsync(relay, text, assertion);
        if (refusal is not null)
        {
            return Unproven(refusal);
        }

        // Only what the relay has proved counts against it, and what is too much costs no row of the database.
        if (!quota.Admits(relay.Id))
        {
            return (null, StatusCodes.Status429TooManyRequests, "Too many requests of this relay in this minute; send fewer.");
        }

        // A revoked relay costs no memory: only what may still count is remembered.
        return relay.State == RelayRegister.Revoked
            ? await StandingAsync(relay, cancellationToken)
            : await TakeAsync(
                relay,
                instance,
                isForCommands,
                entra.Has(relay.Host) ? null : $"{relay.Id} {assertion!.Id}",
                cancellationToken
            );
    }

    /// <summary>That its assertion was taken and that it was heard is written down together: a relay that polls costs one commit.</summary>
    private async Task<(RelayRow? Relay, int Status, string Refusal)> TakeAsync(
        RelayRow relay,
        RelayInstance? instance,
        bool isForCommands,
        string? assertion,
        CancellationToken cancellationToken
    )
    {
        var (isFirst, rival) = await journal.Writer.WriteAsync(
            async (db, sql) =>
                assertion is not null && !await IsFirstAsync(sql, assertion) ? (false, null)
                : relay.State == RelayRegister.Confirmed ? (true, await presence.HearAsync(db, sql, relay, instance, isForCommands))
                : (true, null),
            cancellationToken
        );
        if (!isFirst)
        {
            return Unproven("This client assertion was used before; sign a new one for each request.");
        }

        return rival is null ? await StandingAsync(relay, cancellationToken) : (null, StatusCodes.Status409Conflict, rival);
    }

    private async Task<string?> RefuseAsync(RelayRow relay, string text, JsonWebToken? assertion)
    {
        if (
            assertion is null
            || RelayKey.TryRead(relay.PublicKey) is not { } key
            || !await HasSignatureAsync(text, relay.Id, key)
            || assertion.Subject != relay.Id
            || string.IsNullOrEmpty(assertion.Id)
            || assertion.ValidTo == DateTime.MinValue
        )
        {
            return "The client assertion does not hold: it needs typ, iss = sub = relay id, aud, jti, and at most 5 minutes of life.";
        }

        return IsNow(assertion) ? null
            : RelayAssertion.ClockProblem(assertion.IssuedAt - clock.GetUtcNow().UtcDateTime) is { } problem
            && assertion.IssuedAt != DateTime.MinValue
                ? $"T{problem[1..]}."
            : $"The client assertion is not good now: it ends at {assertion.ValidTo:yyyy-MM-dd HH:mm:ss} UTC, and it is "
                + $"{clock.GetUtcNow():yyyy-MM-dd HH:mm:ss}; at most 5 minutes of life count.";
    }

    private async Task<(RelayRow? Relay, int Status, string Refusal)> StandingAsync(RelayRow relay, CancellationToken cancellationToken) =>
        relay.State switch
        {
            RelayRegister.Confirmed => (relay, StatusCodes.Status200OK, ""),
            RelayRegister.Revoked => (
                null,
                StatusCodes.Status410Gone,
                $"This relay was revoked. Enrol again with a new code.{await OtherAsync(relay, cancellationToken)}"
            ),
            _ => (
                null,
                StatusCodes.Status403Forbidden,
                $"An administrator has not confirmed this relay yet.{await OtherAsync(relay, cancellationToken)}"
            ),
        };

    /// <summary>Names the relay that stands for the same host, for whoever must decide which of the two it shall be.</summary>
    private async Task<string> OtherAsync(RelayRow relay, CancellationToken cancellationToken) =>
        await relays.FindHostAsync(relay.Host, cancellationToken) is { } other
            ? $" {relay.Host} has another relay, {other.Relay}; revoke that one first if this one is meant."
            : "";

    /// <summary>Whether an assertion of this relay is signed by this key and is valid now.</summary>
    public async Task<bool> IsSignedAsync(string assertion, string relay, JsonWebKey key) =>
        Read(assertion) is { } read && await HasSignatureAsync(assertion, relay, key) && IsNow(read);

    private async Task<bool> HasSignatureAsync(string assertion, string relay, JsonWebKey key) =>
        (
            await _handler.ValidateTokenAsync(
                assertion,
                new TokenValidationParameters
                {
                    ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
                    ValidTypes = [RelayAssertion.TokenType],
                    ValidAudience = RelayAssertion.Audience,
                    ValidIssuer = relay,
                    IssuerSigningKey = key,
                    TryAllIssuerSigningKeys = true,
                    ValidateLifetime = false,
                }
            )
        ).IsValid;

    private static (RelayRow? Relay, int Status, string Refusal) Unproven(string why) => (null, StatusCodes.Status401Unauthorized, why);

    /// <summary>The assertion that this may be, unproven; an Entra token is too long, or belongs to a relay that is named.</summary>
    private JsonWebToken? Read(string text)
    {
        try
        {
            return text.Length <= Longest && _handler.CanReadToken(text) ? _handler.ReadJsonWebToken(text) : null;
        }
        catch (Exception exception) when (exception is ArgumentException or SecurityTokenException or System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private bool IsNow(JsonWebToken assertion) =>
        assertion.ValidTo != DateTime.MinValue
        && RelayAssertion.IsGood(new DateTimeOffset(assertion.ValidTo, TimeSpan.Zero), clock.GetUtcNow())
        && assertion.ValidFrom <= clock.GetUtcNow().UtcDateTime + RelayAssertion.Skew;

    private async Task<bool> IsFirstAsync(HotSql sql, string id)
    {
        var now = clock.Micros();
        if (_sweptAt is not { } swept || clock.GetElapsedTime(swept) >= Sweep)
        {
            _sweptAt = clock.GetTimestamp();
            await sql.RunAsync("delete from assertions where expires_at < @p0", now);
        }

        var expires = now + (RelayAssertion.LongestLife + RelayAssertion.Skew + RelayAssertion.Skew).Micros();
        return 1
            == await sql.RunAsync(
                "insert into assertions (id, expires_at) values (@p0, @p1) on conflict (id) do nothing",
                KeyPrint.Of(id),
                expires
            );
    }
}
