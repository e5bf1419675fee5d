using System.Collections.Immutable;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Incidents;

/// <summary>The times at which an incident wants to be woken, as its entries set them.</summary>
internal sealed record Timers(ImmutableDictionary<(Deadline Deadline, QuestionId Question), long> Set)
{
    public static Timers None { get; } = new(ImmutableDictionary<(Deadline, QuestionId), long>.Empty);

    /// <summary>What is left after an entry: a deadline that was told is over, one that is set again is moved, and all are when the clock was set.</summary>
    /// <param name="fact">Null where it was declined.</param>
    public Timers After(Fact? fact, IReadOnlyList<Effect> effects)
    {
        var set = fact switch
        {
            DeadlinePassed passed when Set.TryGetValue((passed.Deadline, passed.Question), out var until) && until <= passed.At => Set.Remove((passed.Deadline, passed.Question)),
            ClockSet clock => Set.ToImmutableDictionary(one => one.Key, one => one.Value + clock.By),
            _ => Set,
        };
        foreach (var effect in effects.OfType<SetDeadline>())
        {
            set = set.SetItem((effect.Deadline, effect.Question), effect.At);
        }

        return set == Set ? this : new Timers(set);
    }

    public IEnumerable<SetDeadline> All => Set.Select(one => new SetDeadline(one.Key.Deadline, one.Key.Question, one.Value));

    /// <summary>The one that came first by this time (Unix microseconds), or null.</summary>
    public (Deadline Deadline, QuestionId Question)? Due(long now) =>
        Set.Where(one => one.Value <= now).OrderBy(one => one.Value).Select(one => ((Deadline, QuestionId)?)one.Key).FirstOrDefault();
}
