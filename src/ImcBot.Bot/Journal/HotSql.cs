using System.Data.Common;
using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace ImcBot.Bot.Journal;

/// <summary>
/// The statements of one transaction, with parameters p0, p1, … A statement that comes again is not prepared again.
/// </summary>
internal sealed class HotSql(JournalDb db, IDbContextTransaction transaction) : IAsyncDisposable
{
    private readonly Dictionary<string, DbCommand> _commands = new(StringComparer.Ordinal);

    /// <summary>An entry (incident, seq, bytes, signature, blob) with so many texts (commitment, salt, value).</summary>
    public static string Append(int texts)
    {
        var sql = new StringBuilder("insert into entries (incident, seq, bytes, signature, blob) values (@p0, @p1, @p2, @p3, @p4)");
        for (var text = 0; text < texts; text++)
        {
            var first = 5 + (3 * text);
            sql.Append(text == 0 ? "; insert into entry_values (incident, seq, commitment, salt, value) values " : ", ")
                .Append(CultureInfo.InvariantCulture, $"(@p0, @p1, @p{first}, @p{first + 1}, @p{first + 2})");
        }

        return sql.ToString();
    }

    /// <summary>Runs a statement inside the transaction; returns how many rows it changed.</summary>
    public async Task<int> RunAsync(string sql, params object[] values)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            _commands[sql] = command = Command(sql, values.Length);
        }

        for (var n = 0; n < values.Length; n++)
        {
            command.Parameters[n].Value = values[n] is string text ? StoredText.Of(text) : values[n];
        }

        return await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var command in _commands.Values)
        {
            await command.DisposeAsync();
        }
    }

    private DbCommand Command(string sql, int parameters)
    {
        var command = db.Database.GetDbConnection().CreateCommand();
        command.Transaction = transaction.GetDbTransaction();
        command.CommandText = sql;
        for (var n = 0; n < parameters; n++)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = $"p{n.ToString(CultureInfo.InvariantCulture)}";
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
