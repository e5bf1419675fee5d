using System.Security.Cryptography;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Delivery;
using ImcBot.Bot.Incidents;
using ImcBot.Bot.Journal;
using ImcBot.Bot.OnCall;
using ImcBot.Bot.Relays;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;
using Microsoft.EntityFrameworkCore;

namespace ImcBot.Bot.Chat;

/// <summary>Enrols relays by a code given privately to an administrator, and confirms them in the channel.</summary>
internal sealed class RelayEnrolment(
    IDbContextFactory<JournalDb> databases,
    RelayRegister relays,
    RelayPresence presence,
    GrantIssuer grants,
    BotAddress address,
    BotOptions options,
    OnCallRoster roster,
    IncidentEngine incidents,
    ChannelPublisher publisher,
    ChangeSignals signals,
    JournalKey key,
    RevokedRelays used,
    TimeProvider clock
)
{
    private const int LongestHost = 63;

    private long _strangeCodeToldAt;

    public static readonly TimeSpan CodeLife = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Makes a code for a host: 10 minutes, one use. Throws <see cref="InvalidOperationException"/> with a sentence when it cannot.
    /// </summary>
    public async Task<string> CreateCodeAsync(string host, string administratorId, CancellationToken cancellationToken)
    {
        Demand(administratorId);
        var spelled = RelayRegister.Spell(host);
        if (
            spelled.Length is 0 or > LongestHost
            || spelled.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '.' or '_'))
        )
        {
            throw new InvalidOperationException("A relay is enrolled for a host name of letters, digits, hyphens and dots, at most 63.");
        }

        if (await relays.FindHostAsync(spelled, cancellationToken) is { } known)
        {
            throw new InvalidOperationException($"{spelled} already has the relay {known.Relay}. Revoke it first.");
        }

        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var code = new CodeRow
        {
            SecretHash = KeyPrint.Of(secret),
            Host = spelled,
            Administrator = administratorId,
            ExpiresAt = clock.Micros() + CodeLife.Micros(),
        };
        code.Seal = RowSignature.Sign(code, key);
        db.Codes.Add(code);
        await db.SaveChangesAsync(cancellationToken);
        return new EnrolmentCode(address.Url, secret, grants.Fingerprint).ToText();
    }

    /// <summary>An administrator confirms the fingerprint shown in the channel. Returns a sentence for the channel.</summary>
    public async Task<string> ConfirmAsync(string relay, string administratorId, CancellationToken cancellationToken)
    {
        Demand(administratorId);
        if (await relays.FindAsync(relay, cancellationToken) is not { } row)
        {
            throw new InvalidOperationException($"There is no relay '{relay}'.");
        }

        if (row.State == RelayRegister.Waiting && await relays.FindHostAsync(row.Host, cancellationToken) is { } other)
        {
            throw new InvalidOperationException($"{row.Host} already has the relay {other.Relay}. Revoke it first.");
        }

        return await relays.MoveAsync(relay, RelayRegister.Waiting, RelayRegister.Confirmed, administratorId, cancellationToken)
            ? $"{relay} is confirmed and may speak for {row.Host}. It only reads until its own policy allows more."
            : throw new InvalidOperationException($"{relay} does not wait to be confirmed: it is {row.State}.");
    }

    /// <summary>Revokes a relay. Returns a sentence for the channel.</summary>
    public async Task<string> RevokeAsync(string relay, string administratorId, CancellationToken cancellationToken)
    {
        Demand(administratorId);
        await Revocation.RevokeAsync(relays, await incidents.ListOpenAsync(cancellationToken), relay, administratorId, cancellationToken);
        signals.RingRelay(relay);
        return $"{relay} is revoked: it is turned away from now on, and its last grant ends within "
            + $"{Words.Count(options.GrantMinutes, "minute")}.";
    }

    /// <summary>
    /// One line for each relay: id, host, state (waiting for confirmation, ready, silent since, revoked, not believed), version, what its
    /// own policy allows.
    /// </summary>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken) =>
        [
            .. (await relays.ListAsync(cancellationToken)).Select(row =>
                row.State == RelayRegister.Forged
                    ? $"{row.Id}  {row.Host}  {row.State}"
                    : $"{row.Id}  {row.Host}  {StateOf(row)}  {row.Version ?? "never greeted"}{PolicyWords(RelayRowReader.PolicyOf(row))}"
            ),
        ];

    /// <summary>Takes a code. The answer is the relay's id, or a sentence why not.</summary>
    /// <param name="foreign">Why the sender is not the host's app, where the host signs in with Entra; else null.</param>
    public async Task<(Enrolled? Enrolled, string? Refusal)> EnrolAsync(
        Enrolment enrolment,
        string? foreign,
        CancellationToken cancellationToken
    )
    {
        if (RelayKey.TryRead(enrolment.PublicKey) is null)
        {
            return (null, "The public key must be a P-256 key as a JWK.");
        }

        var host = RelayRegister.Spell(enrolment.Host);
        var hash = KeyPrint.Of(enrolment.Secret);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (
            await db.Codes.AsNoTracking().SingleOrDefaultAsync(row => row.SecretHash == hash, cancellationToken) is not { } code
            || !RowSignature.Fits(code, key)
        )
        {
            TellOfStrangeCode();
            return (
                null,
                "This code is not known here: it was made by another bot, or changed on its way. Ask an administrator of this one."
            );
        }

        var now = clock.Micros();
        var first =
            1
                == await db
                    .Codes.Where(row => row.SecretHash == hash && row.UsedAt == null)
                    .ExecuteUpdateAsync(row => row.SetProperty(value => value.UsedAt, now), cancellationToken)
            && used.TryAdd($"code {hash}");
        var refusal =
            !first ? $"The code for {code.Host} was used before."
            : now > code.ExpiresAt ? $"The code for {code.Host} was older than {CodeLife.TotalMinutes:0} minutes."
            : host != code.Host ? $"The code for {code.Host} was used by a relay that says it stands for another host."
            : foreign is not null ? $"The code for {code.Host} was used without its identity. {foreign}"
            : null;
        if (refusal is not null)
        {
            // Somebody holds a code that they should not: people must hear of it, and the code is burnt.
            signals.Tell($"{refusal} Nothing was enrolled; ask for a new code if this was you.");
            return (null, $"{refusal} Ask an administrator for a new one.");
        }

        var relay = $"{host.ToLowerInvariant()}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(3))}";
        await relays.AddAsync(
            new RelayRow
            {
                Id = relay,
                Host = host,
                PublicKey = enrolment.PublicKey,
                State = RelayRegister.Waiting,
                EnrolledAt = now,
            },
            cancellationToken
        );
        var asked =
            $"A relay for {host} asks to be confirmed: {relay}. Its key has the fingerprint {KeyPrint.InGroups(enrolment.PublicKey)}. "
            + "An administrator confirms it only if the relay's own console shows the same.";
        try
        {
            await publisher.AskToConfirmAsync(asked, relay, cancellationToken);
        }
        catch (ChannelException exception)
        {
            // Its code is used up: without this answer it would never learn its name, and its next try would look like a stolen code.
            signals.Tell($"{asked} Its card could not be posted ({exception.Message}): type 'relay confirm {relay}'.");
        }

        return (new Enrolled(relay, grants.KeySet), null);
    }

    /// <summary>Anybody may send codes that are none, so this is told once in a while, not each time.</summary>
    private void TellOfStrangeCode()
    {
        var (now, before) = (clock.Micros(), Volatile.Read(ref _strangeCodeToldAt));
        if (now - before >= CodeLife.Micros() && Interlocked.CompareExchange(ref _strangeCodeToldAt, now, before) == before)
        {
            signals.Tell(
                "Somebody tried to enrol a relay with a code that this bot has not made. Nothing was enrolled. If it was you: the "
                    + "code is of another bot, or was changed on its way."
            );
        }
    }

    private void Demand(string administratorId)
    {
        if (!roster.RolesOf(administratorId).Contains(Role.Administrator))
        {
            throw new InvalidOperationException(
                "Only an administrator may do this with relays; they are named in OnCall:Roles:administrator."
            );
        }
    }

    private static string PolicyWords(PolicyNotice? policy) =>
        policy switch
        {
            null => "",
            { Digest: null } => "  no policy: only reads",
            _ => $"  policy {policy.Digest[..8]}: up to {policy.Highest.ToString().ToLowerInvariant()}"
                + $"{(policy.Shadow ? ", shadow mode" : "")}{(policy.Off.Count == 0 ? "" : $", off: {string.Join(", ", policy.Off)}")}",
        };

    private string StateOf(RelayRow row)
    {
        if (row.State != RelayRegister.Confirmed)
        {
            return row.State == RelayRegister.Waiting ? "waiting for confirmation" : "revoked";
        }

        var heard = row.HeardAt ?? row.EnrolledAt;
        return presence.SilenceOf(row) <= TimeSpan.FromSeconds(options.RelaySilentSeconds)
            ? "ready"
            : $"silent for {Summary.Length(heard, clock.Micros())}";
    }
}
