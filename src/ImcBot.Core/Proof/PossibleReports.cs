using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;

namespace ImcBot.Core.Proof;

/// <summary>Everything that a relay can tell of what it was asked to plan and to do.</summary>
internal static class PossibleReports
{
    public const string Host = "HOST",
        Relay = "relay";

    private static readonly IReadOnlyDictionary<string, string> NoData = new Dictionary<string, string>(StringComparer.Ordinal);

    public static Report Of(Incident incident, RunId run, JobKind kind, Verdict verdict) =>
        new(run, kind, verdict, "told", NoData, incident.Now);

    public static IEnumerable<Fact> Plans(Incident incident)
    {
        if (incident.Proposal is not { Remedy: { } remedy, State: ChangeState.Offered, Question: var question })
        {
            yield break;
        }

        var run = new RunId(question, incident.Proposal.Plannings);
        var good = Of(incident, run, JobKind.Plan, Verdict.Clear) with { Plan = PlanOf(question, remedy) };
        yield return new Planned(incident.Now, good);
        yield return new Planned(incident.Now, good with { Plan = null });
        yield return new Planned(incident.Now, good with { Plan = PlanOf(question, Remedy.Undo(new(1, 999))) });
        yield return new Planned(incident.Now, Of(incident, run, JobKind.Plan, Verdict.Failed));
        yield return new Planned(incident.Now, Of(incident, run, JobKind.Plan, Verdict.Unknown));
    }

    private static byte[] PlanOf(QuestionId question, Remedy remedy)
    {
        var effects = remedy
            .Calls.Select(call => Catalog.Find(call.Use)!)
            .Select(entry => new PlannedEffect(Call.To(entry.Id), entry.Impact, entry.Scope, entry.Does, entry.Undo, [], null, NoData))
            .ToList();
        return Plan.ToBytes(
            new(
                question,
                Relay,
                Host,
                remedy,
                effects,
                effects.Select(effect => effect.Impact).DefaultIfEmpty(Impact.Reversible).Max(),
                null,
                []
            )
        );
    }

    public static IEnumerable<Fact> Runs(Incident incident)
    {
        foreach (var change in incident.Running)
        {
            var question = change.Question;
            foreach (
                var (age, signers) in new[] { (0L, Role.Approvers), (11L * 60_000_000, Role.Approvers), (0L, (IReadOnlyList<string>)[]) }
            )
            {
                yield return new Granted(
                    incident.Now + age,
                    question,
                    [.. change.Votes.Select(vote => vote.By with { Roles = signers })],
                    10L * 60_000_000
                );
            }

            yield return new Queued(incident.Now, question, new(2, new(2, 1)));
            var searching = incident.Search?.Question == question ? incident.Search : null;
            var report = Of(incident, new RunId(question, searching?.Run ?? 1), JobKind.Act, Verdict.Clear);
            foreach (var verdict in Enum.GetValues<Verdict>())
            {
                yield return new Acted(incident.Now, report with { Verdict = verdict });
            }

            yield return new Acted(
                incident.Now,
                report with
                {
                    Verdict = Verdict.Failed,
                    Data = new Dictionary<string, string>(StringComparer.Ordinal) { ["voided"] = "something changed" },
                }
            );
            var hangs = new Dictionary<string, string>(StringComparer.Ordinal) { ["wedged"] = incident.Runbook.Service };
            yield return new Acted(incident.Now, report with { Verdict = Verdict.Unknown, Data = hangs });
            foreach (var round in searching is null ? [] : Rounds(searching))
            {
                yield return new Acted(incident.Now, report with { Round = round });
            }
        }
    }

    /// <summary>
    /// A round over four messages: it ran, it crashed on the first it was given or on one that arrived, it hung, or nobody saw how it
    /// ended.
    /// </summary>
    private static IEnumerable<RoundReport> Rounds(Search search)
    {
        var good = search.State?.Good ?? IndexSet.Empty;
        var arrived = (search.State?.Known ?? 4) - 4;
        var ends = Enum.GetValues<RoundVerdict>()
            .Select(verdict => (Verdict: verdict, Arrived: arrived))
            .Append((RoundVerdict.Crashed, arrived + 1));
        var isHold = search.Order.Kind is RoundKind.Hold;
        foreach (var (released, (verdict, arrivals)) in (isHold ? new[] { 0, 3 } : [0]).SelectMany(few => ends.Select(end => (few, end))))
        {
            var given = search.Order.Messages.Union(IndexSet.UpTo(released));
            var accepted = verdict is RoundVerdict.Ran ? good.Union(given) : good;
            var first =
                arrivals > arrived ? 4 + arrived
                : given.IsEmpty ? (int?)null
                : given.First();
            yield return new(
                search.Order.Kind,
                verdict,
                isHold ? new(4, 4000, "manifest", "hold", [], IndexSet.Empty) : null,
                accepted,
                IndexSet.Empty,
                IndexSet.Empty,
                IndexSet.Empty,
                IndexSet.Empty,
                arrivals,
                verdict is RoundVerdict.Crashed ? first : null,
                verdict is RoundVerdict.Crashed,
                1,
                new(4, arrivals, arrivals, 4 - accepted.Count, accepted.Count, 0, 0, 0),
                null
            )
            {
                Released = IndexSet.UpTo(released),
            };
        }
    }
}
