using ImcBot.Core.Incidents;
using ImcBot.Core.Runbooks;
using ImcBot.Yaml;

namespace ImcBot.Core.Proof;

/// <summary>What an exploration came to.</summary>
/// <param name="States">Incidents from which every fact was told.</param>
/// <param name="Transitions">Facts that were told.</param>
/// <param name="Problems">Every law that can be broken, at the line of the remedy it happens at. Empty: the runbook is proved.</param>
internal sealed record Proved(int States, int Transitions, IReadOnlyList<YamlProblem> Problems)
{
    /// <exception cref="RunbookException">There are problems.</exception>
    public Proved OrThrow(string file) => Problems.Count == 0 ? this : throw new RunbookException(file, Problems);
}

/// <summary>
/// Explores the machine that runs, breadth first, over everything that can happen to an incident of one runbook, and checks every
/// transition against <see cref="Laws"/>. Finite because an incident is explored further only when its place has not yet been seen with
/// some pair of its circumstances: each two things that can be true together at a place are tried together there (a width of two), not each
/// three. The random sequences of the tests look beyond two.
/// </summary>
internal sealed class RunbookProof
{
    private readonly Runbook _runbook;
    private readonly Func<Incident, Fact, Decision> _handle;
    private readonly HashSet<Place> _strayed = [];
    private readonly Dictionary<Place, bool[,]> _seen = [];
    private readonly Circumstances _circumstances = new();
    private readonly Queue<Incident> _waiting = [];
    private readonly HashSet<YamlProblem> _problems = [];
    private readonly HashSet<(string Step, string Offer)> _reached = [];
    private int _states,
        _transitions;

    private RunbookProof(Runbook runbook, Func<Incident, Fact, Decision> handle) => (_runbook, _handle) = (runbook, handle);

    public static Proved Of(Runbook runbook) => Of(runbook, IncidentMachine.Handle);

    /// <param name="handle">What decides; a test gives one that is wrong.</param>
    public static Proved Of(Runbook runbook, Func<Incident, Fact, Decision> handle) => new RunbookProof(runbook, handle).Explore();

    private Proved Explore()
    {
        foreach (var opened in PossibleFacts.Openings(_runbook))
        {
            Arrive(null, opened, IncidentMachine.Open(opened, _runbook));
        }

        while (_waiting.TryDequeue(out var incident))
        {
            _states++;
            Leave(incident);
        }

        foreach (var (step, offer) in Unreached())
        {
            _problems.Add(new(offer.At, $"No walk comes to '{offer.Name}' of step '{step.Id}'; give it a name of its own or remove it."));
        }

        return new(_states, _transitions, [.. _problems.OrderBy(problem => problem.At.Line)]);
    }

    private void Leave(Incident incident)
    {
        var here = Place.Of(incident);
        var leaves = false;
        foreach (
            var facts in _strayed.Add(here)
                ? PossibleFacts.At(incident).Concat(PossibleFacts.StrayAt(incident))
                : PossibleFacts.At(incident)
        )
        {
            if (Tell(incident, facts) is { } next)
            {
                leaves |= facts[0] is Voted or Commanded { Verb: not CommandVerb.Close } && Place.Of(next) != here;
            }
        }

        if (!leaves && incident.Phase is Phase.Planning or Phase.AwaitingApproval or Phase.AwaitingPerson or Phase.Escalated)
        {
            Note(incident, $"Nobody can leave {Where(incident)} but by closing the incident.");
        }

        if (Laws.MustTakeAsking(incident))
        {
            foreach (
                var choice in Laws.PassedOver(incident)
                    .Where(choice => !Laws.IsAsked(choice, _handle(incident, PossibleFacts.Ask(incident, choice))))
            )
            {
                Note(
                    incident,
                    $"'{choice}' was refused, passed over or not answered, the service is down, and in {Where(incident)} nobody can "
                        + "have it asked again."
                );
            }
        }
    }

    /// <summary>
    /// Facts that come one after the other, such as the answers of a survey; only where the last one leads is explored further.
    /// </summary>
    private Incident? Tell(Incident incident, IReadOnlyList<Fact> facts)
    {
        var taken = false;
        foreach (var fact in facts)
        {
            _transitions++;
            try
            {
                var decision = _handle(incident, fact);
                foreach (var broken in Laws.Broken(incident, fact, decision))
                {
                    Note(decision.Incident, broken);
                }

                taken |= decision.Declined is null;
                incident = decision.Incident;
            }
            catch (Exception error)
                when (error
                        is InvalidOperationException
                            or ArgumentException
                            or NullReferenceException
                            or KeyNotFoundException
                            or InvalidCastException
                )
            {
                Note(incident, $"A {fact.GetType().Name} in {incident.Phase} breaks the machine: {error.Message}");
                return null;
            }
        }

        if (taken)
        {
            Remember(incident);
        }

        return incident;
    }

    private void Arrive(Incident? before, Fact fact, Decision decision)
    {
        foreach (var broken in Laws.Broken(before, fact, decision))
        {
            Note(decision.Incident, broken);
        }

        Remember(decision.Incident);
    }

    private void Remember(Incident incident)
    {
        var place = Place.Of(incident);
        if (place is { Step: { } step, Offer: { } offer })
        {
            _reached.Add((step, offer));
        }

        var circumstances = _circumstances.Of(incident);
        if (!_seen.TryGetValue(place, out var pairs))
        {
            _seen[place] = pairs = new bool[circumstances.Length * Circumstances.Values, circumstances.Length * Circumstances.Values];
        }

        if (IsNew(pairs, circumstances, _runbook.Steps.Count))
        {
            _waiting.Enqueue(incident);
        }
    }

    private static bool IsNew(bool[,] pairs, int[] circumstances, int steps)
    {
        var isNew = false;
        for (var one = 0; one < circumstances.Length; one++)
        {
            for (var other = one; other < circumstances.Length; other++)
            {
                if (!Circumstances.Meet(one, other, steps))
                {
                    continue;
                }

                ref var seen = ref pairs[circumstances[one], circumstances[other]];
                isNew |= !seen;
                seen = true;
            }
        }

        return isNew;
    }

    private IEnumerable<(Step Step, Offer Offer)> Unreached() =>
        from step in _runbook.Steps
        from offer in step.Offers.Where(
            (offer, at) => !_reached.Contains((step.Id, offer.Name)) || step.Offers.Take(at).Any(earlier => earlier.Name == offer.Name)
        )
        select (step, offer);

    private void Note(Incident incident, string sentence)
    {
        var place = Place.Of(incident);
        var step = _runbook.Find(place.Step);
        var mark = step?.Offers.FirstOrDefault(offer => offer.Name == place.Offer)?.At ?? step?.At ?? _runbook.At;
        _problems.Add(new(mark, sentence));
    }

    private static string Where(Incident incident) =>
        Place.Of(incident) is { Step: { } step } ? $"step '{step}'" : $"the phase {incident.Phase}";
}
