using ImcBot.Bot.Journal;
using ImcBot.Core.Incidents;
using ImcBot.Core.Runbooks;

namespace ImcBot.Bot.Incidents;

/// <summary>Folds the entries of one journal, in order, through the code that decides today. Recorded decisions win.</summary>
/// <param name="before">What the entries before come to; null to begin with the first.</param>
internal sealed class Fold(Incident? before = null)
{
    private readonly SortedDictionary<int, string> _differences = [];

    /// <summary>What the entries so far come to; null before the first.</summary>
    public Incident? Incident { get; private set; } = before;

    /// <summary>The first entry that today's code decides differently and that no parking has told of yet.</summary>
    public Parking? Differs => _differences.Count == 0 ? null : new Parking(_differences.First().Key, _differences.First().Value);

    /// <summary>Takes the next entry.</summary>
    /// <param name="runbook">The runbook the incident opened with.</param>
    public Incident Take(Entry entry, Runbook runbook)
    {
        if (entry.Parking is { } parking)
        {
            // Told already: today's code need not tell it again.
            _differences.Remove(parking.Entry);
            return Keep(IncidentMachine.Park(Incident!, parking.Entry, parking.What).Incident with { Phase = entry.Phase });
        }

        var decision = entry.Fact is Opened opened
            ? IncidentMachine.Open(opened, runbook)
            : IncidentMachine.Handle(Incident!, entry.Declined is null ? AsTaken(entry.Fact!) : entry.Fact!);
        if (entry.Declined is not null && decision.Declined is null)
        {
            _differences[entry.Seq] = $"{entry.Kind} was declined then and would be taken today";
            return Keep(Incident ?? decision.Incident);
        }

        var difference = entry.Declined is null ? Difference(entry, decision) : null;
        if (difference is null)
        {
            return Keep(decision.Incident);
        }

        _differences[entry.Seq] = $"{entry.Kind} {difference}";
        return Keep(decision.Incident with { Phase = entry.Phase });
    }

    /// <summary>
    /// Older journals say nowhere how long a reason was: where its words are gone, that it was taken says that it was long enough.
    /// </summary>
    private static Fact AsTaken(Fact fact) =>
        fact is Voted { Answer: Answer.BreakGlass, ReasonLength: null } vote
            ? vote with
            {
                ReasonLength = ApprovalRules.ShortestReason,
            }
            : fact;

    private static string? Difference(Entry entry, Decision decision) =>
        decision.Declined is not null ? "would be declined today"
        : decision.Incident.Phase != entry.Phase ? $"led to {entry.Phase} then and would lead to {decision.Incident.Phase} today"
        : !decision.Effects.SequenceEqual(entry.Effects) && Done(decision.Effects) != Done(entry.Effects) ? "would have other effects today"
        : null;

    /// <summary>What is shown and said decides nothing, and neither do the words of the rest.</summary>
    private static string Done(IEnumerable<Effect> effects) =>
        JournalJson.Shape<IReadOnlyList<Effect>>([.. effects.Where(static effect => effect is not (ShowCard or Say))]);

    private Incident Keep(Incident incident) => Incident = incident;
}
