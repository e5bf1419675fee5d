using ImcBot.Contracts;
using ImcBot.Core.Incidents;

namespace ImcBot.Core.Proof;

/// <summary>
/// How the checks of one question can answer together. A runbook's checks: nothing found, each cause alone, each two at once, all, each
/// with the service down; fewer with the service up or unknown, where causes only matter to who walks anyway.
/// </summary>
internal static class SurveyAnswers
{
    public static IEnumerable<IReadOnlyList<Fact>> To(Incident incident, int number, OpenQuestion open)
    {
        var causes = open.Checks.Where(check => check.Value.Step is not null).Select(check => check.Key).ToArray();
        var down = open.Checks.Where(check => check.Value.Step is null).ToDictionary(check => check.Key, _ => Verdict.Finding);
        var unknown = down.ToDictionary(check => check.Key, _ => Verdict.Unknown);
        List<Dictionary<int, Verdict>> each = [.. causes.Select(cause => Found(cause)), Found(causes)];
        var pairs = causes.SelectMany((one, at) => causes.Skip(at + 1).Select(other => Found(one, other)));
        IEnumerable<Dictionary<int, Verdict>> all =
        [
            [],
            .. each,
            .. each.Concat(pairs).Prepend([]).Select(found => With(found, down)),
            unknown,
            With(Found(causes), unknown),
            .. down.Keys.Select(check => new Dictionary<int, Verdict> { [check] = Verdict.Finding }),
        ];
        return all.Select(verdicts => Answers(incident, number, open.Checks.Keys, verdicts)).Append([Silence(incident, number)]);
    }

    /// <summary>Each check failed or unknown, all of them unknown, and half of them or all but the last before silence.</summary>
    public static IEnumerable<IReadOnlyList<Fact>> OddTo(Incident incident, int number, OpenQuestion open)
    {
        Verdict[] odd = [Verdict.Failed, Verdict.Unknown];
        IEnumerable<Dictionary<int, Verdict>> all =
        [
            .. from verdict in odd from check in open.Checks.Keys select new Dictionary<int, Verdict> { [check] = verdict },
            .. odd.Select(verdict => open.Checks.ToDictionary(check => check.Key, _ => verdict)),
        ];
        return all.Select(verdicts => Answers(incident, number, open.Checks.Keys, verdicts))
            .Concat(
                from answered in new[] { open.Checks.Count / 2, open.Checks.Count - 1 }.Distinct()
                select (IReadOnlyList<Fact>)[.. Answers(incident, number, open.Checks.Keys.Take(answered), []), Silence(incident, number)]
            );
    }

    private static Dictionary<int, Verdict> Found(params int[] causes) => causes.ToDictionary(cause => cause, _ => Verdict.Finding);

    private static Dictionary<int, Verdict> With(Dictionary<int, Verdict> some, Dictionary<int, Verdict> others) =>
        some.Concat(others).ToDictionary(pair => pair.Key, pair => pair.Value);

    private static IReadOnlyList<Fact> Answers(Incident incident, int number, IEnumerable<int> runs, Dictionary<int, Verdict> verdicts) =>
        [
            .. runs.Select(run => new Checked(
                incident.Now,
                PossibleReports.Of(
                    incident,
                    new RunId(incident.Id(number), run),
                    JobKind.Check,
                    verdicts.GetValueOrDefault(run, Verdict.Clear)
                )
            )),
        ];

    private static DeadlinePassed Silence(Incident incident, int number) => new(incident.Now, Deadline.SurveyEnds, incident.Id(number));
}
