using Microsoft.EntityFrameworkCore;

namespace ImcBot.Bot.Journal;

/// <summary>
/// Commits appends. SQLite has one writer at a time and a commit waits for the disk: what arrives while one is under way is committed
/// together by the next. PostgreSQL does the same by itself, so there each append is a transaction of its own.
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
                await AppendedRows.WriteAsync(db, sql, one, cancellationToken);
            }
            catch (Exception exception) when (together.Count > 1)
            {
                throw new OneFailedException(one, exception);
            }
        }

        await transaction.CommitAsync(cancellationToken);
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
