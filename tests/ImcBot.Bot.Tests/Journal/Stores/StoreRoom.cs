using ImcBot.Bot.Journal;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace ImcBot.Bot.Tests.Journal.Stores;

/// <summary>What a journal can lie in.</summary>
public enum Store
{
    File,
    PostgreSql,
}

/// <summary>An empty database of one kind, and as many processes on it as a test wants.</summary>
internal sealed class StoreRoom : IAsyncDisposable
{
    private readonly Func<IDbContextFactory<JournalDb>> _open;

    private StoreRoom(Func<IDbContextFactory<JournalDb>> open) => _open = open;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<StoreRoom> NewAsync(Store store)
    {
        if (store == Store.PostgreSql)
        {
            var connection = await PostgresServer.NewDatabaseAsync();
            return new StoreRoom(() => JournalServer.At(connection));
        }

        var path = Path.Combine(Directory.CreateTempSubdirectory("imcbot-").FullName, "imcbot.db");
        return new StoreRoom(() => JournalFile.At(path));
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

    public ValueTask DisposeAsync()
    {
        SqliteConnection.ClearAllPools();
        return ValueTask.CompletedTask;
    }
}
