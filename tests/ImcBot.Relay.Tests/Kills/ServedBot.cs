using System.Collections.Concurrent;
using ImcBot.Contracts;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Tests.Fakes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ImcBot.Relay.Tests.Kills;

/// <summary>A bot over HTTP that has one job at a time and delivers it until its report is there, each time under a fresh grant.</summary>
internal sealed class ServedBot
{
    private static readonly TimeSpan Held = TimeSpan.FromMilliseconds(30);

    private readonly GrantForge _forge = new();
    private readonly ConcurrentDictionary<(RunId, JobKind), Report> _reports = new();
    private Job? _job;

    public string GrantKeys => GrantForge.SetOf(_forge);

    public IEnumerable<Report> Reports => _reports.Values;

    /// <summary>The mail service, by the one event that says it stops.</summary>
    private static IReadOnlyList<WatchedService> Watches =>
        [new(FakeServer.Imc, [new("Application", FakeServer.Imc, IndexSet.Of(4102), IndexSet.Empty)])];

    /// <summary>What every poll is answered with in place of work, where it is set.</summary>
    public string? Answers { get; set; }

    /// <summary>The impact that its grants allow.</summary>
    public string Impact { get; init; } = "disruptive";

    public int Polls { get; private set; }

    /// <summary>The newest greeting.</summary>
    public Hello? Greeted { get; private set; }

    public IReadOnlyCollection<HostAlert> Alerts => _alerts;

    private readonly ConcurrentQueue<HostAlert> _alerts = new();

    public void Map(IEndpointRouteBuilder endpoints)
    {
        var routes = endpoints
            .MapGroup("")
            .AddEndpointFilter(
                (context, next) =>
                {
                    var http = context.HttpContext;
                    http.Response.Headers[RelayAssertion.CallHeader] = http.Request.Headers[RelayAssertion.CallHeader];
                    return next(context);
                }
            );
        routes.MapPost(
            "/relay/v1/hello",
            async (HttpRequest request) =>
            {
                Greeted = await request.ReadFromJsonAsync<Hello>(WireJson.Options);
                return Json(new Welcome(1, Bench.RelayId, Now, Watches: Watches));
            }
        );
        routes.MapPost(
            "/relay/v1/alerts",
            async (HttpRequest request) =>
            {
                _alerts.Enqueue((await request.ReadFromJsonAsync<HostAlert>(WireJson.Options))!);
                return Results.NoContent();
            }
        );
        routes.MapPut(
            "/relay/v1/blobs/{sha256}",
            async (string sha256, HttpRequest request) =>
            {
                await request.Body.CopyToAsync(Stream.Null);
                return Results.NoContent();
            }
        );
        routes.MapPost(
            "/relay/v1/reports",
            async (HttpRequest request) =>
            {
                foreach (var report in await request.ReadFromJsonAsync<List<Report>>(WireJson.Options) ?? [])
                {
                    _reports[(report.Run, report.Kind)] = report;
                }

                return Results.NoContent();
            }
        );
        routes.MapPost(
            "/relay/v1/poll",
            async (HttpRequest request) =>
            {
                Polls++;
                if (Answers is { } answer)
                {
                    return Results.Text(answer, "application/json");
                }

                var poll = await request.ReadFromJsonAsync<Poll>(WireJson.Options);
                if (_job is { } job && !_reports.ContainsKey((job.Run, job.Kind)) && !poll!.Known.Contains(job.Run))
                {
                    return Json(new Work(Now, [Granted(job, poll.Nonce)]));
                }

                await Task.Delay(Held, TimeProvider.System);
                return Json(new Work(Now, []));
            }
        );
    }

    /// <summary>Gives the job until it is reported.</summary>
    public async Task<Report> AskAsync(Job job, CancellationToken cancellationToken)
    {
        _job = job;
        while (true)
        {
            if (_reports.TryGetValue((job.Run, job.Kind), out var report))
            {
                return report;
            }

            await Task.Delay(Held, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>The run is asked again as if it had not been reported.</summary>
    public void Forget(RunId run) => _reports.TryRemove((run, JobKind.Act), out _);

    private static long Now => Clock.Micros(TimeProvider.System.GetUtcNow());

    private static IResult Json<T>(T value) => Results.Json(value, WireJson.Options);

    private Job Granted(Job job, string? nonce) =>
        job.Kind is not JobKind.Act
            ? job
            : job with
            {
                Grant = _forge.Mint(
                    new GrantTerms(job.Run.Question.ToString(), job.Plan!, Bench.RelayId)
                    {
                        Runs = 20,
                        Minutes = 60,
                        Impact = Impact,
                        Order = job.Order,
                        Nonce = nonce,
                    },
                    Now / 1_000_000
                ),
            };
}
