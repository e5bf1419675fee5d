namespace ImcBot.Bot.Journal;

/// <summary>
/// Rings this process's bells for what other replicas have written: what has moved lately and what is owed, twice a second. Idle where
/// there are no others.
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
        foreach (var owing in await journal.Incidents.OwingAsync(cancellationToken))
        {
            signals.RingIncident(owing);
        }

        // The clocks of two replicas differ by less than a lease.
        var moved = await journal.Incidents.MovedSinceAsync((clock.GetUtcNow() - LeaseHolder.Lease).Micros(), cancellationToken);
        foreach (var row in moved.Where(row => _heads.GetValueOrDefault(row.Number) != row.HeadSeq))
        {
            signals.RingRelay(row.Relay);
            signals.RingMoved(row.Number);
        }

        _heads = moved.ToDictionary(row => row.Number, row => row.HeadSeq);
    }
}
