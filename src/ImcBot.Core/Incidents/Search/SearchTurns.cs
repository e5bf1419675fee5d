using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Isolation;

namespace ImcBot.Core.Incidents;

/// <summary>The runs of an approved search: how it begins, goes on, breaks off, is taken up again and ends.</summary>
internal static class SearchTurns
{
    /// <summary>Where people may ask to go on with a search that has ended, its card says so.</summary>
    public static Draft ShowEnded(this Draft draft) =>
        draft.When(draft.Incident.Search is { End: not null }, ended => ended.Show(CardKind.Search, ended.Incident.Search!.Question));

    public static Draft Begin(Draft draft, Change request, GrantTerms grant) =>
        draft.Set(incident =>
            SearchRounds.Continued(request, incident.Search) is { } earlier
                ? incident with
                {
                    Search = SearchRounds.Extend(incident, earlier, request, grant),
                }
                : incident with
                {
                    EarlierSearches = [.. incident.Holding],
                    Search = SearchRounds.Begin(request, grant, incident.Now, incident.Words) with
                    {
                        Replaced = incident.Search is { } before ? before with { Replaced = null } : null,
                    },
                }
        );

    /// <summary>Runs the next round under the same grant.</summary>
    public static Draft Run(Draft draft)
    {
        var search = draft.Incident.Search!;
        return draft
            .Add(new RunAction(new RunId(search.Question, search.Run), search.Plan, search.Grant, search.Order))
            .Wake(Deadline.RunOverdue, search.Question, draft.Incident.Now + Runs.Patience(draft.Incident))
            .When(search.Run == 1, first => first.Show(CardKind.Approval, search.Question))
            .Show(CardKind.Search, search.Question)
            .Show(CardKind.Incident);
    }

    /// <summary>
    /// What a round told. One that comes while the search does not run is as good as lost: safe rest will tell where each item is.
    /// </summary>
    public static Draft Learn(Draft draft, Report report, RunFacts run)
    {
        var (search, round) = (draft.Incident.Search!, report.Round!);
        var request = draft.Incident.FindRequest(search.Question)!;
        if (draft.Incident.Phase is not Phase.Searching)
        {
            return draft
                .End(request with { State = ChangeState.Lost, Summary = report.Summary })
                .Set(incident => incident with { Search = search with { IsBroken = true } })
                .Show(CardKind.Search, search.Question);
        }

        if (search.Run == 1)
        {
            draft = draft.KeepCleared(request, report).EndRiders(request, ChangeState.Done, report);
            request = draft.Incident.FindRequest(search.Question)!;
        }

        search = SearchRounds.Take(search, round, report.Summary, run, draft.Incident);
        draft = LookAt(draft.Set(incident => incident with { Search = search }), round.Verdict);
        return search.End is not { } end
            ? draft.Update(request with { IsOverdue = false })
            : AskWhatNow(
                draft
                    .EndRun(request, ChangeState.Done, report with { Summary = search.Sentence })
                    .Show(CardKind.Search, search.Question)
                    .Show(CardKind.Approval, search.Question)
                    .Headline(search.Sentence)
                    .RemindTomorrow(),
                search,
                end
            );
    }

    /// <summary>
    /// What a run that is no round leaves of its search. One that has begun and tells nothing leaves its items where they were: their place
    /// is known only after safe rest. One that was refused changed nothing: what the search knew and held still stands, and it has ended. A
    /// search of which nothing was moved is none.
    /// </summary>
    public static Draft End(Draft draft, Change request, ChangeState outcome, Report report)
    {
        if (draft.Incident.Search is not { End: null } search || search.Question != request.Question)
        {
            return draft;
        }

        var isWedged = outcome is ChangeState.Lost && draft.Incident.Wedged == draft.Incident.Runbook.Service;
        if (search.Run == 1 && (outcome is ChangeState.Voided || isWedged))
        {
            return TakeBack(draft);
        }

        search = search with { IsBroken = report.Verdict is Verdict.Unknown && draft.Incident.Wedged is null && !Runs.IsGivenUp(report) };
        return draft.Set(incident =>
            incident with
            {
                Search =
                    outcome is ChangeState.Voided or ChangeState.Failed && search is { IsBroken: false, State: { } state }
                        ? SearchRounds.Ended(search, state.Stop())
                        : search,
            }
        );
    }

