using NodaTime;

namespace ImcBot.Bot.OnCall.Calendars;

/// <summary>Somebody's time on call.</summary>
/// <param name="Start">From here on, inclusively.</param>
/// <param name="End">It holds no longer at this instant.</param>
/// <param name="Priority">Of the event; 1 is asked first, the last where it has none.</param>
internal sealed record Shift(Instant Start, Instant End, ShiftTitle Who, int Priority, string Label)
{
    public bool IsHeldAt(Instant instant) => Start <= instant && instant < End;
}

/// <summary>One event of a calendar: a shift, or a series of them with its exceptions and changes.</summary>
internal sealed class ShiftSeries(ShiftEvent shift, IReadOnlyList<ShiftEvent> changes)
{
    private static readonly Duration Slack = Duration.FromDays(2);

    private readonly HashSet<Instant> _replaced =
    [
        .. changes.Where(change => !change.Replaces!.At.IsDate).Select(change => change.Replaces!.At.Instant),
    ];
    private readonly HashSet<LocalDate> _replacedDays =
    [
        .. changes.Where(change => change.Replaces!.At.IsDate).Select(change => change.Replaces!.At.Wall.Date),
    ];
    private readonly ShiftEvent[] _onwards =
    [
        .. changes.Where(change => change.Replaces!.IsOnwards).OrderBy(change => change.Replaces!.At.Instant),
    ];
    private LocalDateTime[]? _counted;

    public string Label => shift.Label;

    /// <summary>The shifts that touch a span of time.</summary>
    /// <exception cref="Ical.Net.Evaluation.EvaluationException">The series cannot be worked out.</exception>
    public IEnumerable<Shift> Between(Instant from, Instant to) =>
        (shift.Repeats || changes.Count > 0 ? Occurrences(from, to) : [shift.At(shift.Start)]).Where(found =>
            found.Start < to && found.End > from
        );

    private IEnumerable<Shift> Occurrences(Instant from, Instant to)
    {
        var reach =
            shift.Span.Length + Slack + (_onwards.Length == 0 ? Duration.Zero : _onwards.Max(change => change.Span.Length + change.Moved));
        foreach (
            var (wall, span) in Starts(
                (from - reach).InZone(shift.Start.Zone).LocalDateTime,
                (to + reach).InZone(shift.Start.Zone).LocalDateTime
            )
        )
        {
            var occurrence = shift.Start with { Wall = wall };
            var instant = occurrence.Instant;
            if (_replaced.Contains(instant) || _replacedDays.Contains(wall.Date) || shift.IsExcepted(occurrence))
            {
                continue;
            }

            var change = Array.FindLast(_onwards, change => change.Replaces!.At.Instant <= instant);
            if (change is null)
            {
                yield return shift.At(occurrence, span);
            }
            else if (!change.IsOff && !change.Repeats && change.Follow(instant) is var moved && !_replaced.Contains(moved.Instant))
            {
                yield return change.At(moved);
            }
        }
    }

    private IEnumerable<(LocalDateTime Start, ShiftSpan? Span)> Starts(LocalDateTime from, LocalDateTime to)
    {
        var ruled =
            shift.Rules.Count == 0 ? [shift.Start.Wall]
            : shift.IsCounted
                ? (
                    _counted ??= [
                        .. shift.Rules.SelectMany(rule => rule.Starts(shift.Start, from, LocalDateTime.MaxIsoValue.PlusYears(-10))),
                    ]
                ).Where(start => start >= from && start <= to)
            : shift.Rules.SelectMany(rule => rule.Starts(shift.Start, from, to)).Where(start => start >= from && start <= to);
        return ruled
            .Select(start => (start, (ShiftSpan?)null))
            .Concat(shift.Added.Where(added => added.Start >= from && added.Start <= to))
            .DistinctBy(start => start.Item1);
    }
}
