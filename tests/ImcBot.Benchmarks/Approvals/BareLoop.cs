using System.Net.Http.Json;
using System.Threading.Channels;
using ImcBot.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;

namespace ImcBot.Benchmarks.Approvals;

/// <summary>
/// The least that a decision could take to begin something elsewhere: it is posted, committed, answers a poll that is held, and whoever
/// polled commits that it begins. No token, no signature, nothing decided; all in this process, over loopback.
/// </summary>
internal sealed class BareLoop : IAsyncDisposable
{
    // So long as the bot waits, about, before somebody approves.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private readonly WebApplication _app = Loopback.Builder().Build();
    private readonly HttpClient _http = new();
    private readonly Channel<int> _work = Channel.CreateUnbounded<int>();
    private readonly SqliteConnection _decided = Open(),
        _begun = Open();

    private int _number;

    private BareLoop()
    {
        _app.MapPost(
            "/decide",
            async (HttpRequest request) =>
            {
                var number = await request.ReadFromJsonAsync<int>();
                Commit(_decided, number);
                await _work.Writer.WriteAsync(number);
                return Results.Ok();
            }
        );
        _app.MapGet("/poll", (CancellationToken cancellationToken) => _work.Reader.ReadAsync(cancellationToken).AsTask());
    }

    public static async Task<BareLoop> StartAsync()
    {
        var loop = new BareLoop();
        await loop._app.StartAsync();
        loop._http.BaseAddress = new Uri(loop._app.Urls.First());
        return loop;
    }

    /// <summary>Milliseconds from a decision until it has begun; its poll has been held for a while by then.</summary>
    public async Task<double> RunAsync(CancellationToken cancellationToken)
    {
        var poll = _http.GetFromJsonAsync<int>("/poll", cancellationToken);
        await Task.Delay(Rest, TimeProvider.System, cancellationToken);
        var written = TimeProvider.System.GetTimestamp();
        using var decided = await _http.PostAsJsonAsync("/decide", ++_number, cancellationToken);
        Commit(_begun, await poll);
        return TimeProvider.System.GetElapsedTime(written).TotalMilliseconds;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
        await _decided.DisposeAsync();
        await _begun.DisposeAsync();
    }

    private static SqliteConnection Open()
    {
        var folder = Directory.CreateTempSubdirectory("imcbot-bare-").FullName;
        var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "bare.db")}");
        connection.Open();
        Execute(connection, "pragma journal_mode = wal; pragma synchronous = full; create table row (number integer not null)");
        return connection;
    }

    private static void Commit(SqliteConnection connection, int number) => Execute(connection, $"insert into row values ({number})");

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
