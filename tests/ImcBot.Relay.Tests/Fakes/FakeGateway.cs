using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using ImcBot.Contracts;
using ImcBot.Relay.Session;
using Refit;
using Xunit;

namespace ImcBot.Relay.Tests.Fakes;

/// <summary>A bot in memory. Everything it gets and gives goes through the wire's JSON, as it would over HTTP.</summary>
internal sealed class FakeGateway(Bench bench) : IBotGateway
{
    private readonly Channel<Job> _jobs = Channel.CreateUnbounded<Job>();
    private readonly Channel<Report> _reports = Channel.CreateUnbounded<Report>();
    private readonly Channel<Poll> _polls = Channel.CreateUnbounded<Poll>();

    /// <summary>Asked before each call: a status to refuse with, or null.</summary>
    public Func<string, HttpStatusCode?> Refusing { get; set; } = _ => null;

    /// <summary>Body of a refusal.</summary>
    public string Because { get; set; } = "{\"error\":\"An administrator has not confirmed this relay yet.\"}";

    public List<string> Calls { get; } = [];

    public string? TakenOver { get; set; }

    public string? GrantKeys { get; set; }

    public List<HostAlert> Alerts { get; } = [];

    public List<string> Blobs { get; } = [];

    public void Give(Job job) => _jobs.Writer.TryWrite(Over(job));

    public ValueTask<Report> NextReportAsync() => _reports.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public ValueTask<Poll> NextPollAsync() => _polls.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public async Task<Welcome> HelloAsync(Hello hello, CancellationToken cancellationToken)
    {
        await TakeAsync("hello");
        return new Welcome(1, Bench.RelayId, bench.BotNow);
    }

    public async Task<Work> PollAsync(Poll poll, CancellationToken cancellationToken)
    {
        await TakeAsync("poll");
        _polls.Writer.TryWrite(poll);
        return new Work(bench.BotNow, [Granted(await _jobs.Reader.ReadAsync(cancellationToken), poll)], TakenOver, GrantKeys);
    }

    public async Task ReportAsync(Report[] reports, CancellationToken cancellationToken)
    {
        await TakeAsync("report");
        foreach (var report in reports)
        {
            _reports.Writer.TryWrite(Over(report));
        }
    }

    public async Task AlertAsync(HostAlert alert, CancellationToken cancellationToken)
    {
        await TakeAsync("alert");
        Alerts.Add(Over(alert));
    }

    public Task ChangeKeyAsync(RelayKeyChange change, CancellationToken cancellationToken) => TakeAsync("key");

    public async Task PutBlobAsync(string sha256, HttpContent content, CancellationToken cancellationToken)
    {
        await TakeAsync("blob");
        Blobs.Add(ContentDigest.Of(await content.ReadAsByteArrayAsync(cancellationToken)));
    }

    private Job Granted(Job job, Poll poll) =>
        job is { Kind: JobKind.Act, Grant: null, HandedTo: null }
            ? job with
            {
                Grant = bench.Forge.Mint(
                    new GrantTerms(job.Run.Question.ToString(), job.Plan!, Bench.RelayId) { Order = job.Order, Nonce = poll.Nonce },
                    bench.BotNow / 1_000_000
                ),
            }
            : job;

    private static T Over<T>(T value) =>
        JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(value, WireJson.Options), WireJson.Options)!;

    private async Task TakeAsync(string call)
    {
        lock (Calls)
        {
            Calls.Add(call);
        }

        if (Refusing(call) is { } status)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "http://bot/");
            using var response = new HttpResponseMessage(status) { Content = new StringContent(Because), RequestMessage = request };
            response.Headers.Add(RelayAssertion.CallHeader, "1");
            throw await ApiException.Create(request, HttpMethod.Post, response, new RefitSettings());
        }
    }
}
