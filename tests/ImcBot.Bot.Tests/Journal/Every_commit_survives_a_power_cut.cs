using System.Data.Common;
using ImcBot.Bot.Journal;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace ImcBot.Bot.Tests.Journal;

public sealed class Every_commit_survives_a_power_cut
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task On_every_connection_however_often_and_by_however_many_it_is_opened()
    {
        var databases = await JournalFile.OpenAsync(Path.Combine(Directory.CreateTempSubdirectory("imcbot-").FullName, "imcbot.db"), Token);
        for (var again = 0; again < 3; again++)
        {
            await using var one = await databases.CreateDbContextAsync(Token);
            await using var other = await databases.CreateDbContextAsync(Token);
            await one.Database.OpenConnectionAsync(Token);
            other.Database.OpenConnection();
            Assert.Equal("wal full deleted", await SetAsync(one.Database.GetDbConnection()));
            Assert.Equal("wal full deleted", await SetAsync(other.Database.GetDbConnection()));
        }
    }

    private static async Task<string> SetAsync(DbConnection connection)
    {
        async Task<object?> AskAsync(string pragma)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"pragma {pragma}";
            return await command.ExecuteScalarAsync(Token);
        }

        return $"{await AskAsync("journal_mode")} {(await AskAsync("synchronous") is 2L ? "full" : "not full")} "
            + $"{(await AskAsync("secure_delete") is 1L ? "deleted" : "left")}";
    }
}
