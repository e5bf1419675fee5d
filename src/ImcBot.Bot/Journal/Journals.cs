using System.Data.Common;
using System.Runtime.CompilerServices;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using Microsoft.EntityFrameworkCore;

namespace ImcBot.Bot.Journal;

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

    /// <summary>So many entries are read at once.</summary>
    public const int Page = 500;

    private readonly Masks _masks = masks ?? Masks.Standard;

    public JournalKey Key => key;

    /// <summary>Commits what others write beside the entries.</summary>
    public JournalWriter Writer { get; } = new(databases);

    /// <summary>The incidents' own rows.</summary>
    public IncidentRows Incidents { get; } = new(databases);

    /// <summary>Bytes that entries name by their digest.</summary>
    public JournalBlobs Blobs { get; } = new(databases);

    /// <summary>Writes the next entry with everything that follows from it, in one transaction.</summary>
    /// <param name="beside">Written with it where the fact is taken.</param>
    /// <exception cref="AppendConflictException">The head has moved, or the subject has another open incident.</exception>
    public async Task<Head> AppendAsync(
        Head head,
        Fact? fact,
        Parking? parking,
        Decision decision,
        long at,
        CancellationToken cancellationToken,
        Func<HotSql, Incident, Task>? beside = null
    )
    {
        var values = new List<SealedValue>();
        var entry = Entry.After(head, at, fact, parking, decision);
        var bytes = JournalJson.Write(entry, values, _masks);
        byte[]? blob = null;
        if (bytes.Length > LargestInline && fact is not null)
        {
            values.Clear();
            blob = JournalJson.Write(fact, values, _masks);
            entry = entry with { Fact = null, FactBlob = ContentDigest.Of(blob) };
            bytes = JournalJson.Write(entry, values, _masks);
        }

        if (bytes.Length > Largest)
        {
            throw new InvalidOperationException(
                $"Entry {entry.Seq} of INC-{head.Incident} would be {bytes.Length} bytes; the journal takes {Largest}."
            );
        }

        try
        {
            var appending = new Appending(entry, bytes, key.Sign(bytes), blob, values, fact, decision.Incident)
            {
                Beside = entry.Declined is null ? beside : null,
            };
            await Writer.WriteAsync((db, sql) => AppendedRows.WriteAsync(db, sql, appending), cancellationToken);
        }
        catch (Exception exception) when (exception.GetBaseException() is DbException cause && DatabaseErrors.IsConflict(cause))
        {
            throw new AppendConflictException(
                $"Entry {entry.Seq} of INC-{head.Incident} could not be appended: somebody was first.",
                exception
            );
        }

        return new Head(head.Incident, entry.Seq, ContentDigest.Of(bytes));
    }

    /// <summary>The stored entries of an incident, oldest first, as they lie there: nothing is verified.</summary>
    public IAsyncEnumerable<StoredEntry> ReadAsync(int incident, CancellationToken cancellationToken, int after = 0) =>
        ReadAsync(incident, after, entry => entry.ReadAhead(), cancellationToken);

    /// <summary>The same for who wants their bytes and hashes, not what they say.</summary>
    public IAsyncEnumerable<StoredEntry> BytesAsync(int incident, CancellationToken cancellationToken) =>
        ReadAsync(incident, 0, entry => _ = entry.Hash, cancellationToken);

    private async IAsyncEnumerable<StoredEntry> ReadAsync(
        int incident,
        int after,
        Action<StoredEntry> ahead,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        for (var page = PageAsync(incident, after, cancellationToken); ; )
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

    private Task<IReadOnlyList<StoredEntry>> PageAsync(int incident, int after, CancellationToken cancellationToken) =>
        databases.AskAsync(db => JournalRows.PageAsync(db, incident, after, Page, cancellationToken), cancellationToken);

    /// <summary>How many entries the incident should have; null when there is none of this number.</summary>
    public Task<int?> CountAsync(int incident, CancellationToken cancellationToken) =>
        databases.AskAsync(db => JournalRows.CountAsync(db, incident, cancellationToken), cancellationToken);

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

    public Task DoneAsync(int incident, int seq, int n, CancellationToken cancellationToken) =>
        Writer.WriteAsync(
            (_, sql) => sql.RunAsync("delete from pending where incident = @p0 and seq = @p1 and n = @p2", incident, seq, n),
            cancellationToken
        );

    /// <summary>Incidents with a deadline that has come, by the rows. Which deadlines there are, their journals say.</summary>
    public Task<IReadOnlyList<int>> DueAsync(long now, CancellationToken cancellationToken) =>
        databases.ListAsync(
            db => db.Deadlines.Where(row => row.At <= now).Select(row => row.Incident).Distinct().Take(Page),
            cancellationToken
        );

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
        catch (Exception exception) when (DatabaseErrors.IsFull(exception))
        {
            return false;
        }
    }

    /// <summary>
    /// Removes the sealed texts of an entry; its bytes, signature and place in the chain stay. Returns how many were removed.
    /// </summary>
    public Task<int> RemoveTextsAsync(int incident, int seq, CancellationToken cancellationToken) =>
        databases.AskAsync(
            db => db.Values.Where(row => row.Incident == incident && row.Seq == seq).ExecuteDeleteAsync(cancellationToken),
            cancellationToken
        );

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
    public Task<IReadOnlyList<int>> WithTextsAsync(long before, CancellationToken cancellationToken) =>
        databases.ListAsync(
            db =>
                db.Incidents.Where(row => row.OpenedAt < before && db.Values.Any(value => value.Incident == row.Number))
                    .Select(row => row.Number)
                    .OrderBy(number => number),
            cancellationToken
        );
}
