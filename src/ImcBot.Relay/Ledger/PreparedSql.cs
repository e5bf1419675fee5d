using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ImcBot.Relay.Ledger;

/// <summary>
/// A prepared statement for very many rows: the provider's own commands look each parameter up by name for each row, which takes longer
/// than the write.
/// </summary>
internal sealed class PreparedSql : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _prepared;

    public PreparedSql(sqlite3 database, string sql)
    {
        _database = database;
        Check(raw.sqlite3_prepare_v2(database, sql, out _prepared));
    }

    public void Set(int at, long value) => Check(raw.sqlite3_bind_int64(_prepared, at, value));

    public void Set(int at, string? value) =>
        Check(value is null ? raw.sqlite3_bind_null(_prepared, at) : raw.sqlite3_bind_text16(_prepared, at, value));

    public void Set(int at, byte[]? value) =>
        Check(value is null ? raw.sqlite3_bind_null(_prepared, at) : raw.sqlite3_bind_blob(_prepared, at, value));

    public void Run()
    {
        var code = raw.sqlite3_step(_prepared);
        Check(code == raw.SQLITE_DONE ? raw.SQLITE_OK : code);
        Check(raw.sqlite3_reset(_prepared));
    }

    public void Dispose() => _prepared.Dispose();

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, _database);
}
