using ImcBot.Contracts;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ImcBot.Bot.Journal;

/// <summary>Bytes that entries name by their digest: runbooks, large facts, manifests.</summary>
internal sealed class JournalBlobs(IDbContextFactory<JournalDb> databases)
{
    /// <summary>Keeps bytes under their digest; keeping them twice changes nothing.</summary>
    public async Task KeepAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await KeepAsync(db, ContentDigest.Of(bytes), bytes, cancellationToken);
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

    public Task<byte[]?> FindAsync(string digest, CancellationToken cancellationToken) =>
        databases.AskAsync(db => JournalRows.BlobAsync(db, digest, cancellationToken), cancellationToken);

    /// <summary>Keeps bytes under their digest; keeping them twice changes nothing.</summary>
    public static Task KeepAsync(JournalDb db, string digest, byte[] bytes, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync(
            $"insert into blobs (digest, bytes) values ({digest}, {bytes}) on conflict (digest) do nothing",
            cancellationToken
        );
}