    /// <summary>As if it had not been approved: what stood before it stands again.</summary>
    public static Draft TakeBack(Draft draft) =>
        draft
            .Show(CardKind.Search, draft.Incident.Search!.Question)
            .Set(incident =>
                incident with
                {
                    Search = incident.Search!.Replaced,
                    EarlierSearches = incident.EarlierSearches.RemoveAll(earlier => earlier.Question == incident.Search.Replaced?.Question),
                }
            );

    public static bool HasBrokenOff(Incident incident, QuestionId question) => IsBroken(incident) && incident.Search!.Question == question;

    /// <summary>
    /// The server is back: safe rest tells where each message is, then the rounds go on under the same approval. Once the approval's time
    /// is over the search has ended, and going on is asked for.
    /// </summary>
    public static Draft Mend(Draft draft)
    {
        if (!IsBroken(draft.Incident) || draft.Incident.Phase is not Phase.AwaitingPerson || draft.Incident.TakenOverBy is not null)
        {
            return draft;
        }

        var search = draft.Incident.Search!;
        return !SearchRounds.IsOver(search, draft.Incident.Now)
            ? draft
                .Update(draft.Incident.FindRequest(search.Question)! with { State = ChangeState.Running, IsOverdue = false })
                .Set(incident => incident with { Task = null, Search = SearchRounds.Mend(search) })
            : draft
                .Say(
                    $"The time that was approved for {search.Question.Short} is over. Everything is checked again; going on with "
                        + "the search is asked for anew."
                )
                .Set(incident =>
                    search.State is { } state
                        ? incident with
                        {
                            Search = SearchRounds.Ended(search, state.Stop()) with { IsBroken = false },
                        }
                        : incident with
                        {
                            EarlierSearches = [.. incident.Holding],
                            Search = null,
                        }
                );
    }

    /// <summary>Whether a search that broke off is taken up again with safe rest.</summary>
    public static bool IsMended(Incident before, Incident after) => IsBroken(before) && after.Search is { IsBroken: false, End: null };

    /// <summary>
    /// Whether its items may lie anywhere, until somebody has it taken up again. What was carried out since, an undo above all, leaves it
    /// nothing to be taken up for.
    /// </summary>
    public static bool IsBroken(Incident incident) =>
        incident is { Search: { End: null, IsBroken: true } search }
        && !incident
            .Tried.SkipWhile(change => change.Question != search.Question)
            .Any(change => change.Question != search.Question && IsCarriedOut(change));

    private static bool IsCarriedOut(Change change) =>
        change is { ByHand: false, State: ChangeState.Done or ChangeState.Failed or ChangeState.Lost };

    /// <summary>What a round left behind: until the next one stops the service again, that is how it stands.</summary>
    private static Draft LookAt(Draft draft, RoundVerdict verdict) =>
        verdict switch
        {
            RoundVerdict.Ran => draft.IsUp().Saw(draft.Incident.Runbook.Service, isRunning: true, "running"),
            RoundVerdict.Hung => draft.IsDown(draft.Incident.Now).Saw(draft.Incident.Runbook.Service, isRunning: false, "hanging"),
            RoundVerdict.Crashed => draft.IsDown(draft.Incident.Now).Saw(draft.Incident.Runbook.Service, isRunning: false, "stopped"),
            _ => draft,
        };

    /// <summary>A search that could not finish is at rest; people are told what it learned and what they may do.</summary>
    private static Draft AskWhatNow(Draft draft, Search search, SearchEnd end)
    {
        if (
            end.Reason
            is not (
                SearchEndReason.StartsSpent
                or SearchEndReason.CrashesSpent
                or SearchEndReason.MinutesSpent
                or SearchEndReason.NothingLearned
                or SearchEndReason.Wedged
            )
        )
        {
            return draft;
        }

        var suspects = end.Bad.Union(end.Suspects);
        var others = suspects.Count > 5 ? $" and {suspects.Count - 5} more" : "";
        var names = suspects.IsEmpty ? "" : $" Most likely: {string.Join(", ", search.Names(suspects.Take(5)))}{others}.";
        var limits = draft.Incident.FindRequest(search.HeldBy)!.Search!.InWords(draft.Incident.Words);
        var more =
            end.Reason is SearchEndReason.Wedged ? "ending the process of the service is offered next, "
            : SearchRounds.MayExtend(draft.Incident, search) ? $"'go-on' asks for {limits} more and goes on from what was learned, "
            : "";
        return draft.Say(
            $"{search.Sentence}{names} What now? {more}'messages' lists what is held, 'undo {search.HeldBy.Number}' puts all of it back, "
                + "'escalate' hands over; without an answer it stays held.",
            ApprovalRule.OnCall.Role
        );
    }
}
