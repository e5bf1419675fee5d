using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace ImcBot.Bot.Journal;

/// <summary>What SQLite and PostgreSQL say by numbers.</summary>
internal static class DatabaseErrors
{
    private const int SqlitePrimaryKey = 1555,
        SqliteUnique = 2067,
        SqliteFull = 13,
        SqliteCannotWrite = 778,
        SqliteNoRoomForIndex = 4874;
    private const string UniqueViolation = "23505",
        SerializationFailure = "40001",
        Deadlock = "40P01",
        DiskFull = "53100";

    /// <summary>Whether this says that the database's disk is full.</summary>
    public static bool IsFull(Exception exception) =>
        exception.GetBaseException()
            is SqliteException { SqliteErrorCode: SqliteFull }
                or SqliteException { SqliteExtendedErrorCode: SqliteCannotWrite or SqliteNoRoomForIndex }
                or DbException { SqlState: DiskFull };

    /// <summary>Whether somebody else was first.</summary>
    public static bool IsConflict(DbException exception) =>
        exception
            is SqliteException { SqliteExtendedErrorCode: SqlitePrimaryKey or SqliteUnique }
                or { SqlState: UniqueViolation or SerializationFailure or Deadlock };
}
