using ImcBot.Bot.Journal;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Xunit;

namespace ImcBot.Bot.Tests.Journal;

/// <summary>SQLite has one writer; the others wait at the gate and not in its sleeps.</summary>
public sealed class Writers_of_a_file_go_one_after_the_other : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("imcbot-gate");
    private PooledDbContextFactory<JournalDb> _databases = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _databases = await JournalFile.OpenAsync(Path.Combine(_folder.FullName, "journal.db"), Token);

    [Fact]
    public async Task Whoever_comes_second_goes_as_soon_as_the_first_has_ended_however_it_ended()
    {
        foreach (var commit in new[] { true, false })
        {
            var first = await _databases.CreateDbContextAsync(Token);
            await using var transaction = await first.Database.BeginTransactionAsync(Token);
            await KeepAsync(first, $"first {commit}");
            var second = WriteAsync($"second {commit}");
            Assert.Equal(commit ? 0 : 2, await CountAsync());
            Assert.False(second.IsCompleted);
            if (commit)
            {
                await transaction.CommitAsync(Token);
            }

            await first.DisposeAsync();
            await second;
        }

        Assert.Equal(3, await CountAsync());
    }

    [Fact]
    public async Task Whoever_gives_up_waiting_or_fails_holds_nobody_up()
    {
        var first = await _databases.CreateDbContextAsync(Token);
        await first.Database.BeginTransactionAsync(Token);
        using var patience = new CancellationTokenSource();
        var waiting = WriteAsync("given up", patience.Token);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await first.DisposeAsync();

        await using var failing = await _databases.CreateDbContextAsync(Token);
        await Assert.ThrowsAnyAsync<Exception>(() => failing.Database.ExecuteSqlRawAsync("insert into nowhere values (1)", Token));
        failing.Codes.Add(
            new CodeRow
            {
                SecretHash = "one",
                Host = "h",
                Administrator = "a",
                ExpiresAt = 1,
            }
        );
        await failing.SaveChangesAsync(Token);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(number => WriteAsync($"{number}")));

        Assert.Equal(50, await CountAsync());
    }

    [Fact]
    public async Task Whoever_cannot_begin_holds_nobody_up()
    {
        await using var outsider = new SqliteConnection($"Data Source={Path.Combine(_folder.FullName, "journal.db")}");
        await outsider.OpenAsync(Token);
        await using (var writing = outsider.BeginTransaction(deferred: false))
        {
            await using var failing = await _databases.CreateDbContextAsync(Token);
            ((SqliteConnection)failing.Database.GetDbConnection()).DefaultTimeout = 1;
            await Assert.ThrowsAsync<SqliteException>(() => failing.Database.BeginTransactionAsync(Token));
        }

        await using var again = await _databases.CreateDbContextAsync(Token);
        await WriteAsync("another").WaitAsync(TimeSpan.FromSeconds(10), Token);
        await using (var transaction = await again.Database.BeginTransactionAsync(Token))
        {
            await KeepAsync(again, "again");
            await transaction.CommitAsync(Token);
        }

        await WriteAsync("a third").WaitAsync(TimeSpan.FromSeconds(10), Token);
        Assert.Equal(3, await CountAsync());
    }

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private async Task WriteAsync(string digest, CancellationToken? token = null)
    {
        await using var db = await _databases.CreateDbContextAsync(Token);
        await KeepAsync(db, digest, token);
    }

    private static Task KeepAsync(JournalDb db, string digest, CancellationToken? token = null) =>
        JournalBlobs.KeepAsync(db, digest, [1], token ?? Token);

    private async Task<int> CountAsync()
    {
        await using var db = await _databases.CreateDbContextAsync(Token);
        return await db.Blobs.CountAsync(Token);
    }
}
