using System.Data.Common;
using System.Runtime.CompilerServices;
using ImcBot.Core;
using ImcBot.Core.Incidents;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ImcBot.Bot.Journal;

/// <summary>Somebody else appended first, or the subject already has its one open incident: read again and decide again.</summary>
internal sealed class AppendConflictException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// The append-only, hash-chained, signed list of every incident's facts and decisions. What the bot's own database can do for a decision
/// (jobs for relays, deadlines) is done in the append's transaction; what the channel must do waits in <c>pending</c>.
/// </summary>
internal sealed class Journals(IDbContextFactory<JournalDb> databases, JournalKey key, Masks? masks = null)
{
    /// <summary>The most bytes an entry may have.</summary>
    public const int Largest = 64 * 1024;

    // Above this the fact's JSON is kept as a blob and the entry names its digest, so that decisions always fit beside it.
    private const int LargestInline = 32 * 1024;
    private const int Page = 500;
    private const int SqlitePrimaryKey = 1555,
        SqliteUnique = 2067,
        SqliteFull = 13,
        SqliteCannotWrite = 778,
        SqliteNoRoomForIndex = 4874;
    private const string UniqueViolation = "23505",
        SerializationFailure = "40001",
        Deadlock = "40P01",
        DiskFull = "53100";

    private readonly JournalWriter _writer = new(databases);

    public JournalKey Key => key;

    /// <summary>Writes the next entry with everything that follows from it, in one transaction.</summary>
    /// <exception cref="AppendConflictException">The head has moved, or the subject has another open incident.</exception>
    public async Task<Head> AppendAsync(
        Head head,
        Fact? fact,
        Parking? parking,
        Decision decision,
        long at,
        CancellationToken cancellationToken
    )
    {
        var values = new List<SealedValue>();
        var effects = decision.Declined is null ? decision.Effects : [];
        var entry = new Entry(
            head.Incident,
            head.Seq + 1,
            at,
            head.Hash,
            KindOf(fact),
            fact,
            null,
            parking,
            decision.Incident.Phase,
            effects,
            decision.Declined is { } why ? new Sealed(why) : default(Sealed?)
        );
        var bytes = JournalJson.Write(entry, values, masks ?? Masks.Standard);
        byte[]? blob = null;
        if (bytes.Length > LargestInline && fact is not null)
        {
            values.Clear();
            blob = JournalJson.Write(fact, values, masks ?? Masks.Standard);
            entry = entry with { Fact = null, FactBlob = Chain.HashOf(blob) };
            bytes = JournalJson.Write(entry, values, masks ?? Masks.Standard);
        }

        if (bytes.Length > Largest)
        {
            throw new InvalidOperationException(
                $"Entry {entry.Seq} of INC-{head.Incident} would be {bytes.Length} bytes; the journal takes {Largest}."
            );
        }

        try
        {
            await _writer.WriteAsync(
                new Appending(entry, bytes, key.Sign(bytes), blob, values, fact, decision.Incident, cancellationToken)
            );
        }
        catch (Exception exception) when (exception.GetBaseException() is DbException cause && IsConflict(cause))
        {
            throw new AppendConflictException(
                $"Entry {entry.Seq} of INC-{head.Incident} could not be appended: somebody was first.",
                exception
            );
        }

        return new Head(head.Incident, entry.Seq, Chain.HashOf(bytes));
    }

    /// <summary>The stored entries of an incident, oldest first, as they lie there: nothing is verified.</summary>
    public IAsyncEnumerable<StoredEntry> ReadAsync(int incident, CancellationToken cancellationToken) =>
        ReadAsync(incident, entry => entry.ReadAhead(), cancellationToken);

    /// <summary>The same for who wants their bytes and hashes, not what they say.</summary>
    public IAsyncEnumerable<StoredEntry> BytesAsync(int incident, CancellationToken cancellationToken) =>
        ReadAsync(incident, entry => _ = entry.Hash, cancellationToken);

    private async IAsyncEnumerable<StoredEntry> ReadAsync(
        int incident,
        Action<StoredEntry> ahead,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        for (var page = PageAsync(incident, 0, cancellationToken); ; )
        {
            var entries = await page;

            // The next page is made ready while this one is used.
            page =
                entries.Count < Page
                    ? Task.FromResult<IReadOnlyList<StoredEntry>>([])
                    : Task.Run(() => AheadAsync(incident, entries[^1].Seq, ahead, cancellationToken), cancellationToken);
            foreach (var entry in entries)
            {
                yield return entry;
            }

            if (entries.Count < Page)
            {
                yield break;
            }
        }
    }

    private async Task<IReadOnlyList<StoredEntry>> AheadAsync(
        int incident,
        int after,
        Action<StoredEntry> ahead,
        CancellationToken cancellationToken
    )
    {
        var entries = await PageAsync(incident, after, cancellationToken);
        foreach (var entry in entries)
        {
            ahead(entry);
        }

        return entries;
    }

    private async Task<IReadOnlyList<StoredEntry>> PageAsync(int incident, int after, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await JournalRows.PageAsync(db, incident, after, Page, cancellationToken);
    }

