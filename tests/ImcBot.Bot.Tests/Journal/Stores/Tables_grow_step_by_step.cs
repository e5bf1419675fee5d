using ImcBot.Bot.Journal;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace ImcBot.Bot.Tests.Journal.Stores;

public sealed class Tables_grow_step_by_step
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<Store> Stores => new(Enum.GetValues<Store>());

    [Theory, MemberData(nameof(Stores))]
    public async Task Every_table_has_the_columns_that_are_read_from_it(Store store)
    {
        await using var room = await StoreRoom.NewAsync(store);
        await using var db = await (await room.OpenAsync()).CreateDbContextAsync(Token);

        foreach (var table in db.Model.GetEntityTypes())
        {
            var columns = string.Join(", ", table.GetProperties().Select(property => $"\"{property.GetColumnName()}\""));
            var sql = $"select {columns} from {table.GetTableName()}";
            await db.Database.ExecuteSqlRawAsync(sql, Token);
        }
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Processes_that_start_together_make_the_tables_once(Store store)
    {
        await using var room = await StoreRoom.NewAsync(store);

        var started = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(room.OpenAsync, Token)));

        await using var db = await started[0].CreateDbContextAsync(Token);
        Assert.Equal(0, await db.Incidents.CountAsync(Token));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_database_of_a_newer_program_is_left_alone(Store store)
    {
        await using var room = await StoreRoom.NewAsync(store);
        await using (var db = await (await room.OpenAsync()).CreateDbContextAsync(Token))
        {
            await db.Database.ExecuteSqlRawAsync("insert into schema_steps (step) values (1000)", Token);
        }

        Assert.Contains("newer", (await Assert.ThrowsAsync<InvalidOperationException>(room.OpenAsync)).Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_database_of_the_first_program_is_brought_to_today(Store store)
    {
        await using var room = await StoreRoom.NewAsync(store);
        await using (var db = await room.BareAsync())
        {
            await Schema.EnsureAsync(db, 1, Token);
            await db.Database.ExecuteSqlRawAsync(
                "insert into incidents (number, host, relay, opened_at, is_open, phase, head_seq) values (7, 'EXCH01', 'r', "
                    + "5000000000000000, 1, 'Surveying', 3)",
                Token
            );
        }

        await using var today = await (await room.OpenAsync()).CreateDbContextAsync(Token);

        var row = await today.Incidents.SingleAsync(Token);
        Assert.Equal((7, 5_000_000_000_000_000), (row.Number, row.OpenedAt));
    }
}
