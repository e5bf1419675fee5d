using System.Collections.Immutable;
using ImcBot.Contracts;

namespace ImcBot.Core.Incidents;

/// <summary>
/// An incident on its way through one fact: as it stands so far, and what is to be done, in order. Its phase is still the one before.
/// </summary>
internal readonly record struct Draft(Incident Incident, ImmutableList<Effect> Effects)
{
    public static Draft Of(Incident incident) => new(incident, []);

    public Draft Set(Func<Incident, Incident> change) => this with { Incident = change(Incident) };

    public Draft Add(Effect effect) => this with { Effects = Effects.Add(effect) };

    public Draft When(bool condition, Func<Draft, Draft> then) => condition ? then(this) : this;

    public Draft Show(CardKind card, QuestionId question = default, string? mention = null) =>
        Add(new ShowCard(new PostKey(card, question), mention));

    /// <param name="others">Further object ids that are mentioned.</param>
    public Draft Say(string text, string? mention = null, IReadOnlyList<string>? others = null) =>
        Add(new Say(text, null, mention, others));

    /// <param name="at">Unix microseconds.</param>
    public Draft Wake(Deadline deadline, QuestionId question, long at) => Add(new SetDeadline(deadline, question, at));

    /// <summary>The incident's next question is its last one from here on.</summary>
    public Draft NextQuestion() => Set(incident => incident with { LastQuestion = incident.LastQuestion + 1 });

    public Draft Headline(string text) => Set(incident => incident with { Headline = text });
}

/// <summary>Lengths of time, in microseconds.</summary>
internal static class Micros
{
    public const long Second = 1_000_000,
        Minute = 60 * Second,
        Day = 24 * 60 * Minute;
}
