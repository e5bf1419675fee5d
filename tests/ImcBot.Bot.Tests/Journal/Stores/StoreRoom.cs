using ImcBot.Bot.Journal;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace ImcBot.Bot.Tests.Journal.Stores;

/// <summary>What a journal can lie in.</summary>
public enum Store
{
    Memory,
    File,
    PostgreSql,
}

/// <summary>An empty database of one kind, and as many processes on it as a test wants.</summary>
internal sealed class StoreRoom : IAsyncDisposable
{
    private readonly Func<IDbContextFactory<JournalDb>> _open;
    private readonly SqliteConnection? _memory;

    private StoreRoom(Func<IDbContextFactory<JournalDb>> open, SqliteConnection? memory = null) => (_open, _memory) = (open, memory);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<StoreRoom> NewAsync(Store store)
    {
        if (store == Store.PostgreSql)
        {
            var connection = await PostgresServer.NewDatabaseAsync();
            return new StoreRoom(() => JournalServer.At(connection));
        }

        if (store == Store.File)
        {
            var path = Path.Combine(Directory.CreateTempSubdirectory("imcbot-").FullName, "imcbot.db");
            return new StoreRoom(() => JournalFile.At(path));
        }

        // A database in memory lives as long as somebody is connected to it.
        var name = $"file:{Guid.NewGuid():n}?mode=memory&cache=shared";
        var memory = new SqliteConnection($"Data Source={name}");
        await memory.OpenAsync(Token);
        return new StoreRoom(() => JournalFile.At(name), memory);
    }

    /// <summary>The database as a process of its own has it, with its tables.</summary>
    public async Task<IDbContextFactory<JournalDb>> OpenAsync()
    {
        var databases = _open();
        await using var db = await databases.CreateDbContextAsync(Token);
        await Schema.EnsureAsync(db, Token);
        return databases;
    }

    /// <summary>The database as it is.</summary>
    public Task<JournalDb> BareAsync() => _open().CreateDbContextAsync(Token);

    public async ValueTask DisposeAsync()
    {
        if (_memory is not null)
        {
            await _memory.DisposeAsync();
        }

        SqliteConnection.ClearAllPools();
    }
}
