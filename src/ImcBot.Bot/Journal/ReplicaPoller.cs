namespace ImcBot.Bot.Journal;

/// <summary>
/// Rings this process's bells for what other replicas have written: one query, twice a second. Idle where there are no others.
/// </summary>
internal sealed class ReplicaPoller(Journals journal, ChangeSignals signals, LeaseHolder leases, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    private Dictionary<int, int> _heads = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (!leases.IsAlone && await timer.WaitForNextTickAsync(stoppingToken))
        {
            await ListenAsync(stoppingToken);
        }
    }

    internal async Task ListenAsync(CancellationToken cancellationToken)
    {
        var standing = await journal.Incidents.StandingAsync(cancellationToken);
        foreach (var one in standing)
        {
            if (one.OwesChannel)
            {
                signals.RingIncident(one.Number);
            }

            if (_heads.GetValueOrDefault(one.Number) != one.HeadSeq)
            {
                signals.RingRelay(one.Relay);
            }
        }

        _heads = standing.ToDictionary(one => one.Number, one => one.HeadSeq);
    }
}