    /// <summary>How many entries the incident should have; null when there is none of this number.</summary>
    public async Task<int?> CountAsync(int incident, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await JournalRows.CountAsync(db, incident, cancellationToken);
    }

    public async Task<IncidentRow?> FindAsync(int incident, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Incidents.AsNoTracking().SingleOrDefaultAsync(row => row.Number == incident, cancellationToken);
    }

    public async Task<IncidentRow?> FindByThreadAsync(string thread, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db
            .Incidents.AsNoTracking()
            .Where(row => row.Thread == thread)
            .OrderByDescending(row => row.Number)
            .FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>The incident that holds the place of a subject, or null.</summary>
    public async Task<IncidentRow?> FindOpenAsync(string host, string subject, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db
            .Incidents.AsNoTracking()
            .SingleOrDefaultAsync(row => row.Host == host && row.Subject == subject && row.IsOpen == 1, cancellationToken);
    }

    /// <summary>Incidents whose rows an older program wrote, without a subject.</summary>
    public async Task<IReadOnlyList<int>> WithoutSubjectAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db
            .Incidents.Where(row => row.Subject == "")
            .Select(row => row.Number)
            .OrderBy(number => number)
            .ToListAsync(cancellationToken);
    }

    /// <summary>Gives a row without a subject its subject.</summary>
    public async Task NameSubjectAsync(int incident, string subject, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await db
            .Incidents.Where(row => row.Number == incident && row.Subject == "")
            .ExecuteUpdateAsync(row => row.SetProperty(value => value.Subject, subject), cancellationToken);
    }

    /// <summary>The newest incident of a subject, open or not.</summary>
    public async Task<IncidentRow?> FindNewestAsync(string host, string subject, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db
            .Incidents.AsNoTracking()
            .Where(row => row.Host == host && row.Subject == subject)
            .OrderByDescending(row => row.Number)
            .FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Incidents that still hold their subject's place.</summary>
    public async Task<IReadOnlyList<IncidentRow>> OpenAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Incidents.AsNoTracking().Where(row => row.IsOpen == 1).OrderBy(row => row.Number).ToListAsync(cancellationToken);
    }

