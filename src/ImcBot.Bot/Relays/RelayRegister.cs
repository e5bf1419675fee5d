using System.Text.Json;
using ImcBot.Bot.Engine;
using ImcBot.Bot.Journal;
using ImcBot.Contracts;
using Microsoft.EntityFrameworkCore;

namespace ImcBot.Bot.Relays;

/// <summary>A host with its confirmed relay.</summary>
internal sealed record RelayHost(string Host, string Relay, HostProfile Profile);

/// <summary>The relays there are, what state they are in, and when each was last heard.</summary>
internal sealed class RelayRegister(IDbContextFactory<JournalDb> databases, TimeProvider clock)
{
    public const string Waiting = "waiting", Confirmed = "confirmed", Revoked = "revoked";

    /// <summary>Host names are compared without case; they are kept in capitals.</summary>
    public static string Spell(string host) => host.Trim().ToUpperInvariant();

    public async Task<RelayRow?> FindAsync(string relay, CancellationToken token)
    {
        await using var db = await databases.CreateDbContextAsync(token);
        return await db.Relays.AsNoTracking().SingleOrDefaultAsync(row => row.Id == relay, token);
    }

    /// <summary>The host's confirmed relay, or null.</summary>
    public async Task<RelayHost?> FindHostAsync(string host, CancellationToken token)
    {
        var spelled = Spell(host);
        await using var db = await databases.CreateDbContextAsync(token);
        var row = await db.Relays.AsNoTracking().Where(row => row.Host == spelled && row.State == Confirmed)
            .OrderByDescending(row => row.EnrolledAt).FirstOrDefaultAsync(token);
        return row is null ? null : new RelayHost(row.Host, row.Id, ProfileOf(row));
    }

    public async Task<IReadOnlyList<RelayRow>> ListAsync(CancellationToken token)
    {
        await using var db = await databases.CreateDbContextAsync(token);
        return await db.Relays.AsNoTracking().OrderBy(row => row.Host).ThenBy(row => row.EnrolledAt).ToListAsync(token);
    }

    public async Task AddAsync(RelayRow relay, CancellationToken token)
    {
        await using var db = await databases.CreateDbContextAsync(token);
        db.Relays.Add(relay);
        await db.SaveChangesAsync(token);
    }

    /// <summary>Moves a relay from one state to another; false when it was not in that state.</summary>
    public async Task<bool> MoveAsync(string relay, string from, string to, string by, CancellationToken token)
    {
        await using var db = await databases.CreateDbContextAsync(token);
        return 1 == await db.Relays.Where(row => row.Id == relay && row.State == from)
            .ExecuteUpdateAsync(row => row.SetProperty(value => value.State, to).SetProperty(value => value.DecidedBy, by), token);
    }

    /// <summary>Puts a relay's new key in place of its old one; false when the old one is not its key any more.</summary>
    public async Task<bool> ChangeKeyAsync(string relay, string from, string to, CancellationToken token)
    {
        var former = $" {KeyPrint.Of(from)}";
        await using var db = await databases.CreateDbContextAsync(token);
        return 1 == await db.Relays.Where(row => row.Id == relay && row.PublicKey == from && row.State == Confirmed)
            .ExecuteUpdateAsync(row => row.SetProperty(value => value.PublicKey, to).SetProperty(value => value.FormerKeys, value => (value.FormerKeys ?? "") + former), token);
    }

    /// <summary>Fingerprint of the key that signed a report's ledger row, if that row is of this report and the key is or was this relay's; else null.</summary>
    public static string? SignerOf(RelayRow relay, Report report) =>
        report.Statement is { } statement && LedgerStatement.TryRead(statement, out var read) && read.Row.Run == report.Run && read.Row.Outcome == LedgerRow.OutcomeOf(report)
            && KeyPrint.Of(read.PublicKey) is var print && (print == KeyPrint.Of(relay.PublicKey) || relay.FormerKeys?.Split(' ').Contains(print) == true)
            ? print : null;

    public async Task GreetAsync(string relay, Hello hello, CancellationToken token)
    {
        var profile = JsonSerializer.Serialize(hello.Profile, WireJson.Options);
        var catalog = JsonSerializer.Serialize(hello.Catalog, WireJson.Options);
        var policy = hello.Policy is null ? null : JsonSerializer.Serialize(hello.Policy, WireJson.Options);
        await using var db = await databases.CreateDbContextAsync(token);
        await db.Relays.Where(row => row.Id == relay).ExecuteUpdateAsync(
            row => row.SetProperty(value => value.Version, hello.Version).SetProperty(value => value.Profile, profile)
                .SetProperty(value => value.Catalog, catalog).SetProperty(value => value.Policy, policy), token);
    }

    /// <summary>The relay has spoken just now.</summary>
    public async Task HearAsync(string relay, CancellationToken token)
    {
        var now = clock.Micros();
        await using var db = await databases.CreateDbContextAsync(token);
        await db.Relays.Where(row => row.Id == relay).ExecuteUpdateAsync(row => row.SetProperty(value => value.HeardAt, now), token);
    }

    /// <summary>When the relay last spoke, Unix microseconds; null when it never has.</summary>
    public async Task<long?> HeardAtAsync(string relay, CancellationToken token) =>
        (await FindAsync(relay, token))?.HeardAt;

    /// <summary>What a relay's own policy says; null from one that is older than policies, or has not greeted yet.</summary>
    public static PolicyNotice? PolicyOf(RelayRow row) => row.Policy is null ? null : JsonSerializer.Deserialize<PolicyNotice>(row.Policy, WireJson.Options);

    private static HostProfile ProfileOf(RelayRow row) =>
        row.Profile is null ? HostProfile.Exchange : JsonSerializer.Deserialize<HostProfile>(row.Profile, WireJson.Options) ?? HostProfile.Exchange;
}
