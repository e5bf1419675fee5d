using ImcBot.Bot.Engine;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;
using Microsoft.Extensions.Options;

namespace ImcBot.Bot.OnCall;

/// <summary>
/// Keeps the roster: reads the calendars again and again, and tells every open incident when the shift has changed. A calendar that cannot be
/// read leaves the last good one in place, and the channel is told.
/// </summary>
internal sealed class RosterKeeper(
    IOptions<OnCallOptions> options, Duty duty, CalendarReader reader, IIncidents incidents, Bells bells, TimeProvider clock, ILogger<RosterKeeper> log) : BackgroundService
{
    /// <summary>So late may a shift change be noticed.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(15);

    private readonly Dictionary<string, Shifts> _shifts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _strangers = new(StringComparer.OrdinalIgnoreCase);
    private bool _isEmpty;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        do
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogError(exception, "The roster could not be worked out; the last one stays.");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    internal async Task LookAsync(CancellationToken token)
    {
        foreach (var (role, calendar) in options.Value.Calendars)
        {
            await ReadAsync(role.ToLowerInvariant(), calendar, token);
        }

        duty.Change(_shifts.ToDictionary(pair => pair.Key, pair => OnShift(pair.Key, pair.Value), StringComparer.Ordinal));
        TellWhenNobodyIsThere();
        foreach (var incident in await incidents.ListOpenAsync(token))
        {
            if (!duty.Roster.Equals(incident.Roster))
            {
                await incidents.TellAsync(incident.Number, at => new RosterChanged(at, duty.Roster), token);
            }
        }
    }

    private async Task ReadAsync(string role, CalendarOptions calendar, CancellationToken token)
    {
        var known = _shifts.GetValueOrDefault(role) ?? new Shifts(null, default, default, null);
        if (known.TriedAt != default && clock.GetUtcNow() - known.TriedAt < calendar.Every)
        {
            return;
        }

        var (read, problem) = await reader.ReadAsync(calendar.Source, token);
        var now = clock.GetUtcNow();
        _shifts[role] = read is null ? known with { TriedAt = now, Problem = problem } : new Shifts(read, now, now, null);
        if (problem is not null && known.Problem is null)
        {
            bells.Tell($"The roster of '{role}' cannot be read: {problem}. {Staying(known)} It is tried again every {calendar.Every.TotalMinutes:0} minutes.");
        }
        else if (problem is null && known.Problem is not null)
        {
            bells.Tell($"The roster of '{role}' can be read again.");
        }
    }

    private static string Staying(Shifts known) => known.Calendar is null
        ? "Until it can be, only the fixed list in OnCall:Roles counts."
        : $"The one read at {known.ReadAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC stays.";

    private IReadOnlyList<string> OnShift(string role, Shifts shifts)
    {
        IReadOnlyList<string> names;
        try
        {
            names = shifts.Calendar?.NamesAt(clock.GetUtcNow()) ?? [];
        }
        catch (FormatException exception)
        {
            log.LogError(exception, "The shifts of {Role} cannot be worked out.", role);
            names = [];
        }

        foreach (var stranger in names.Where(name => Known(name) is null && _strangers.Add($"{role} {name}")))
        {
            bells.Tell($"The roster of '{role}' names {stranger}, whom OnCall:People does not know; nobody is asked in their place.");
        }

        return [.. names.Select(Known).OfType<string>()];
    }

    private string? Known(string name) => options.Value.People.TryGetValue(name, out var id) ? id : Guid.TryParse(name, out _) ? name : null;

    private void TellWhenNobodyIsThere()
    {
        var isEmpty = duty.Holders(Role.OnCall).Count == 0;
        if (isEmpty && !_isEmpty)
        {
            bells.Tell($"Nobody is on call by the roster now. {(CallOrder.For(Role.OnCall, duty.Roster) is var standIn && standIn != Role.OnCall ? $"'{standIn}' is called instead" : "Nobody who signs for it is either")}. Put somebody on the roster.");
        }

        _isEmpty = isEmpty;
    }

    private sealed record Shifts(ShiftCalendar? Calendar, DateTimeOffset ReadAt, DateTimeOffset TriedAt, string? Problem);
}