    /// <summary>Incidents that are open or owe the channel something: what is read again at start.</summary>
    public async Task<IReadOnlyList<int>> UnfinishedAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db
            .Incidents.Where(row => row.IsOpen == 1 || db.Pending.Any(pending => pending.Incident == row.Number))
            .Select(row => row.Number)
            .OrderBy(number => number)
            .ToListAsync(cancellationToken);
    }

    /// <summary>The newest incidents opened since this time (Unix microseconds), at most so many.</summary>
    public async Task<IReadOnlyList<int>> OpenedSinceAsync(long since, int most, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db
            .Incidents.Where(row => row.OpenedAt >= since)
            .OrderByDescending(row => row.Number)
            .Take(most)
            .Select(row => row.Number)
            .ToListAsync(cancellationToken);
    }

    /// <summary>The same incidents, with how far each has come.</summary>
    public async Task<IReadOnlyList<Standing>> StandingAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db
            .Incidents.Where(row => row.IsOpen == 1 || db.Pending.Any(pending => pending.Incident == row.Number))
            .Select(row => new Standing(row.Number, row.Relay, row.HeadSeq, db.Pending.Any(pending => pending.Incident == row.Number)))
            .ToListAsync(cancellationToken);
    }

    /// <summary>Whether this is still the newest entry.</summary>
    public async Task<bool> IsHeadAsync(Head head, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Incidents.AnyAsync(row => row.Number == head.Incident && row.HeadSeq == head.Seq, cancellationToken);
    }

    public async Task<int> NextNumberAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return 1 + (await db.Incidents.MaxAsync(row => (int?)row.Number, cancellationToken) ?? 0);
    }

    /// <summary>Lets a subject have another incident while this one is only waiting to be closed.</summary>
    public async Task ReleaseHostAsync(int incident, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await db
            .Incidents.Where(row => row.Number == incident)
            .ExecuteUpdateAsync(row => row.SetProperty(value => value.IsOpen, 0), cancellationToken);
    }

    /// <summary>The effects of an incident that were not carried out yet, as (entry, position), in order.</summary>
    public async Task<IReadOnlyList<(int Seq, int N)>> PendingAsync(int incident, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await db
            .Pending.AsNoTracking()
            .Where(row => row.Incident == incident)
            .OrderBy(row => row.Seq)
            .ThenBy(row => row.N)
            .ToListAsync(cancellationToken);
        return [.. rows.Select(row => (row.Seq, row.N))];
    }

    public async Task DoneAsync(int incident, int seq, int n, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await db.Pending.Where(row => row.Incident == incident && row.Seq == seq && row.N == n).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Incidents with a deadline that has come, by the rows. Which deadlines there are, their journals say.</summary>
    public async Task<IReadOnlyList<int>> DueAsync(long now, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db
            .Deadlines.Where(row => row.At <= now)
            .Select(row => row.Incident)
            .Distinct()
            .Take(Page)
            .ToListAsync(cancellationToken);
    }

    /// <summary>Where rows say that a deadline has come, puts those that are set in the place of all of them.</summary>
    public async Task PutDeadlinesAsync(int incident, long now, IEnumerable<SetDeadline> set, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.Deadlines.AnyAsync(row => row.Incident == incident && row.At <= now, cancellationToken))
        {
            await db.Deadlines.Where(row => row.Incident == incident).ExecuteDeleteAsync(cancellationToken);
            db.Deadlines.AddRange(
                set.Select(one => new DeadlineRow
                {
                    Incident = incident,
                    Deadline = one.Deadline.ToString(),
                    Question = one.Question.Number,
                    At = one.At,
                })
            );
            await db.SaveChangesAsync(cancellationToken);
        }
    }

    /// <summary>Keeps bytes under their digest; keeping them twice changes nothing.</summary>
    public async Task KeepAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await JournalWriter.KeepAsync(db, Chain.HashOf(bytes), bytes, cancellationToken);
    }

    /// <summary>Keeps bytes of this digest without ever having all of them in memory; keeping them twice changes nothing.</summary>
    public async Task KeepAsync(string digest, Stream bytes, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await (
                db.Database.GetDbConnection() is SqliteConnection file
                    ? FillAsync(db, file, digest, bytes, cancellationToken)
                    : InsertAsync((NpgsqlConnection)db.Database.GetDbConnection(), digest, bytes, cancellationToken)
            );
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    private static async Task InsertAsync(NpgsqlConnection server, string digest, Stream bytes, CancellationToken cancellationToken)
    {
        await using var insert = new NpgsqlCommand(
            "insert into blobs (digest, bytes) values ($1, $2) on conflict (digest) do nothing",
            server
        );
        insert.Parameters.Add(new NpgsqlParameter { Value = digest });
        insert.Parameters.Add(new NpgsqlParameter { Value = bytes, NpgsqlDbType = NpgsqlDbType.Bytea });
        await insert.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task FillAsync(
        JournalDb db,
        SqliteConnection file,
        string digest,
        Stream bytes,
        CancellationToken cancellationToken
    )
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await using var place = new SqliteCommand(
            "insert into blobs (digest, bytes) values ($digest, zeroblob($length)) on conflict (digest) do nothing returning rowid",
            file,
            (SqliteTransaction)transaction.GetDbTransaction()
        );
        place.Parameters.AddWithValue("$digest", digest);
        place.Parameters.AddWithValue("$length", bytes.Length);
        if (await place.ExecuteScalarAsync(cancellationToken) is long row)
        {
            await using var blob = new SqliteBlob(file, "blobs", "bytes", row);
            await bytes.CopyToAsync(blob, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Writes something that means nothing, durably; false when the disk is full.</summary>
    public async Task<bool> CanWriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            await db.Database.ExecuteSqlAsync(
                $"""
                insert into leases (duty, holder, until) values ('write', '', 0)
                on conflict (duty) do update set until = leases.until + 1
                """,
                cancellationToken
            );
            return true;
        }
        catch (Exception exception) when (IsFull(exception))
        {
            return false;
        }
    }

    /// <summary>Whether this says that the database's disk is full.</summary>
    public static bool IsFull(Exception exception) =>
        exception.GetBaseException()
            is SqliteException { SqliteErrorCode: SqliteFull }
                or SqliteException { SqliteExtendedErrorCode: SqliteCannotWrite or SqliteNoRoomForIndex }
                or DbException { SqlState: DiskFull };

    public async Task<byte[]?> FindBlobAsync(string digest, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await JournalRows.BlobAsync(db, digest, cancellationToken);
    }

    /// <summary>
    /// Removes the sealed texts of an entry; its bytes, signature and place in the chain stay. Returns how many were removed.
    /// </summary>
    public async Task<int> RemoveTextsAsync(int incident, int seq, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Values.Where(row => row.Incident == incident && row.Seq == seq).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Removes these sealed texts of an entry, by their commitments. Returns how many were there.</summary>
    public async Task<int> RemoveTextsAsync(int incident, int seq, IReadOnlyList<string> commitments, CancellationToken cancellationToken)
    {
        if (commitments.Count == 0)
        {
            return 0;
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db
            .Values.Where(row => row.Incident == incident && row.Seq == seq && commitments.Contains(row.Commitment))
            .ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Incidents opened before this time (Unix microseconds) of which there are texts left.</summary>
    public async Task<IReadOnlyList<int>> WithTextsAsync(long before, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db
            .Incidents.Where(row => row.OpenedAt < before && db.Values.Any(value => value.Incident == row.Number))
            .Select(row => row.Number)
            .OrderBy(number => number)
            .ToListAsync(cancellationToken);
    }

    private static string KindOf(Fact? fact) =>
        fact is null ? "parked" : char.ToLowerInvariant(fact.GetType().Name[0]) + fact.GetType().Name[1..];

    private static bool IsConflict(DbException exception) =>
        exception
            is SqliteException { SqliteExtendedErrorCode: SqlitePrimaryKey or SqliteUnique }
                or { SqlState: UniqueViolation or SerializationFailure or Deadlock };
}
