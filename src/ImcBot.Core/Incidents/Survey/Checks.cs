using System.Collections.Immutable;
using ImcBot.Contracts;

namespace ImcBot.Core.Incidents;

/// <summary>What checks answered, and what their last answer leads to.</summary>
internal static class Checks
{
    private static readonly ImmutableDictionary<string, string> Nothing = ImmutableDictionary<string, string>.Empty;

    public static string? Refuse(Incident incident, Report report) =>
        Find(incident, report) is null ? $"{report.Run} answers a question that is no longer open." : null;

    public static Draft Learn(Draft draft, Report report)
    {
        var (open, asked) = Find(draft.Incident, report)!.Value;
        var (number, left) = (report.Run.Question.Number, open with { Checks = open.Checks.Remove(report.Run.Run) });
        draft = draft.Set(incident => incident with { Questions = incident.Questions.SetItem(number, left) });
        if (open.Kind is QuestionKind.Evidence)
        {
            draft = draft.Set(incident =>
                incident with
                {
                    Task = incident.Task is not { } task ? null : task with { Evidence = report.Summary },
                }
            );
            return draft.Forget(report.Run.Question).Show(CardKind.Manual, draft.Incident.Task?.Question ?? default);
        }

        draft = Learn(draft, open.Kind, asked, report.Verdict, report.Summary, report.Data);
        return left.Checks.IsEmpty ? End(draft, number, left) : draft;
    }

    /// <summary>All checks have answered, or their time is over: what has not answered is unknown.</summary>
    public static Draft End(Draft draft, int number, OpenQuestion open)
    {
        draft = open
            .Checks.Values.Aggregate(draft, (told, asked) => Learn(told, open.Kind, asked, Verdict.Unknown, "no answer in time", Nothing))
            .Forget(draft.Incident.Id(number));
        var live = draft.Incident.Verification.Where(verified => Surveying.IsLiveness(verified.Check)).ToList();
        draft =
            live.Exists(verified => verified.Verdict is Verdict.Unknown) ? draft.Set(incident => incident with { ServiceUp = null })
            : live.TrueForAll(verified => verified.Verdict is Verdict.Clear) ? draft.IsUp()
            : draft.IsDown(LookedFrom(draft.Incident));
        return open.Kind is not QuestionKind.Survey && Wrong(draft.Incident) is { } wrong
            ? DoubtLastStart(draft.Headline($"Still not healthy: {wrong.Summary}"), wrong.Summary)
            : draft;
    }

    /// <summary>Which question this fact has ended with the last of its checks; null when it has ended none.</summary>
    public static QuestionKind? Ended(Incident before, Incident after, QuestionId question) =>
        before.Questions.TryGetValue(question.Number, out var open) && !after.Questions.ContainsKey(question.Number) ? open.Kind : null;

    public static Next? Follows(Incident after, QuestionKind? ended) =>
        ended switch
        {
            QuestionKind.Survey when after.ServiceUp is null && after.Findings.Values.All(finding => finding.Verdict is Verdict.Unknown) =>
                new Wanted(
                    PersonTaskKind.Unknown,
                    $"The relay on {after.Host} did not answer. See whether the server and the relay run, then say 'retry'."
                ),
            QuestionKind.Survey => Walk.On(after),
            QuestionKind.Verify
            or QuestionKind.Watch when after.Verification.Find(verified => verified.Verdict is Verdict.Unknown) is { } unknown =>
                new Wanted(
                    PersonTaskKind.Unknown,
                    $"Whether {after.Words.Works} is not known: {unknown.Summary}. Look at the server, then say 'retry'."
                ),
            _ => null,
        };

    public static bool IsHealthy(Incident after) => after.Verification.TrueForAll(verified => verified.Verdict is Verdict.Clear);

    /// <summary>What the verification found wrong; null when nothing was, and when something is not known.</summary>
    public static Verified? Wrong(Incident after) =>
        after.Verification.Exists(verified => verified.Verdict is Verdict.Unknown)
            ? null
            : after.Verification.Find(verified => verified.Verdict is not Verdict.Clear);

    /// <summary>When the first service was seen by the look that has ended: what it found of each holds from there on.</summary>
    private static long LookedFrom(Incident incident) =>
        incident
            .Verification.Select(verified => ServiceOf(verified.Check))
            .OfType<string>()
            .Select(service => incident.Services[service].At)
            .Append(incident.Now)
            .Min();

    /// <summary>The service that a check looks at, where that is all it does.</summary>
    public static string? ServiceOf(Call check) =>
        Catalog.PurposeOf(check.Use) is Purpose.Running ? check.With.GetValueOrDefault(CallArguments.Service) : null;

    private static (OpenQuestion Open, CheckOf Asked)? Find(Incident incident, Report report) =>
        incident.Questions.GetValueOrDefault(report.Run.Question.Number) is { } open
        && open.Checks.TryGetValue(report.Run.Run, out var asked)
            ? (open, asked)
            : null;

    /// <summary>What was found stays found when a look at it alone tells nothing.</summary>
    private static Draft Learn(
        Draft draft,
        QuestionKind kind,
        CheckOf asked,
        Verdict verdict,
        string summary,
        IReadOnlyDictionary<string, string> data
    )
    {
        if (kind is QuestionKind.Watch && asked.Step is not null && verdict is Verdict.Unknown)
        {
            return draft;
        }

        draft = draft.Set(incident =>
            (
                asked.Step is null
                    ? incident with
                    {
                        Verification = incident.Verification.Add(new(asked.Check, verdict, summary)),
                    }
                    : incident with
                    {
                        Findings = incident.Findings.SetItem(asked.Step, new(verdict, summary, data, incident.Now)),
                    }
            ) with
            {
                CrashedAt = incident.CrashedAt.Union(RunFacts.Moments(data, CallArguments.CrashTimes)),
            }
        );
        if (ServiceOf(asked.Check) is not { } service)
        {
            return draft;
        }

        var word =
            verdict is Verdict.Unknown
                ? "not known"
                : data.GetValueOrDefault("state") ?? (verdict is Verdict.Clear ? "running" : "not running");
        return draft.Saw(service, verdict is Verdict.Clear, word);
    }

    /// <summary>A start that does not bring health was no success, whatever its own watch said; one before the all-clear was.</summary>
    private static Draft DoubtLastStart(Draft draft, string wrong)
    {
        return
            draft.Incident.Changes.FindLast(change => change is { Started: true, State: ChangeState.Done }) is { } last
            && last.At > (draft.Incident.ResolvedAt ?? 0)
            ? draft.Update(last with { State = ChangeState.Failed, Told = last.Own, Doubt = wrong })
            : draft;
    }
}
