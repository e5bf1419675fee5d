using ImcBot.Bot.Journal;
using ImcBot.Bot.Relays;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Engine;

/// <summary>Twice a second: tells incidents of deadlines that have come and of relays that fell silent or are heard again.</summary>
internal sealed class Watcher(
    IncidentEngine engine, JournalStore journal, RelayRegister relays, BotOptions options, Replica replica, TimeProvider clock)
    : BackgroundService
{
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    private const string Duty = "watch";

    private readonly long _startedAt = clock.Micros();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (await replica.ClaimAsync(Duty, stoppingToken))
                {
                    await LookAsync(stoppingToken);
                }
            }
        }
        finally
        {
            await replica.ReleaseAsync(Duty);
        }
    }

    internal async Task LookAsync(CancellationToken token)
    {
        foreach (var incident in engine.WithDeadlines().Union(await journal.DueAsync(clock.Micros(), token)))
        {
            await engine.PassDeadlinesAsync(incident, token);
        }

        await ListenAsync(token);
    }

    private async Task ListenAsync(CancellationToken token)
    {
        foreach (var row in await journal.OpenAsync(token))
        {
            // A relay could not be heard while the bot was away: its silence counts from the start.
            var heard = Math.Max(await relays.HeardAtAsync(row.Relay, token) ?? 0, _startedAt);
            var silent = clock.Micros() - heard > TimeSpan.FromSeconds(options.RelaySilentSeconds).Micros();
            if (await engine.FindAsync(row.Number, token) is { } incident && incident.RelaySilent != silent)
            {
                await engine.TellAsync(row.Number, at => silent ? new RelaySilent(at) : new RelayHeard(at), token);
            }
        }
    }
}
