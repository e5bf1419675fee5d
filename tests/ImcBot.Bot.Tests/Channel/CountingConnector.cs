using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace ImcBot.Bot.Tests.Channel;

/// <summary>
/// A connector on a clock of its own choosing: counts every call in every window as Teams does, and misbehaves in a fixed order.
/// </summary>
internal sealed class CountingConnector(TimeProvider time, int faultEvery) : HttpMessageHandler
{
    // As the platform's pages say them, not as the bot keeps them.
    private static readonly (int Most, int Seconds)[] OfThread = [(7, 1), (8, 2), (60, 30), (1800, 3600)];
    private static readonly (int Most, int Seconds)[] OfApp = [(30, 1)];

    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<DateTimeOffset>> _calls = new(StringComparer.Ordinal);
    private int _seen;

    /// <summary>What stands in each thread, in the order it was taken.</summary>
    public ConcurrentDictionary<string, List<string>> Threads { get; } = new(StringComparer.Ordinal);

    /// <summary>Every window that held too many calls, in words.</summary>
    public ConcurrentQueue<string> Exceeded { get; } = new();

    public int Calls => _seen;

    public ConcurrentDictionary<string, int> Faults { get; } = new(StringComparer.Ordinal);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var thread = Uri.UnescapeDataString(request.RequestUri!.Segments[^2].TrimEnd('/'));
        var text = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!["text"]!.GetValue<string>();
        int number;
        lock (_lock)
        {
            number = ++_seen;
            Count(thread, OfThread);
            Count("the app", OfApp);
        }

        var response =
            faultEvery > 0 && number % faultEvery == 0
                ? await FailAsync(number / faultEvery % 7, thread, text, cancellationToken)
                : Take(thread, text);
        response.RequestMessage = request;
        return response;
    }

    private void Count(string name, (int Most, int Seconds)[] windows)
    {
        var now = time.GetUtcNow();
        var calls = _calls.TryGetValue(name, out var known) ? known : _calls[name] = [];
        calls.Add(now);
        foreach (
            var (most, seconds) in windows.Where(window =>
                calls.Count > window.Most && now - calls[^(window.Most + 1)] <= TimeSpan.FromSeconds(window.Seconds)
            )
        )
        {
            Exceeded.Enqueue($"{name}: more than {most} in {seconds} s at {now:O}");
        }
    }

    private async Task<HttpResponseMessage> FailAsync(int kind, string thread, string text, CancellationToken cancellationToken)
    {
        string[] names = ["429", "412", "502", "502 but taken", "slow", "dead", "half-sent"];
        Faults.AddOrUpdate(names[kind], 1, (_, count) => count + 1);
        switch (kind)
        {
            case 0:
                var later = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
                later.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(3));
                return later;
            case 1:
                return new HttpResponseMessage(HttpStatusCode.PreconditionFailed);
            case 2:
                return new HttpResponseMessage(HttpStatusCode.BadGateway);
            case 3:
                Take(thread, text);
                return new HttpResponseMessage(HttpStatusCode.BadGateway);
            case 4:
                await Task.Delay(TimeSpan.FromSeconds(4), time, cancellationToken);
                return Take(thread, text);
            case 5:
                throw new HttpRequestException(HttpRequestError.ConnectionError, "Nobody answers.");
            default:
                Take(thread, text);
                throw new HttpRequestException(HttpRequestError.ResponseEnded, "The line is dead.");
        }
    }

    private HttpResponseMessage Take(string thread, string text)
    {
        var standing = Threads.GetOrAdd(thread, _ => []);
        lock (standing)
        {
            standing.Add(text);
            return new HttpResponseMessage(HttpStatusCode.Created)
            {
                Content = new StringContent($$"""{ "id": "{{standing.Count}}" }""", Encoding.UTF8, "application/json"),
            };
        }
    }
}
