using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ImcBot.EndToEnd.Tests.Paging;

/// <summary>The paging services of several roles on one port, each of which answers as it is told, the last way again and again.</summary>
internal sealed class PagingServices : IAsyncDisposable
{
    private static readonly TimeSpan Slowness = TimeSpan.FromSeconds(4);

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _ways = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _taken = new();

    private PagingServices(WebApplication app) => _app = app;

    /// <summary>Ids of the pages that were taken, as often as they were.</summary>
    public IReadOnlyList<string> Taken => [.. _taken];

    /// <summary>Calls that followed a redirection.</summary>
    public int Followed => Volatile.Read(ref _followed);

    private int _followed;

    public static async Task<PagingServices> StartAsync(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var app = builder.Build();
        var services = new PagingServices(app);
        app.MapPost("/{role}", services.AnswerAsync);
        app.Map("/elsewhere/{**rest}", services.Elsewhere);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return services;
    }

    /// <summary>
    /// How a role's service answers from now on: <c>takes</c>, <c>hangs</c>, <c>slow</c>, <c>web page</c> or an HTTP status.
    /// </summary>
    public void Let(string role, params string[] ways) => _ways[role] = new(ways);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(string role, HttpContext http)
    {
        using var body = await JsonDocument.ParseAsync(http.Request.Body);
        var page = body.RootElement.GetProperty("page").GetString()!;
        Assert.Equal(page, http.Request.Headers["Idempotency-Key"]);
        Assert.Equal(role, body.RootElement.GetProperty("role").GetString());
        switch (Way(role))
        {
            case "takes":
                Take(http, page);
                break;
            case "slow":
                await Task.Delay(Slowness, TimeProvider.System, http.RequestAborted);
                Take(http, page);
                break;
            case "hangs":
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted);
                break;
            case "web page":
                http.Response.ContentType = "text/html";
                await http.Response.WriteAsync("<html><title>Sign in</title></html>");
                break;
            case var status:
                http.Response.StatusCode = int.Parse(status, System.Globalization.CultureInfo.InvariantCulture);
                http.Response.Headers.RetryAfter = "3600";
                http.Response.Headers.Location = $"/elsewhere/{role}";
                break;
        }
    }

    private void Take(HttpContext http, string page)
    {
        _taken.Enqueue(page);
        http.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private string Way(string role)
    {
        var ways = _ways[role];
        return ways.Count > 1 && ways.TryDequeue(out var way) ? way : ways.First();
    }

    private void Elsewhere() => Interlocked.Increment(ref _followed);
}
