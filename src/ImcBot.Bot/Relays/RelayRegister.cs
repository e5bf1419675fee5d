using System.Collections.Concurrent;
using System.Text.Json;
using ImcBot.Bot.Journal;
using ImcBot.Contracts;
using Microsoft.EntityFrameworkCore;

namespace ImcBot.Bot.Relays;

/// <summary>
/// The relays there are, what state they are in, and when each was last heard. Rows are sealed with the journal's key; one that does not
/// fit its seal, or that was revoked, is as good as absent, and the channel is told.
/// </summary>
internal sealed class RelayRegister(IDbContextFactory<JournalDb> databases, JournalKey key, RevokedRelays revoked, ChangeSignals signals)
{
    public const string Waiting = "waiting",
        Confirmed = "confirmed",
        Revoked = "revoked";

    /// <summary>Stands in a list for the state of a row that is not believed.</summary>
    public const string Forged = "NOT BELIEVED: changed by other hands, see who can write the database";

    private readonly ConcurrentDictionary<string, bool> _told = new(StringComparer.Ordinal);

    /// <summary>The seal of each relay that was found to fit last, with the row that it fits: every poll asks again.</summary>
    private readonly ConcurrentDictionary<string, byte[]> _sealed = new(StringComparer.Ordinal);

    private readonly Func<JournalDb, string, CancellationToken, Task<RelayRow?>> _byId = EF.CompileAsyncQuery(
        (JournalDb db, string relay, CancellationToken _) => db.Relays.AsNoTracking().SingleOrDefault(row => row.Id == relay)
    );

    /// <summary>Host names are compared without case; they are kept in capitals.</summary>
    public static string Spell(string host) => host.Trim().ToUpperInvariant();

    public async Task<RelayRow?> FindAsync(string relay, CancellationToken cancellationToken) =>
        await databases.AskAsync(db => _byId(db, relay, cancellationToken), cancellationToken) is { } row && IsBelieved(row) ? row : null;

    /// <summary>Whether a relay was revoked here, by what is on disk before the database is told of it.</summary>
    public bool IsRevoked(string relay) => revoked.Include(relay);

    /// <summary>What the relay's own policy said at its last hello; null when it has not told.</summary>
    public async Task<PolicyNotice?> PolicyAsync(string relay, CancellationToken cancellationToken) =>
        await FindAsync(relay, cancellationToken) is { } row ? RelayRowReader.PolicyOf(row) : null;

    /// <summary>The host's confirmed relay, or null.</summary>
    public async Task<RelayHost?> FindHostAsync(string host, CancellationToken cancellationToken)
    {
        var spelled = Spell(host);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await db
            .Relays.AsNoTracking()
            .Where(row => row.Host == spelled && row.State == Confirmed)
            .OrderByDescending(row => row.EnrolledAt)
            .ToListAsync(cancellationToken);
        return rows.Find(row => IsBelieved(row) && row.State == Confirmed) is { } row ? RelayRowReader.HostOf(row) : null;
    }

    /// <summary>Every row; those that are not believed say so in place of their state.</summary>
    public async Task<IReadOnlyList<RelayRow>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await db.Relays.AsNoTracking().OrderBy(row => row.Host).ThenBy(row => row.EnrolledAt).ToListAsync(cancellationToken);
        foreach (var row in rows.Where(row => !IsBelieved(row)))
        {
            row.State = Forged;
        }

