using System.Globalization;
using ImcBot.Bot.Journal;
using ImcBot.Bot.OnCall;
using ImcBot.Bot.Relays;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Incidents;

/// <summary>
/// Twice a second: follows the machine's clock, and tells incidents of deadlines that have come, of relays that fell silent or are heard
/// again, and of a roster that has changed.
/// </summary>
internal sealed class DeadlineMonitor(
    IncidentEngine engine,
    Journals journal,
    RelayRegister relays,
    RelayPresence presence,
    OnCallRoster roster,
    BotOptions options,
    LeaseHolder leases,
    ChangeSignals signals,
    EngineClock clock,
    TimeProvider machine,
    ILogger<DeadlineMonitor> log
) : BackgroundService
{
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    private const string Lease = "watch";

    private readonly long _started = machine.GetTimestamp();
    private readonly WatchList _watched = new(engine, journal, presence, leases);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, machine);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await FollowAsync(stoppingToken);
                    if (await leases.ClaimAsync(Lease, stoppingToken))
                    {
                        await LookAsync(stoppingToken);
                    }
                    else
                    {
                        _watched.Clear();
                    }
                }
                catch (Exception exception) when (DatabaseErrors.IsFull(exception))
                {
                    // Deadlines wait; people must still be answered, and be told what to do. See Readiness.
                    log.LogError("The database's disk is full: deadlines wait until there is room.");
                }
            }
        }
        finally
        {
            await leases.ReleaseAsync(Lease);
        }
    }

    /// <summary>No deadline is judged by the new time before the incidents go by it.</summary>
    internal async Task FollowAsync(CancellationToken cancellationToken)
    {
        if (clock.Follow() is not 0 and var step)
        {
            var how =
                $"{Math.Round(TimeSpan.FromMicroseconds(Math.Abs(step)).TotalMinutes, 1).ToString(CultureInfo.InvariantCulture)} "
                + $"minutes {(step > 0 ? "forward" : "back")}";
            log.LogWarning("The clock of this machine was set {How}; open deadlines were moved along", how);
            signals.Tell(
                $"The clock of the bot's machine was set {how}, or the machine stood still. What is open goes on: no deadline comes "
                    + "earlier or later for it. Times in this channel are by the new clock from now on."
            );
            foreach (var row in await journal.Incidents.OpenAsync(cancellationToken))
            {
                await engine.FollowClockAsync(row.Number, cancellationToken);
            }
        }
    }

    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (var incident in engine.WithDeadlines().Union(await journal.DueAsync(clock.Now, cancellationToken)))
        {
            await engine.PassDeadlinesAsync(incident, cancellationToken);
        }

        await ListenAsync(cancellationToken);
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        foreach (var row in await _watched.NextAsync(roster.Roster, Silent, cancellationToken))
        {
            if (await engine.FindAsync(row.Number, cancellationToken) is not { IsOpen: true } incident)
            {
                continue;
            }

            var silence = await relays.FindAsync(row.Relay, cancellationToken) is { } relay ? presence.SilenceOf(relay) : TimeSpan.MaxValue;
            var silent = Silent(silence);
            _watched.Keep(row.Number, row.Relay, silent);
            if (!roster.Roster.Equals(incident.Roster))
            {
                await engine.TellAsync(row.Number, at => new RosterChanged(at, roster.Roster), cancellationToken);
            }

            if (silent is { } changed && incident.RelaySilent != changed)
            {
                await engine.TellAsync(
                    row.Number,
                    at => changed ? new RelaySilent(at, silence == TimeSpan.MaxValue ? null : at - silence.Micros()) : new RelayHeard(at),
                    cancellationToken
                );
            }
        }
    }

    /// <summary>
    /// A relay could not be heard while the bot was away: its silence counts from the start. Null while it is too early to say.
    /// </summary>
    private bool? Silent(TimeSpan silence)
    {
        var limit = TimeSpan.FromSeconds(options.RelaySilentSeconds);
        return silence <= limit ? false
            : machine.GetElapsedTime(_started) > limit ? true
            : null;
    }
}
