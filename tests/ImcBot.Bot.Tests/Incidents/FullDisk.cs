using System.Data.Common;
using ImcBot.Bot.Journal;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace ImcBot.Bot.Tests.Incidents;

/// <summary>A database whose disk is full as long as the test says so: what is there can be read, and nothing is written.</summary>
internal sealed class FullDisk : DbTransactionInterceptor, IDbContextFactory<JournalDb>
{
    private readonly PooledDbContextFactory<JournalDb> _databases;

    public FullDisk(IDbContextFactory<JournalDb> databases)
    {
        using var db = databases.CreateDbContext();
        var options = (DbContextOptions<JournalDb>)db.GetService<IDbContextOptions>();
        _databases = new(new DbContextOptionsBuilder<JournalDb>(options).AddInterceptors(this).Options);
    }

    public bool IsFull { get; set; }

    public JournalDb CreateDbContext() => _databases.CreateDbContext();

    public override async ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
        DbConnection connection,
        TransactionStartingEventData eventData,
        InterceptionResult<DbTransaction> result,
        CancellationToken cancellationToken = default
    )
    {
        if (!IsFull)
        {
            return result;
        }

        // What the writers' gate has begun ends as a transaction does that cannot begin.
        await result.Result.DisposeAsync();
        await eventData.Context!.Database.CloseConnectionAsync();
        throw new SqliteException("database or disk is full", 13);
    }
}
