using System.Collections.Concurrent;
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
    IncidentStore store,
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

    // Incidents are read beside each other, so that one with a long journal holds no other up.
    private static readonly ParallelOptions Few = new() { MaxDegreeOfParallelism = 4 };

    private readonly WatchList _watched = new(
        journal,
        presence,
        signals,
        leases,
        machine,
        TimeSpan.FromSeconds(options.RelaySilentSeconds)
    );
    private readonly Dictionary<int, Task> _passing = [];
    private Task _listening = Task.CompletedTask;

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
                        await BeginAsync(stoppingToken);
                    }
                    else if (_listening.IsCompleted)
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
            foreach (var number in await journal.Incidents.OpenNumbersAsync(cancellationToken))
            {
                await engine.FollowClockAsync(number, cancellationToken);
            }
        }
    }

    /// <summary>Looks once, and waits for whatever is under way.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        await Task.WhenAll([.. _passing.Values, _listening]);
    }

    /// <summary>Begins with what is due and not under way yet.</summary>
    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        foreach (var (incident, ended) in _passing.Where(one => one.Value.IsCompleted).ToList())
        {
            _passing.Remove(incident);
            await ended;
        }

        foreach (var incident in store.Due.Union(await journal.DueAsync(clock.Now, cancellationToken)))
        {
            if (!_passing.ContainsKey(incident))
            {
                _passing[incident] = engine.PassDeadlinesAsync(incident, cancellationToken);
            }
        }

        if (_listening.IsCompleted)
        {
            var ended = _listening;
            _listening = Task.CompletedTask;
            if (ended.IsFaulted)
            {
                // Nobody knows which of them it has told.
                _watched.Clear();
            }

            await ended;
            _listening = ListenAsync(cancellationToken);
        }
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        var rows = await _watched.NextAsync(roster.Roster, cancellationToken);
        var seen = new ConcurrentBag<(IncidentRow Row, bool IsOpen, bool? IsSilent)>();
        await Parallel.ForEachAsync(rows, Few, async (row, _) => seen.Add(await ListenAsync(row, cancellationToken)));
        foreach (var (row, isOpen, isSilent) in seen)
        {
            if (isOpen)
            {
                _watched.Keep(row.Number, row.Relay, isSilent);
            }
            else
            {
                _watched.Drop(row.Number, row.Relay);
            }
        }
    }

    private async Task<(IncidentRow Row, bool IsOpen, bool? IsSilent)> ListenAsync(IncidentRow row, CancellationToken cancellationToken)
    {
        if (await engine.FindAsync(row.Number, cancellationToken) is not { IsOpen: true } incident)
        {
            return (row, false, null);
        }

        var silence = await relays.FindAsync(row.Relay, cancellationToken) is { } relay ? presence.SilenceOf(relay) : TimeSpan.MaxValue;
        var silent = _watched.IsSilent(silence);
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

        return (row, true, silent);
    }
}
