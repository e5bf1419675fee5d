using System.Collections.Immutable;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Incidents;

/// <summary>An effect of the journal that has still to be carried out.</summary>
/// <param name="Incident">The incident as it was after the entry.</param>
internal sealed record Outstanding(int Seq, int N, Effect Effect, Incident Incident);

/// <summary>
/// All that an incident owes, as its entries leave it: work for its relay until that is reported, posts and pages until they are carried
/// out, and the times at which it wants to be woken. Worker, dispatcher and deadline monitor each read their lane of it.
/// </summary>
internal sealed class Outbox
{
    private readonly ImmutableList<Outstanding> _owed;
    private readonly ImmutableDictionary<(Deadline Deadline, QuestionId Question), long> _deadlines;
    private readonly bool _isClosed;

    private Outbox(
        ImmutableList<Outstanding> owed,
        ImmutableDictionary<(Deadline Deadline, QuestionId Question), long> deadlines,
        bool isClosed
    ) => (_owed, _deadlines, _isClosed) = (owed, deadlines, isClosed);

    public static Outbox Empty { get; } = new([], ImmutableDictionary<(Deadline, QuestionId), long>.Empty, isClosed: false);

    public bool IsEmpty => _owed.IsEmpty && _deadlines.IsEmpty;

    public IEnumerable<SetDeadline> Deadlines => _deadlines.Select(one => new SetDeadline(one.Key.Deadline, one.Key.Question, one.Value));

    /// <summary>When the first of its deadlines comes (Unix microseconds), or null.</summary>
    public long? Next => _deadlines.IsEmpty ? null : _deadlines.Values.Min();

    public IEnumerable<Outstanding> In(Lane lane) => _owed.Where(one => one.Effect.Lane == lane);

    /// <summary>The deadline that came first by this time (Unix microseconds), or null.</summary>
    public (Deadline Deadline, QuestionId Question)? Due(long now) =>
        _deadlines
            .Where(one => one.Value <= now)
            .OrderBy(one => one.Value)
            .Select(one => ((Deadline, QuestionId)?)one.Key)
            .FirstOrDefault();

    /// <summary>What is owed after one more entry. Work and deadlines of an incident end with it; what its end sets begins there.</summary>
    /// <param name="fact">Null for a parking.</param>
    /// <param name="effects">None where the fact was declined.</param>
    /// <param name="isUndone">Whether the n-th effect has still to be posted or paged; null where all of them have.</param>
    public Outbox After(
        int seq,
        Fact? fact,
        bool isDeclined,
        IReadOnlyList<Effect> effects,
        Incident incident,
        Func<int, bool>? isUndone = null
    )
    {
        // What is owed already is not owed twice: an approval that stood asks for the same run again.
        var reported = fact?.Reported is { } report ? (report.Run, report.Kind) : default((RunId, JobKind)?);
        var asked = effects.Select(effect => effect.Job).OfType<(RunId, JobKind)>().ToHashSet();
        var isOver = !incident.IsOpen && !_isClosed;
        // Most entries of a long journal are talk, beside much that nobody has posted yet.
        var kept =
            isOver || reported is not null || asked.Count > 0
                ? _owed.RemoveAll(one => one.Effect.Job is { } job && (isOver || job == reported || asked.Contains(job)))
                : _owed;
        var added = effects
            .Select((effect, n) => new Outstanding(seq, n, effect, incident))
            .Where(one => one.Effect.Lane is Lane.Relay || (one.Effect.Lane is not Lane.Timer && isUndone?.Invoke(one.N) is not false));
        return new(kept.AddRange(added), Timed(fact, isDeclined, effects, isOver), !incident.IsOpen);
    }

    /// <summary>Without what was carried out.</summary>
    public Outbox Without(Func<Outstanding, bool> isDone) => new(_owed.RemoveAll(one => isDone(one)), _deadlines, _isClosed);

    private ImmutableDictionary<(Deadline Deadline, QuestionId Question), long> Timed(
        Fact? fact,
        bool isDeclined,
        IReadOnlyList<Effect> effects,
        bool isOver
    )
    {
        var left = isOver
            ? _deadlines.Clear()
            : (isDeclined ? null : fact) switch
            {
                DeadlinePassed passed
                    when _deadlines.TryGetValue((passed.Deadline, passed.Question), out var until) && until <= passed.At =>
                    _deadlines.Remove((passed.Deadline, passed.Question)),
                ClockSet clock => _deadlines.ToImmutableDictionary(one => one.Key, one => one.Value + clock.By),
                _ => _deadlines,
            };
        return effects.OfType<SetDeadline>().Aggregate(left, (set, one) => set.SetItem((one.Deadline, one.Question), one.At));
    }
}
