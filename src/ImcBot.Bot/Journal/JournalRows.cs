using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace ImcBot.Bot.Journal;

/// <summary>
/// What an export reads, by SQL that SQLite and PostgreSQL both take. EF would build its model and compile its queries first, which takes
/// longer than reading a journal of ordinary length, and shapes each row at twice the price.
/// </summary>
internal static class JournalRows
{
    /// <summary>How many entries the incident's own row tells of; null when there is no such incident.</summary>
    public static async Task<int?> CountAsync(JournalDb db, int incident, CancellationToken cancellationToken) =>
        (
            await QueryAsync(
                db,
                "select head_seq from incidents where number = @incident",
                [("incident", incident)],
                row => (int?)row.GetInt32(0),
                cancellationToken
            )
        ).SingleOrDefault();

    public static async Task<byte[]?> BlobAsync(JournalDb db, string digest, CancellationToken cancellationToken) =>
        (
            await QueryAsync(
                db,
                "select bytes from blobs where digest = @digest",
                [("digest", digest)],
                row => row.GetFieldValue<byte[]>(0),
                cancellationToken
            )
        ).SingleOrDefault();

    /// <summary>The first entries after this one, with their texts and kept facts.</summary>
    public static async Task<IReadOnlyList<StoredEntry>> PageAsync(
        JournalDb db,
        int incident,
        int after,
        int most,
        CancellationToken cancellationToken
    )
    {
        var rows = await QueryAsync(
            db,
            "select seq, bytes, signature, blob from entries where incident = @incident and seq > @after order by seq limit @most",
            [("incident", incident), ("after", after), ("most", most)],
            row =>
                (
                    Seq: row.GetInt32(0),
                    Bytes: row.GetFieldValue<byte[]>(1),
                    Signature: row.GetFieldValue<byte[]>(2),
                    Blob: row.IsDBNull(3) ? null : row.GetString(3)
                ),
            cancellationToken
        );
        if (rows.Count == 0)
        {
            return [];
        }

        var values = await QueryAsync(
            db,
            "select seq, commitment, salt, value from entry_values where incident = @incident and seq > @after and seq <= @last "
                + "order by seq, commitment",
            [("incident", incident), ("after", after), ("last", rows[^1].Seq)],
            row => (Seq: row.GetInt32(0), Value: new SealedValue(row.GetString(1), row.GetFieldValue<byte[]>(2), row.GetString(3))),
            cancellationToken
        );
        var (entries, next) = (new List<StoredEntry>(rows.Count), 0);
        foreach (var row in rows)
        {
            var own = new List<SealedValue>();
            for (; next < values.Count && values[next].Seq <= row.Seq; next++)
            {
                if (values[next].Seq == row.Seq)
                {
                    own.Add(values[next].Value);
                }
            }

            entries.Add(
                new StoredEntry(
                    row.Seq,
                    row.Bytes,
                    row.Signature,
                    own,
                    row.Blob is null ? null : await BlobAsync(db, row.Blob, cancellationToken)
                )
            );
        }

        return entries;
    }

    private static async Task<List<T>> QueryAsync<T>(
        JournalDb db,
        string sql,
        (string Name, object Value)[] parameters,
        Func<DbDataReader, T> take,
        CancellationToken cancellationToken
    )
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            return await ReadAsync(db.Database.GetDbConnection(), sql, parameters, take, cancellationToken);
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    private static async Task<List<T>> ReadAsync<T>(
        DbConnection connection,
        string sql,
        (string Name, object Value)[] parameters,
        Func<DbDataReader, T> take,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }

        var taken = new List<T>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            taken.Add(take(reader));
        }

        return taken;
    }
}
