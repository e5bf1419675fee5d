using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace ImcBot.Bot.Journal;

/// <summary>
/// One writer at a time, in order of arrival. SQLite has no more than one either, but lets the next sleep and look again; through the gate
/// it goes as soon as the one before has committed. Whoever writes holds the gate until the connection is closed; readers pass it by.
/// </summary>
internal sealed class WriterGate : IDbTransactionInterceptor, IDbCommandInterceptor, IDbConnectionInterceptor, IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private DbConnection? _inside;

    public async ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
        DbConnection connection,
        TransactionStartingEventData eventData,
        InterceptionResult<DbTransaction> result,
        CancellationToken cancellationToken = default
    )
    {
        await EnterAsync(connection, cancellationToken);
        try
        {
            return InterceptionResult<DbTransaction>.SuppressWithResult(
                await connection.BeginTransactionAsync(eventData.IsolationLevel, cancellationToken)
            );
        }
        catch
        {
            // EF leaves the connection of a transaction that could not begin open, and its context goes back to the pool so.
            await eventData.Context!.Database.CloseConnectionAsync();
            throw;
        }
    }

    public async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<int> result,
        CancellationToken cancellationToken = default
    )
    {
        await EnterToWriteAsync(command, eventData, cancellationToken);
        return result;
    }

    public async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default
    )
    {
        await EnterToWriteAsync(command, eventData, cancellationToken);
        return result;
    }

    public void ConnectionClosed(DbConnection connection, ConnectionEndEventData eventData) => Leave(connection);

    public Task ConnectionClosedAsync(DbConnection connection, ConnectionEndEventData eventData)
    {
        Leave(connection);
        return Task.CompletedTask;
    }

    public void Dispose() => _gate.Dispose();

    private Task EnterToWriteAsync(DbCommand command, CommandEventData written, CancellationToken cancellationToken) =>
        written.CommandSource is CommandSource.LinqQuery or CommandSource.FromSqlQuery
            ? Task.CompletedTask
            : EnterAsync(command.Connection!, cancellationToken);

    private async Task EnterAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        if (!ReferenceEquals(Volatile.Read(ref _inside), connection))
        {
            await _gate.WaitAsync(cancellationToken);
            Volatile.Write(ref _inside, connection);
        }
    }

    private void Leave(DbConnection connection)
    {
        if (ReferenceEquals(Interlocked.CompareExchange(ref _inside, null, connection), connection))
        {
            _gate.Release();
        }
    }
}
