using ImcBot.Core.Incidents;
using Microsoft.EntityFrameworkCore;

namespace ImcBot.Bot.Journal;

/// <summary>
/// Commits appends. SQLite has one writer at a time and a commit waits for the disk: what arrives while one is under way is committed
/// together
/// by the next. PostgreSQL does the same by itself, so there each append is a transaction of its own.
/// </summary>
internal sealed class JournalWriter(IDbContextFactory<JournalDb> databases)
{
    private const int MostTogether = 64;

    private readonly Lock _lock = new();
    private readonly Queue<Appending> _waiting = new();
    private readonly Lazy<bool> _isSqlite = new(() => IsSqlite(databases));
    private bool _isUnderWay;

    /// <summary>Returns once the entry is durable. Throws when nothing of it is.</summary>
    /// <exception cref="AppendConflictException">The incident's head has moved.</exception>
    public Task WriteAsync(Appending one)
    {
        if (!_isSqlite.Value)
        {
            return CommitAsync([one], one.Token);
        }

        lock (_lock)
        {
            _waiting.Enqueue(one);
            if (!_isUnderWay)
            {
                _isUnderWay = true;
                _ = Task.Run(CommitWaitingAsync);
            }
        }

        return one.End;
    }

    /// <summary>Keeps bytes under their digest; keeping them twice changes nothing.</summary>
    public static Task KeepAsync(JournalDb db, string digest, byte[] bytes, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync(
            $"insert into blobs (digest, bytes) values ({digest}, {bytes}) on conflict (digest) do nothing",
            cancellationToken
        );

    private async Task CommitWaitingAsync()
    {
        while (Next() is { Count: > 0 } together)
        {
            while (together.Count > 0)
            {
                try
                {
                    await CommitAsync(together, CancellationToken.None);
                    together.ForEach(one => one.Succeed());
                    break;
                }
                catch (OneFailedException one)
                {
                    // Rolled back with it, the others are still to be written.
                    one.Appending.Fail(one.InnerException!);
                    together.Remove(one.Appending);
                }
                catch (Exception exception)
                {
                    together.ForEach(one => one.Fail(exception));
                    break;
                }
            }
        }
    }

    /// <summary>What waits; when that is nothing, the next to come begins anew.</summary>
    private List<Appending> Next()
    {
        lock (_lock)
        {
            var next = new List<Appending>();
            while (next.Count < MostTogether && _waiting.TryDequeue(out var one))
            {
                if (one.Token.IsCancellationRequested)
                {
                    one.Cancel();
                }
                else
                {
                    next.Add(one);
                }
            }

            _isUnderWay = next.Count > 0;
            return next;
        }
    }

    private async Task CommitAsync(List<Appending> together, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await using var sql = new HotSql(db, transaction);
        foreach (var one in together)
        {
            try
            {
                await WriteAsync(db, sql, one, cancellationToken);
            }
            catch (Exception exception) when (together.Count > 1)
            {
                throw new OneFailedException(one, exception);
            }
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task WriteAsync(JournalDb db, HotSql sql, Appending one, CancellationToken cancellationToken)
    {
        var (entry, incident) = (one.Entry, one.Incident);
        if (one.Fact is Opened opened)
        {
            db.Incidents.Add(
                new IncidentRow
                {
                    Number = entry.Incident,
                    Host = opened.Host,
                    Subject = incident.Subject,
                    Relay = opened.Relay,
                    OpenedAt = opened.At,
                    IsOpen = 1,
                    Phase = entry.Phase.ToString(),
                    HeadSeq = entry.Seq,
                    Thread = incident.Thread,
                }
            );
        }
        else
        {
            var moved = await sql.RunAsync(
                HotSql.Move,
                [
                    entry.Seq,
                    entry.Phase.ToString(),
                    incident.Thread is { } thread ? StoredText.Of(thread) : DBNull.Value,
                    incident.IsOpen ? 1 : 0,
                    entry.Incident,
                    entry.Seq - 1,
                ],
                cancellationToken
            );
            if (moved == 0)
            {
                throw new AppendConflictException($"INC-{entry.Incident} has moved on from entry {entry.Seq - 1}.");
            }
        }

        if (one.Blob is not null)
        {
            await KeepAsync(db, entry.FactBlob!, one.Blob, cancellationToken);
        }

        await sql.RunAsync(
            HotSql.Append(one.Values.Count),
            [
                entry.Incident,
                entry.Seq,
                one.Bytes,
                one.Signature,
                (object?)entry.FactBlob ?? DBNull.Value,
                .. one.Values.SelectMany(value => new object[] { value.Commitment, value.Salt, value.Value }),
            ],
            cancellationToken
        );
        await SettleAsync(db, one.Fact, entry, cancellationToken);
        if (!incident.IsOpen)
        {
            // Deadlines end with their incident, but for the reminders of what it leaves open.
            await db
                .Deadlines.Where(row => row.Incident == entry.Incident && row.Deadline != nameof(Deadline.FollowUpsDue))
                .ExecuteDeleteAsync(cancellationToken);
        }

        for (var n = 0; n < entry.Effects.Count; n++)
        {
            await QueueAsync(db, entry, n, incident.Relay, cancellationToken);
        }

        if (entry.Effects.Count > 0 || one.Fact is Opened)
        {
            await db.SaveChangesAsync(cancellationToken);
            db.ChangeTracker.Clear();
        }
    }

    /// <summary>What the fact itself answers: the deadline that passed, the run that was reported, the clock that was set.</summary>
    private static async Task SettleAsync(JournalDb db, Fact? fact, Entry entry, CancellationToken cancellationToken)
    {
        if (fact is DeadlinePassed passed)
        {
            var name = passed.Deadline.ToString();
            await db
                .Deadlines.Where(row =>
                    row.Incident == entry.Incident && row.Deadline == name && row.Question == passed.Question.Number && row.At <= passed.At
                )
                .ExecuteDeleteAsync(cancellationToken);
        }
        else if (fact is ClockSet set && entry.Declined is null)
        {
            await db
                .Deadlines.Where(row => row.Incident == entry.Incident)
                .ExecuteUpdateAsync(row => row.SetProperty(value => value.At, value => value.At + set.By), cancellationToken);
        }
        else if (fact?.Reported is { } report)
        {
            var kind = report.Kind.ToString();
            await db
                .Jobs.Where(row =>
                    row.Incident == entry.Incident
                    && row.Question == report.Run.Question.Number
                    && row.Run == report.Run.Run
                    && row.Kind == kind
                )
                .ExecuteUpdateAsync(row => row.SetProperty(value => value.ReportedAt, entry.At), cancellationToken);
        }
    }

    private static async Task QueueAsync(JournalDb db, Entry entry, int n, string relay, CancellationToken cancellationToken)
    {
        switch (entry.Effects[n])
        {
            case SetDeadline set:
                var deadline = set.Deadline.ToString();
                if (await db.Deadlines.FindAsync([entry.Incident, deadline, set.Question.Number], cancellationToken) is { } known)
                {
                    known.At = set.At;
                }
                else
                {
                    db.Deadlines.Add(
                        new DeadlineRow
                        {
                            Incident = entry.Incident,
                            Deadline = deadline,
                            Question = set.Question.Number,
                            At = set.At,
                        }
                    );
                }

                break;
            case { Job: var (run, kind) }:
                var name = kind.ToString();
                var row = await db.Jobs.FindAsync([entry.Incident, run.Question.Number, run.Run, name], cancellationToken);
                if (row is null)
                {
                    row = new JobRow
                    {
                        Incident = entry.Incident,
                        Question = run.Question.Number,
                        Run = run.Run,
                        Kind = name,
                        Relay = relay,
                    };
                    db.Jobs.Add(row);
                }
                else if (row.ReportedAt is null)
                {
                    break;
                }

                // What was refused and is decided once more under the same name is owed once more.
                (row.Seq, row.N, row.ReportedAt, row.Instance) = (entry.Seq, n, null, null);
                break;
            default:
                db.Pending.Add(
                    new PendingRow
                    {
                        Incident = entry.Incident,
                        Seq = entry.Seq,
                        N = n,
                    }
                );
                break;
        }
    }

    private static bool IsSqlite(IDbContextFactory<JournalDb> databases)
    {
        using var db = databases.CreateDbContext();
        return db.Database.IsSqlite();
    }

    /// <summary>One of several in a transaction failed; nothing was committed.</summary>
    private sealed class OneFailedException(Appending one, Exception why) : Exception(why.Message, why)
    {
        public Appending Appending => one;
    }
}
