using Microsoft.EntityFrameworkCore;

namespace ImcBot.Bot.Journal;

/// <summary>
/// Commits what has to be durable before anything goes on. SQLite has one writer at a time and a commit waits for the disk: what arrives
/// while one is under way is committed together by the next. PostgreSQL does the same by itself, so there each is a transaction of its own.
/// </summary>
internal sealed class JournalWriter(IDbContextFactory<JournalDb> databases)
{
    private const int MostTogether = 64;

    private readonly Lock _lock = new();
    private readonly Queue<Waiting> _waiting = new();
    private readonly Lazy<bool> _isSqlite = new(() => IsSqlite(databases));
    private bool _isUnderWay;

    /// <summary>Returns once what was written is durable. Throws when nothing of it is.</summary>
    /// <param name="write">Asked again where another of the same transaction failed: then nothing of either was committed.</param>
    /// <param name="cancellationToken">Counts until the transaction begins.</param>
    public async Task<T> WriteAsync<T>(Func<JournalDb, HotSql, Task<T>> write, CancellationToken cancellationToken)
    {
        T written = default!;
        var one = new Waiting(async (db, sql) => written = await write(db, sql), cancellationToken);
        if (!_isSqlite.Value)
        {
            await CommitAsync([one], cancellationToken);
            return written;
        }

        lock (_lock)
        {
            _waiting.Enqueue(one);
            if (!_isUnderWay)
            {
                _isUnderWay = true;
                _ = Task.Run(CommitWaitingAsync, CancellationToken.None);
            }
        }

        await one.End.Task;
        return written;
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
                    together.ForEach(one => one.End.TrySetResult());
                    break;
                }
                catch (OneFailedException failed)
                {
                    // Rolled back with it, the others are still to be written.
                    failed.One.End.TrySetException(failed.InnerException!);
                    together.Remove(failed.One);
                }
                catch (Exception exception)
                {
                    together.ForEach(one => one.End.TrySetException(exception));
                    break;
                }
            }
        }
    }

    /// <summary>What waits; when that is nothing, the next to come begins anew.</summary>
    private List<Waiting> Next()
    {
        lock (_lock)
        {
            var next = new List<Waiting>();
            while (next.Count < MostTogether && _waiting.TryDequeue(out var one))
            {
                if (one.Token.IsCancellationRequested)
                {
                    one.End.TrySetCanceled(one.Token);
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

    private async Task CommitAsync(List<Waiting> together, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await using var sql = new HotSql(db, transaction);
        foreach (var one in together)
        {
            try
            {
                await one.Write(db, sql);
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

    private sealed record Waiting(Func<JournalDb, HotSql, Task> Write, CancellationToken Token)
    {
        public TaskCompletionSource End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>One of several in a transaction failed; nothing was committed.</summary>
    private sealed class OneFailedException(Waiting one, Exception why) : Exception(why.Message, why)
    {
        public Waiting One => one;
    }
}
