using Microsoft.Data.Sqlite;

namespace ImcBot.Relay.Ledger;

/// <summary>
/// The ledger's file: SQLite in WAL mode with full synchronisation, so that a row that was written is there after a power cut.
/// </summary>
internal sealed class Database : IDisposable
{
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS plan(digest TEXT PRIMARY KEY, question TEXT NOT NULL, bytes BLOB NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS run(
            question TEXT NOT NULL, run INTEGER NOT NULL, digest TEXT NOT NULL, token TEXT NOT NULL, job TEXT NOT NULL,
            begun INTEGER NOT NULL, finished INTEGER, began INTEGER, PRIMARY KEY(question, run)) STRICT;
        CREATE UNIQUE INDEX IF NOT EXISTS run_token ON run(token);
        CREATE TABLE IF NOT EXISTS effect(
            question TEXT NOT NULL, run INTEGER NOT NULL, number INTEGER NOT NULL, outcome TEXT NOT NULL,
            PRIMARY KEY(question, run, number)) STRICT;
        CREATE TABLE IF NOT EXISTS undo(
            id INTEGER PRIMARY KEY AUTOINCREMENT, question TEXT NOT NULL, run INTEGER NOT NULL, call TEXT NOT NULL, before TEXT NOT NULL,
            undone TEXT) STRICT;
        CREATE TABLE IF NOT EXISTS report(run TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY(run, kind)) STRICT;
        CREATE TABLE IF NOT EXISTS outbox(id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, name TEXT NOT NULL,
            body BLOB NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS search(question TEXT PRIMARY KEY, body TEXT NOT NULL, resting INTEGER NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS message(
            question TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL, arrived INTEGER NOT NULL,
            place TEXT NOT NULL, exposed INTEGER NOT NULL, sha256 BLOB, features TEXT NOT NULL, sender TEXT,
            PRIMARY KEY(question, number)) STRICT, WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS refusal(id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, run TEXT NOT NULL,
            reason TEXT NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS tally(
            question TEXT NOT NULL, run INTEGER NOT NULL, crashes INTEGER NOT NULL, PRIMARY KEY(question, run)) STRICT;
        CREATE TABLE IF NOT EXISTS start(
            question TEXT NOT NULL, run INTEGER NOT NULL, service TEXT NOT NULL COLLATE NOCASE, starts INTEGER NOT NULL,
            PRIMARY KEY(question, run, service)) STRICT;
        CREATE TABLE IF NOT EXISTS statement(row INTEGER PRIMARY KEY, incident INTEGER NOT NULL, hash TEXT NOT NULL,
            body TEXT NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS handover(next TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS mark(name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
        """;

    private const string FromBodies = $"""
        ALTER TABLE message RENAME TO message_body;
        {Schema}
        INSERT INTO message SELECT
            question, number, body->>'name', body->>'size', body->>'arrived', place, body->>'exposed', unhex(body->>'sha256'),
            (SELECT coalesce(group_concat(value, ' '), '') FROM json_each(body, '$.features')), body->>'senderDomain'
        FROM message_body;
        DROP TABLE message_body;
        """;

    // A write ahead log whose index cannot grow says so in a way of its own.
    private const int Full = 13,
        NoRoomForIndex = 4874,
        CannotWrite = 778;

    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly SqliteConnection _connection;
    private readonly Lock _one = new();
    private readonly string _path;
    private readonly Reserve? _reserve;
    private bool _isTogether;

    /// <param name="path">The ledger's file; its folder must exist.</param>
    /// <param name="reserve">Given up when the volume is full, so that what must be written is; null for who only looks.</param>
    /// <exception cref="DataFolderException">The file is damaged, or no ledger.</exception>
    public Database(string path, Reserve? reserve = null)
    {
        (_path, _reserve) = (path, reserve);
        MakePrivate(path);
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            Open();
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is Damaged or NoDatabase or NoTable)
        {
            _connection.Dispose();
            throw new DataFolderException(
                $"The ledger {path} is damaged ({exception.Message.TrimEnd('.')}). Keep a copy and put it back from a backup, or "
                    + "start once with 'imcbot-relay run --new-ledger': what was held and what could be undone is then forgotten.",
                exception
            );
        }
    }

    private const int NoTable = 1,
        Damaged = 11,
        NoDatabase = 26;

    private void Open()
    {
        _connection.Open();
        if (Read("PRAGMA quick_check(1)", row => row.GetString(0)) is not ["ok"] and var found)
        {
            throw new SqliteException(string.Join("; ", found), Damaged);
        }

        Run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=5000;");

        // Ledgers of earlier versions keep each message as JSON, and know when a run began by the bot's clock only.
        if (HasColumn("message", "body"))
        {
            Together(() => Run(FromBodies));
        }

        Run(Schema);
        if (HasColumn("tally", "starts"))
        {
            // Starts are counted by service.
            Run("ALTER TABLE tally DROP COLUMN starts");
        }

        if (!HasColumn("run", "began"))
        {
            Run("ALTER TABLE run ADD COLUMN began INTEGER");
        }
    }

    /// <summary>
    /// For its owner alone, also where the folder is open to others. The log beside a database gets the database's own mode.
    /// </summary>
    private static void MakePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        if (!File.Exists(path))
        {
            new FileStream(
                path,
                new FileStreamOptions
                {
                    Mode = FileMode.OpenOrCreate,
                    Access = FileAccess.Write,
                    UnixCreateMode = Owner,
                }
            ).Dispose();
        }

        foreach (var file in new[] { path, path + "-wal", path + "-shm" }.Where(File.Exists))
        {
            if ((File.GetUnixFileMode(file) & ~Owner) != UnixFileMode.None)
            {
                File.SetUnixFileMode(file, Owner);
            }
        }
    }

    /// <exception cref="LedgerException">The volume is full, and so is the reserve.</exception>
    public int Run(string sql, params ReadOnlySpan<(string Name, object? Value)> with)
    {
        lock (_one)
        {
            while (true)
            {
                try
                {
                    using var command = Command(sql, with);
                    return command.ExecuteNonQuery();
                }
                catch (SqliteException exception) when (IsFull(exception))
                {
                    MakeRoom(exception);
                }
            }
        }
    }

    /// <summary>
    /// Runs one statement for each row, prepared once. Within <see cref="Together"/>, else each row is a write of its own.
    /// </summary>
    /// <param name="bind">Gives a row's values to the parameters ?1, ?2 and so on.</param>
    public void RunEach<T>(string sql, IEnumerable<T> rows, Action<PreparedSql, T> bind)
    {
        lock (_one)
        {
            using var statement = new PreparedSql(_connection.Handle!, sql);
            foreach (var row in rows)
            {
                bind(statement, row);
                statement.Run();
            }
        }
    }

    /// <summary>
    /// Fills the zero blob of a new row piece by piece: SQLite would copy a bound value twice. Only within <see cref="Together"/>.
    /// </summary>
    /// <param name="row">Of the row that was inserted.</param>
    public void Fill(string table, string column, long row, ReadOnlyMemory<byte> content)
    {
        lock (_one)
        {
            using var blob = new SqliteBlob(_connection, table, column, row);
            blob.Write(content.Span);
        }
    }

    /// <summary>Reads all rows, also those that a statement has just written.</summary>
    /// <exception cref="LedgerException">The statement writes, and the volume is full, and so is the reserve.</exception>
    public List<T> Read<T>(string sql, Func<SqliteDataReader, T> row, params ReadOnlySpan<(string Name, object? Value)> with)
    {
        lock (_one)
        {
            while (true)
            {
                try
                {
                    using var command = Command(sql, with);
                    using var reader = command.ExecuteReader();
                    var rows = new List<T>();
                    while (reader.Read())
                    {
                        rows.Add(row(reader));
                    }

                    return rows;
                }
                catch (SqliteException exception) when (IsFull(exception))
                {
                    MakeRoom(exception);
                }
            }
        }
    }

    /// <summary>Does several writes as one: all or none. They are done again where the volume was full at first.</summary>
    /// <exception cref="LedgerException">The volume is full, and so is the reserve.</exception>
    public void Together(Action writes)
    {
        lock (_one)
        {
            while (true)
            {
                try
                {
                    using var transaction = _connection.BeginTransaction();
                    _isTogether = true;
                    writes();
                    transaction.Commit();
                    return;
                }
                catch (SqliteException exception) when (IsOfFullVolume(exception))
                {
                    MakeRoom(exception);
                }
                finally
                {
                    _isTogether = false;
                }
            }
        }
    }

    public void Dispose() => _connection.Dispose();

    /// <summary>Whether this write may be done again. One of several is not: all of them are.</summary>
    private bool IsFull(SqliteException exception) => !_isTogether && IsOfFullVolume(exception);

    private static bool IsOfFullVolume(SqliteException exception) =>
        exception.SqliteErrorCode == Full || exception.SqliteExtendedErrorCode is NoRoomForIndex or CannotWrite;

    private void MakeRoom(SqliteException exception)
    {
        if (_reserve?.Spend() != true)
        {
            throw new LedgerException(Path.GetDirectoryName(Path.GetFullPath(_path))!, exception);
        }
    }

    private bool HasColumn(string table, string column) =>
        Read("SELECT 1 FROM pragma_table_info(@table) WHERE name=@column", _ => true, ("@table", table), ("@column", column)).Count > 0;

    private SqliteCommand Command(string sql, ReadOnlySpan<(string Name, object? Value)> with)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in with)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        return command;
    }
}
