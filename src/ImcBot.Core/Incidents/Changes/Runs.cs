using System.Collections.Immutable;
using ImcBot.Contracts;

namespace ImcBot.Core.Incidents;

/// <summary>Approved runs: how they begin and what they come to.</summary>
internal static class Runs
{
    /// <summary>Marks a run that no relay has reported.</summary>
    private const string GivenUp = "givenUp";

    public static Draft Begin(Draft draft)
    {
        var request = draft.Incident.Running.Last();
        return draft
            .Add(
                new RunAction(new RunId(request.Question, 1), request.Digest, new GrantTerms([.. request.Approvers], request.Impact, 1, 10))
            )
            .Wake(Deadline.RunOverdue, request.Question, draft.Incident.Now + Patience(draft.Incident))
            .Show(CardKind.Approval, request.Question)
            .Show(CardKind.Incident);
    }

    /// <summary>Twice a full stop, start and watch, in microseconds.</summary>
    public static long Patience(Incident incident) =>
        2 * (incident.Profile.StopSeconds + incident.Profile.StartSeconds + incident.Profile.WatchSeconds) * Micros.Second;

    public static string? Refuse(Incident incident, Report report) =>
        !incident.Running.Any(change => change.Question == report.Run.Question)
        || (incident.Search?.Question == report.Run.Question && report.Run.Run != incident.Search.Run)
            ? $"{report.Run} is no run that is under way."
            : null;

    public static Draft Learn(Draft draft, Report report)
    {
        var run = RunFacts.Of(report, draft.Incident.Now);
        draft = draft.Set(incident =>
            incident with
            {
                Starts = incident.Starts + run.Starts,
                CrashedAt = incident.CrashedAt.Union(run.CrashedAt),
                StopSeconds = Longest(incident.StopSeconds, run.StopSeconds),
                StartSeconds = Longest(incident.StartSeconds, run.StartSeconds),
                EventsAfter = run.EventsAfter ?? incident.EventsAfter,
                Wedged = run.Wedged,
            }
        );
        return IsRound(draft.Incident, report)
            ? SearchTurns.Learn(draft, report, run)
            : End(draft, draft.Incident.FindRequest(report.Run.Question)!, report, run);
    }

    /// <summary>Whether it is the answer of a search's round, and not a run's end.</summary>
    public static bool IsRound(Incident incident, Report report) =>
        incident.Search is { } search
        && search.Question == report.Run.Question
        && report.Round is { } round
        && (search.State is not null || round.Outline is not null);

    /// <summary>
    /// The relay may never report again. How far it came is then for a person to find out; a report that comes after all is declined.
    /// </summary>
    public static Draft GiveUp(Draft draft, Change request, Person by) =>
        End(
            draft,
            request,
            new(
                new RunId(request.Question, draft.Incident.Search is { } search && search.Question == request.Question ? search.Run : 1),
                JobKind.Act,
                Verdict.Unknown,
                $"no word from the relay, given up by {by.Name}",
                ImmutableDictionary<string, string>.Empty.Add(GivenUp, by.Id),
                draft.Incident.Now
            ),
            RunFacts.None
        );

    /// <summary>A person, where nobody knows how far it came.</summary>
    /// <param name="after">The incident once the run has ended.</param>
    public static Next? Follows(Incident after, QuestionId question) =>
        after.FindRequest(question) switch
        {
            { State: ChangeState.Lost } lost when after.Wedged != after.Runbook.Service => new Wanted(
                PersonTaskKind.Unknown,
                $"How far {question.Short} came is not known: {lost.Summary}. Look at the server, then say 'retry'."
            ),
            { State: ChangeState.Voided } voided when SearchTurns.HasBrokenOff(after, question) => new Wanted(
                PersonTaskKind.Unknown,
                $"The search of {question.Short} broke off: {voided.Summary} See to the server, then say 'retry'; the "
                    + "search goes on from there."
            ),
            _ => null,
        };

    /// <summary>Whether nothing was done, because something had changed since the approval: then everything is checked again.</summary>
    public static bool IsVoided(Incident after, QuestionId question) =>
        after.FindRequest(question) is { State: ChangeState.Voided } && !SearchTurns.HasBrokenOff(after, question);

    private static Draft End(Draft draft, Change request, Report report, RunFacts run)
    {
        var outcome = OutcomeOf(report, run);
        draft = FollowUps
            .Settle(ItemRequests.Learn(SearchTurns.End(draft.EndRun(request, outcome, report), request, outcome, report), request))
            .Show(CardKind.Approval, request.Question)
            .Headline(report.Summary);
        return outcome is ChangeState.Lost && draft.Incident.Wedged == draft.Incident.Runbook.Service
                ? draft.Say(
                    $"{report.Summary} No {draft.Incident.Words.Item} was moved. Everything is checked again; then ending its "
                        + "process is offered.",
                    request.Approval.Role
                )
            : IsVoided(draft.Incident, request.Question)
                ? draft.Say(
                    $"Nothing was done for {request.Question.Short}: {run.Voided} since it was approved. Everything is checked again."
                        + (request.Kind is ChangeKind.Undo or ChangeKind.Items ? Votes.HowAgain(request) : ""),
                    request.Approval.Role
                )
            : draft;
    }

    private static ChangeState OutcomeOf(Report report, RunFacts run) =>
        run.Voided is not null
            ? ChangeState.Voided
            : report.Verdict switch
            {
                Verdict.Clear => ChangeState.Done,
                Verdict.Unknown => ChangeState.Lost,
                _ => ChangeState.Failed,
            };

    public static bool IsGivenUp(Report report) => report.Data.ContainsKey(GivenUp);

    private static double? Longest(double? known, double? seconds) => seconds is { } took ? Math.Max(known ?? 0, took) : known;
}
