using ImcBot.Bot.Channel;
using ImcBot.Bot.Journal;
using ImcBot.Bot.OnCall.Calendars;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;
using Microsoft.Extensions.Options;
using NodaTime;

namespace ImcBot.Bot.OnCall;

/// <summary>
/// Keeps the roster: reads the calendars again and again. A calendar that cannot be read leaves the last good one in place, and takes no
/// other role with it; the channel is told, once, and of everything in it that was not understood.
/// </summary>
internal sealed class RosterRefresher(
    IOptions<OnCallOptions> options,
    OnCallRoster onCall,
    CalendarReader reader,
    ChangeSignals signals,
    TimeProvider clock,
    ILogger<RosterRefresher> log
) : BackgroundService
{
    /// <summary>So late may a shift change be noticed.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(15);

    private const int MostAtOnce = 10,
        MostRemembered = 1_000;

    // Whoever is not known is told of while there is time to put it right.
    private static readonly Duration Ahead = Duration.FromDays(7);

    private readonly People _people = new(options.Value.People);
    private readonly Dictionary<string, Shifts> _shifts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<string>> _onShift = new(StringComparer.Ordinal);
    private readonly HashSet<string> _told = new(StringComparer.OrdinalIgnoreCase);
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
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (var (role, calendar) in options.Value.Calendars)
        {
            await LookAsync(role.ToLowerInvariant(), calendar, cancellationToken);
        }

        onCall.Change(_onShift);
        TellWhenNobodyIsThere();
    }

    // Whatever goes wrong with one role, the others have their shifts.
    private async Task LookAsync(string role, CalendarOptions calendar, CancellationToken cancellationToken)
    {
        try
        {
            await ReadAsync(role, calendar, cancellationToken);
            _onShift[role] = OnShift(role, _shifts[role]);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            log.LogError(exception, "The roster of {Role} could not be worked out; the last one stays.", role);
        }
    }

    private async Task ReadAsync(string role, CalendarOptions calendar, CancellationToken cancellationToken)
    {
        var known = _shifts.GetValueOrDefault(role) ?? new Shifts(null, default, null, null);
        if (known.Tried is { } tried && clock.GetElapsedTime(tried) < calendar.Every)
        {
            return;
        }

        var (read, problem) = await reader.ReadAsync(
            calendar.Source,
            new CalendarReading(KnownZones.Find(calendar.Zone) ?? DateTimeZone.Utc, new TitlePattern(calendar.Pattern)),
            contentType: null,
            cancellationToken
        );
        problem ??= known.Calendar is { Doubt: null } ? read!.Doubt : null;
        var now = clock.GetTimestamp();
        _shifts[role] = problem is not null
            ? known with
            {
                Tried = now,
                Problem = problem,
            }
            : new Shifts(read, clock.GetUtcNow(), now, null);
        if (problem is not null && known.Problem is null)
        {
            signals.Tell(
                $"The roster of '{role}' cannot be read: {problem}. {Staying(known, clock.GetUtcNow())} It is tried again every "
                    + $"{calendar.Every.TotalMinutes:0} min."
            );
        }
        else if (problem is null && known.Problem is not null)
        {
            signals.Tell($"The roster of '{role}' can be read again.");
        }

        if (problem is null && read!.IsEmpty && known.Calendar is not { IsEmpty: true })
        {
            signals.Tell($"The roster of '{role}' holds no shift.");
        }
    }

    private static string Staying(Shifts known, DateTimeOffset now) =>
        known.Calendar is null
            ? "Until it can be, only the fixed list in OnCall:Roles counts."
            : $"The one read {Summary.Length(0, (now - known.ReadAt).Micros())} ago stays.";

    private IReadOnlyList<string> OnShift(string role, Shifts shifts)
    {
        if (shifts.Calendar is not { } calendar)
        {
            return [];
        }

        var now = Instant.FromDateTimeOffset(clock.GetUtcNow());
        var ahead = calendar.Of(calendar.Between(now, now + Ahead), _people).Problems;
        TellOnce(
            role,
            [
                .. ahead.Select(problem => $"The roster of '{role}' {problem}"),
                .. calendar.NotUnderstood.Select(problem => $"The roster of '{role}': {problem}"),
            ]
        );
        return [.. calendar.At(now, _people).People.Select(person => person.Id)];
    }

    private void TellOnce(string role, IEnumerable<string> sentences)
    {
        if (_told.Count > MostRemembered)
        {
            _told.Clear();
        }

        string[] news = [.. sentences.Where(sentence => _told.Add(sentence)).Select(sentence => Words.Clean(sentence))];
        foreach (var sentence in news.Take(MostAtOnce))
        {
            signals.Tell(sentence, $"Something in the roster of '{role}' was not understood: see imcbot roster show.");
        }

        if (news.Length > MostAtOnce)
        {
            signals.Tell($"The roster of '{role}' has {news.Length - MostAtOnce} more that was not understood: see imcbot roster show.");
        }
    }

    private void TellWhenNobodyIsThere()
    {
        var isEmpty = onCall.Holders(Role.OnCall).Count == 0;
        if (isEmpty && !_isEmpty)
        {
            signals.Tell(
                "Nobody is on call by the roster now. "
                    + $"{(CallOrder.For(Role.OnCall, onCall.Roster) is var standIn
                        && standIn != Role.OnCall ? $"'{standIn}' is called instead"
                            : "Nobody who signs for it is either")}. Put somebody on the roster."
            );
        }

        _isEmpty = isEmpty;
    }

    private sealed record Shifts(ShiftCalendar? Calendar, DateTimeOffset ReadAt, long? Tried, string? Problem);
}
