using ImcBot.Bot;
using ImcBot.Bot.Commands;
using ImcBot.Bot.Incidents;
using ImcBot.Bot.Journal;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace ImcBot.Benchmarks.Turns;

/// <summary>The bot as <c>serve</c> builds it, with an open incident for each thread.</summary>
internal sealed class TalkingBot : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TalkingBot(WebApplication app, IReadOnlyList<string> threads) => (_app, Threads) = (app, threads);

    public Uri Address => new(new Uri(_app.Urls.First()), "api/messages");

    /// <summary>Conversation ids.</summary>
    public IReadOnlyList<string> Threads { get; }

    public static async Task<TalkingBot> StartAsync(TeamsStub teams, int threads, CancellationToken cancellationToken)
    {
        var data = Directory.CreateTempSubdirectory("imcbot-turns-").FullName;
        var app = ServeCommand.Build([
            "--urls=http://127.0.0.1:0",
            $"--Bot:Data={data}",
            $"--Bot:Runbooks={Repository.Path("manifests/runbooks")}",
            $"--Bot:Proofs={Path.Combine(AppContext.BaseDirectory, "proofs")}",
            "--Logging:LogLevel:Default=Warning",
            "--OnCall:Roles:on-call:0=11111111-0000-0000-0000-000000000001",
            "--OnCall:Roles:administrator:0=11111111-0000-0000-0000-000000000001",
            .. teams.Settings,
        ]);
        await app.Services.PrepareEngineAsync(cancellationToken);
        await app.StartAsync(cancellationToken);
        var engine = app.Services.GetRequiredService<IncidentEngine>();
        for (var host = 0; host < threads; host++)
        {
            var name = $"EXCH{host:00}";
            await engine.OpenAsync(
                name,
                (at, number, seed) =>
                    new Opened(at, number, name, $"relay-{host}", Some.Runbook.Digest, HostProfile.Patient, seed, Quiet: true, null, null),
                cancellationToken
            );
        }

        return new TalkingBot(app, await ThreadsAsync(engine, threads, cancellationToken));
    }

    /// <summary>Every turn must be in the journal.</summary>
    public async Task ProveAsync(int turns, CancellationToken cancellationToken)
    {
        var journal = _app.Services.GetRequiredService<Journals>();
        var noted = 0;
        for (var number = 1; number <= Threads.Count; number++)
        {
            await foreach (var entry in journal.ReadAsync(number, cancellationToken))
            {
                noted += entry.Read().Fact is Noted ? 1 : 0;
            }
        }

        if (noted != turns)
        {
            throw new InvalidOperationException($"{turns} turns were taken and {noted} are in the journal.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static async Task<IReadOnlyList<string>> ThreadsAsync(IncidentEngine engine, int threads, CancellationToken cancellationToken)
    {
        while (true)
        {
            var open = await engine.ListOpenAsync(cancellationToken);
            if (open.Count == threads && open.All(incident => incident.Thread is not null && incident.Phase is not Phase.Surveying))
            {
                return [.. open.Select(incident => incident.Thread!)];
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
        }
    }
}
