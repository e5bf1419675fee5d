using System.Collections.Concurrent;
using ImcBot.Contracts;
using ImcBot.Relay.Actions;
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

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/relay/v1/hello", () => Json(new Welcome(1, Bench.RelayId, Now)));
        routes.MapPost("/relay/v1/alerts", () => Results.NoContent());
        routes.MapPut("/relay/v1/blobs/{sha256}", async (string sha256, HttpRequest request) =>
        {
            await request.Body.CopyToAsync(Stream.Null);
            return Results.NoContent();
        });
        routes.MapPost("/relay/v1/reports", async (HttpRequest request) =>
        {
            foreach (var report in await request.ReadFromJsonAsync<List<Report>>(WireJson.Options) ?? [])
            {
                _reports[(report.Run, report.Kind)] = report;
            }

            return Results.NoContent();
        });
        routes.MapPost("/relay/v1/poll", async (HttpRequest request) =>
        {
            var poll = await request.ReadFromJsonAsync<Poll>(WireJson.Options);
            if (_job is { } job && !_reports.ContainsKey((job.Run, job.Kind)) && !poll!.Known.Contains(job.Run))
            {
                return Json(new Work(Now, [Granted(job)]));
            }

            await Task.Delay(Held, TimeProvider.System);
            return Json(new Work(Now, []));
        });
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

    private Job Granted(Job job) => job.Kind is not JobKind.Act ? job : job with
    {
        Grant = _forge.Mint(new GrantTerms(job.Run.Question.ToString(), job.Plan!, Bench.RelayId) { Runs = 20, Minutes = 60 }, Now / 1_000_000),
    };
}
