using System.Text.Json;
using ImcBot.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;

namespace ImcBot.Benchmarks.Turns;

/// <summary>
/// The least that could be called durable: parse, one row, commit (WAL, synchronous FULL, as the journal), answer. No token is looked at.
/// </summary>
internal sealed class BareEndpoint : IAsyncDisposable
{
    private const string Pragmas = "pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on";

    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    private readonly WebApplication _app;

    private BareEndpoint(WebApplication app) => _app = app;

    public Uri Address => new(new Uri(_app.Urls.First()), "bare");

    public static async Task<BareEndpoint> StartAsync()
    {
        var database = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(Directory.CreateTempSubdirectory("imcbot-turns-").FullName, "bare.db"),
        }.ToString();
        await using (var connection = await OpenAsync(database))
        {
            await ExecuteAsync(connection, "create table said (id integer primary key, body blob not null)");
        }

        var app = Loopback.Builder().Build();
        var oneWriter = new SemaphoreSlim(1, 1);
        app.MapPost(
            "/bare",
            async (HttpRequest request) =>
            {
                var activity = await JsonSerializer.DeserializeAsync<Said>(request.Body, Web);
                await using var connection = await OpenAsync(database);
                await using var command = connection.CreateCommand();
                command.CommandText = "insert into said (body) values ($body)";
                command.Parameters.AddWithValue("$body", JsonSerializer.SerializeToUtf8Bytes(activity, Web));
                await oneWriter.WaitAsync(request.HttpContext.RequestAborted);
                try
                {
                    await command.ExecuteNonQueryAsync();
                }
                finally
                {
                    oneWriter.Release();
                }

                return Results.Ok();
            }
        );
        await app.StartAsync();
        return new BareEndpoint(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task<SqliteConnection> OpenAsync(string database)
    {
        var connection = new SqliteConnection(database);
        await connection.OpenAsync();
        await ExecuteAsync(connection, Pragmas);
        return connection;
    }

    private static async Task ExecuteAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private sealed record Said(
        string? Type,
        string? Id,
        string? Text,
        string? ChannelId,
        string? ServiceUrl,
        Somebody? From,
        Somebody? Recipient,
        Somewhere? Conversation
    );

    private sealed record Somebody(string? Id, string? Name, string? AadObjectId);

    private sealed record Somewhere(string? Id, string? ConversationType, string? TenantId, bool? IsGroup);
}