        return rows;
    }

    public async Task AddAsync(RelayRow relay, CancellationToken cancellationToken)
    {
        relay.Seal = RowSignature.Sign(relay, key);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        db.Relays.Add(relay);
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Moves a relay from one state to another; false when it was not in that state, or its row is not believed.</summary>
    public async Task<bool> MoveAsync(string relay, string from, string to, string by, CancellationToken cancellationToken)
    {
        if (to == Revoked && await FindAsync(relay, cancellationToken) is { } known && known.State == from)
        {
            revoked.Add(relay);
        }

        return await ChangeAsync(relay, row => row.State == from, row => (row.State, row.DecidedBy) = (to, by), cancellationToken);
    }

    /// <summary>
    /// Puts a relay's new key in place of its old one, for good; false when the old one is not its key any more. The row is changed first:
    /// what stands on disk alone would turn away both keys.
    /// </summary>
    public async Task<bool> ChangeKeyAsync(string relay, string from, string to, CancellationToken cancellationToken)
    {
        var isChanged = await ChangeAsync(
            relay,
            row => row.PublicKey == from && row.State == Confirmed,
            row =>
            {
                row.FormerKeys = $"{row.FormerKeys} {KeyPrint.Of(from)}";
                row.PublicKey = to;
            },
            cancellationToken
        );
        if (isChanged)
        {
            revoked.TryAdd(OldKey(relay, KeyPrint.Of(from)));
        }

        return isChanged;
    }

    /// <summary>Takes what a relay says of itself. A ledger that is another than before, or was set back, is told.</summary>
    public async Task GreetAsync(string relay, Hello hello, CancellationToken cancellationToken)
    {
        LedgerStand? before = null;
        await ChangeAsync(
            relay,
            _ => true,
            row =>
            {
                before = row.Ledger is null ? null : JsonSerializer.Deserialize<LedgerStand>(row.Ledger, WireJson.Options);
                row.Version = hello.Version;
                row.Profile = JsonSerializer.Serialize(hello.Profile, WireJson.Options);
                row.Catalog = JsonSerializer.Serialize(hello.Catalog, WireJson.Options);
                row.Policy = hello.Policy is null ? null : JsonSerializer.Serialize(hello.Policy, WireJson.Options);
                row.Program = hello.Program;
                row.Subjects = hello.Subjects is null ? null : JsonSerializer.Serialize(hello.Subjects, WireJson.Options);
                row.Ledger = hello.Ledger is null ? row.Ledger : JsonSerializer.Serialize(hello.Ledger, WireJson.Options);
            },
            cancellationToken
        );
        if (before is not null && hello.Ledger?.Since(before) is { } change)
        {
            signals.TellOf(relay, $"The relay {relay} for {Spell(hello.Host)} {change}");
        }
    }

    /// <summary>Changes and seals a row, unless somebody else has changed it meanwhile: then what they wrote is looked at anew.</summary>
    private async Task<bool> ChangeAsync(
        string relay,
        Func<RelayRow, bool> isDue,
        Action<RelayRow> change,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            if (
                await db.Relays.SingleOrDefaultAsync(row => row.Id == relay, cancellationToken) is not { } row
                || !HasItsSeal(row)
                || !isDue(row)
            )
            {
                return false;
            }

            change(row);
            row.Seal = RowSignature.Sign(row, key);
            try
            {
                await db.SaveChangesAsync(cancellationToken);
                return true;
            }
            catch (DbUpdateConcurrencyException)
            {
                continue;
            }
        }
    }

    private bool IsBelieved(RelayRow row)
    {
        if (!HasItsSeal(row))
        {
            return false;
        }

        if (revoked.Include(OldKey(row.Id, KeyPrint.Of(row.PublicKey))))
        {
            Tell(
                row,
                $"The relay {row.Id} stands in the database with a key that was exchanged: the database was set back or changed. "
                    + "The relay is turned away."
            );
            return false;
        }

        foreach (var former in row.FormerKeys?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            // Where the change was broken off, or made by another replica.
            revoked.TryAdd(OldKey(row.Id, former));
        }

        if (row.State == Revoked || !revoked.Include(row.Id))
        {
            return true;
        }

        Tell(
            row,
            $"The relay {row.Id} was revoked and stands in the database as {row.State}: the database was set back or changed. The "
                + "relay stays revoked."
        );
        row.State = Revoked;
        return true;
    }

    private static string OldKey(string relay, string print) => $"{relay} {print}";

    private bool HasItsSeal(RelayRow row)
    {
        var print = RowSignature.PrintOf(row);
        var fits = (_sealed.TryGetValue(row.Id, out var last) && last.AsSpan().SequenceEqual(print)) || RowSignature.Fits(row, key);
        if (fits)
        {
            _sealed[row.Id] = print;
        }
        else
        {
            Tell(
                row,
                $"The row of the relay {row.Id} ({row.Host}, {row.State}) does not carry this bot's seal: the database was changed "
                    + "by other hands. The relay is turned away."
            );
        }

        return fits;
    }

    private void Tell(RelayRow row, string sentence)
    {
        if (_told.TryAdd($"{row.Id} {row.State}", true))
        {
            signals.Tell(sentence);
        }
    }
}
