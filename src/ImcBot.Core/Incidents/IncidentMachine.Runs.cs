using System.Collections.Immutable;
using System.Globalization;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Isolation;

namespace ImcBot.Core.Incidents;

/// <content>What approved runs come to, and the rounds of a search.</content>
internal sealed partial class IncidentMachine
{
    /// <summary>Marks a run that no relay has reported.</summary>
    private const string GivenUp = "givenUp";

    private void OnActed(Report report)
    {
        var question = report.Run.Question;
        if (_incident.Questions.GetValueOrDefault(question.Number) is not { Kind: QuestionKind.Act }
            || _incident.FindRequest(question) is not { } request
            || (_incident.Search?.Question == question && report.Run.Run != _incident.Search.Run))
        {
            Decline($"{report.Run} is no run that is under way.");
            return;
        }

        _incident = _incident with
        {
            Starts = _incident.Starts + Number(report, "starts"),
            CrashedAt = _incident.CrashedAt.Union(Crashes(report)),
            StopSeconds = Longest(_incident.StopSeconds, report, "stopSeconds"),
            StartSeconds = Longest(_incident.StartSeconds, report, "startSeconds"),
            EventsAfter = long.TryParse(report.Data.GetValueOrDefault("eventsAfter"), NumberStyles.None, CultureInfo.InvariantCulture, out var after)
                ? after : _incident.EventsAfter,
            Wedged = report.Data.GetValueOrDefault("wedged"),
        };
        if (_incident.Search is { } search && search.Question == question && report.Round is { } round && (search.State is not null || round.Outline is not null))
        {
            OnRound(search, round, report);
            return;
        }

        Forget(question);
        EndRun(request, report);
    }

    private void EndRun(Request request, Report report)
    {
        var outcome = report.Data.ContainsKey("voided") ? AttemptOutcome.Voided : report.Verdict switch
        {
            Verdict.Clear => AttemptOutcome.Done,
            Verdict.Unknown => AttemptOutcome.Lost,
            _ => AttemptOutcome.Failed,
        };
        RememberRun(request, outcome, report);
        NoteBreak(request, report);
        EndBroken(request, outcome);
        LearnOfItems(request, outcome);
        SettleFollowUps();
        Show(CardKind.Approval, request.Question);
        Headline(report.Summary);
        switch (outcome)
        {
            case AttemptOutcome.Lost when _incident.Wedged == _incident.Runbook.Service:
                Say($"{report.Summary} No {_incident.Words.Item} was moved. Everything is checked again; then ending its process is offered.", request.Approval.Role);
                Verify(QuestionKind.Verify);
                break;
            case AttemptOutcome.Lost:
                NeedPerson(PersonTaskKind.Unknown, $"How far {request.Question.Short} came is not known: {report.Summary}. Look at the server, then say 'retry'.");
                break;
            case AttemptOutcome.Voided when IsBroken && _incident.Search?.Question == request.Question:
                NeedPerson(PersonTaskKind.Unknown, $"The search of {request.Question.Short} broke off: {report.Summary} See to the server, then say 'retry'; the search goes on from there.");
                break;
            case AttemptOutcome.Voided:
                Say($"Nothing was done for {request.Question.Short}: {report.Data["voided"]} since it was approved. It is planned again.", request.Approval.Role);
                Survey();
                break;
            default: Verify(QuestionKind.Verify); break;
        }
    }

    /// <summary>A run of the search that has begun and tells nothing leaves its items where they were; their place is known only after safe rest.</summary>
    private void NoteBreak(Request request, Report report)
    {
        if (_incident.Search is { End: null } search && search.Question == request.Question)
        {
            var hasMoved = search.Run > 1 || !report.Data.ContainsKey("voided");
            _incident = _incident with { Search = search with { IsBroken = report.Verdict is Verdict.Unknown && hasMoved && _incident.Wedged is null && !report.Data.ContainsKey(GivenUp) } };
        }
    }

    private bool IsBroken => _incident is { Search: { End: null, IsBroken: true } };

    /// <summary>
    /// The server is back: safe rest tells where each message is, then the rounds go on under the same approval. Once the approval's time is over the
    /// search has ended, and going on is asked for.
    /// </summary>
    private void MendSearch()
    {
        if (SearchRounds.IsOver(_incident.Search!, _incident.Now))
        {
            var search = _incident.Search!;
            Say($"The time that was approved for {search.Question.Short} is over. Everything is checked again; going on with the search is asked for anew.");
            _incident = search.State is { } state
                ? _incident with { Search = search with { End = state.Stop(), Ending = null, IsBroken = false } }
                : _incident with { EarlierSearches = [.. _incident.Holding], Search = null };
            Survey();
            return;
        }

        Reopen(_incident.Search!.Question, QuestionKind.Act);
        _incident = _incident with { Task = null, Search = SearchRounds.Mend(_incident.Search) };
        Machine.Fire(Trigger.Search);
    }

    /// <summary>A round that was refused changed nothing: what the search knew and held still stands.</summary>
    private void EndBroken(Request request, AttemptOutcome outcome)
    {
        if (outcome is AttemptOutcome.Voided or AttemptOutcome.Failed && !IsBroken && _incident.Search is { End: null, State: { } state } search && search.Question == request.Question)
        {
            _incident = _incident with { Search = search with { End = state.Stop(), Ending = null } };
        }
    }

    private void OnRound(Search search, RoundReport round, Report report)
    {
        var request = _incident.FindRequest(search.Question)!;
        if (search.Run == 1)
        {
            RememberRiders(request, AttemptOutcome.Done, report);
        }

        search = SearchRounds.Take(search, round, report, _incident);
        _incident = _incident with { Search = search };
        LookAtRound(round);
        if (search.End is null)
        {
            Machine.Fire(Trigger.Search);
            return;
        }

        Forget(search.Question);
        RememberRun(request, AttemptOutcome.Done, report with { Summary = search.Sentence });
        Show(CardKind.Search, search.Question);
        Show(CardKind.Approval, search.Question);
        Headline(search.Sentence);
        RemindTomorrow();
        AskWhatNow(search);
        Verify(QuestionKind.Verify);
    }

    /// <summary>A search that could not finish is at rest; people are told what it learned and what they may do.</summary>
    private void AskWhatNow(Search search)
    {
        if (search.End is { Reason: SearchEndReason.StartsSpent or SearchEndReason.CrashesSpent or SearchEndReason.MinutesSpent or SearchEndReason.NothingLearned or SearchEndReason.Wedged } end)
        {
            var suspects = end.Bad.Union(end.Suspects);
            var names = suspects.IsEmpty ? "" : $" Most likely: {string.Join(", ", search.Names(suspects.Take(5)))}{(suspects.Count > 5 ? $" and {suspects.Count - 5} more" : "")}.";
            var more = end.Reason is SearchEndReason.Wedged ? "ending the process of the service is offered next"
                : SearchRounds.MayExtend(search) ? $"'go-on' asks for {search.Limits.InWords(_incident.Words)} more and goes on from what was learned" : "";
            Say(
                $"{search.Sentence}{names} What now? {more}{(more.Length > 0 ? ", " : "")}'messages' lists what is held, 'undo {search.HeldBy.Number}' puts all of it back, 'escalate' hands over; without an answer it stays held.",
                ApprovalRule.OnCall.Role);
        }
    }

    /// <summary>What a round left behind: until the next one stops the service again, that is how it stands.</summary>
    private void LookAtRound(RoundReport round)
    {
        switch (round.Verdict)
        {
            case RoundVerdict.Ran: IsUp(); break;
            case RoundVerdict.Crashed or RoundVerdict.Hung: IsDown(_incident.Now); break;
            default: return;
        }

        Saw(_incident.Runbook.Service, round.Verdict is RoundVerdict.Ran, round.Verdict switch { RoundVerdict.Ran => "running", RoundVerdict.Hung => "hanging", _ => "stopped" });
    }

    private void RememberRun(Request request, AttemptOutcome outcome, Report report)
    {
        var remedy = Plan.FromBytes(request.Plan).Remedy;
        var started = outcome is not AttemptOutcome.Voided && (remedy.Starts.Count > 0 || request.Search is not null);
        Remember(
            request.Question, request.Step, request.Offer, outcome, report.Summary, started, by: request.Votes[^1].By, effects: report.Effects,
            change: request.Search is null ? Change(report, remedy, outcome) : outcome);
        RememberRiders(request, outcome, report);
    }

    /// <summary>What the remedy itself came to, apart from the start that follows; a ladder is followed by one only where it reached its goal.</summary>
    private static AttemptOutcome Change(Report report, Remedy remedy, AttemptOutcome outcome) => remedy.Goal is null
        ? Came(report, remedy.Rungs, outcome) ?? outcome
        : report.Effects?.Any(effect => remedy.Starts.Any(start => start.Use == effect.Use)) is true ? AttemptOutcome.Done : outcome;

    /// <summary>The riders that were reached, each with what it came to itself; one that was not stays to be offered.</summary>
    private void RememberRiders(Request request, AttemptOutcome outcome, Report report)
    {
        if (_incident.Attempts.Exists(attempt => attempt.Rode && attempt.Question == request.Question))
        {
            return;
        }

        var remedy = Plan.FromBytes(request.Plan).Remedy;
        foreach (var (step, offer) in Walk.Riding(_incident, remedy))
        {
            var calls = offer.Remedy!.Rungs.Where(remedy.Riders.Contains).ToList();
            if (Came(report, calls, outcome) is { } came)
            {
                var effects = report.Effects?.Where(effect => calls.Exists(call => call.Use == effect.Use)).ToList();
                var said = effects is { Count: > 0 } ? string.Join(' ', effects.Select(effect => effect.Summary)) : report.Summary;
                Remember(request.Question, step.Id, offer.Name, came, $"{said} (with {request.Question.Short})", by: request.Votes[^1].By, effects: effects, rode: true);
            }
        }
    }

    /// <summary>What these calls of a run came to, whatever became of the rest; null when none was reached.</summary>
    private static AttemptOutcome? Came(Report report, IReadOnlyList<Call> calls, AttemptOutcome outcome)
    {
        if (outcome is AttemptOutcome.Voided || report.Effects is null or [])
        {
            return outcome;
        }

        var verdicts = report.Effects.Where(effect => calls.Any(call => call.Use == effect.Use)).Select(effect => effect.Verdict).ToList();
        return verdicts.Count == 0 ? outcome is AttemptOutcome.Lost ? outcome : null
            : verdicts.Contains(Verdict.Unknown) ? AttemptOutcome.Lost
            : verdicts.TrueForAll(verdict => verdict is Verdict.Clear) ? AttemptOutcome.Done
            : AttemptOutcome.Failed;
    }

    private void Remember(
        QuestionId question, string? step, string offer, AttemptOutcome outcome, string summary, bool started = false, bool byHand = false,
        Person? by = null, IReadOnlyList<EffectOutcome>? effects = null, AttemptOutcome? change = null, bool rode = false) => _incident = _incident with
        {
            Attempts = _incident.Attempts.Add(new(question, step, offer, outcome, started, byHand, summary, effects ?? [], by, _incident.Now) { Change = change ?? outcome, Rode = rode }),
        };

    /// <summary>When it crashed in this run; a relay that is older than these moments tells only how often.</summary>
    private IEnumerable<long> Crashes(Report report) => report.Data.ContainsKey("crashedAt")
        ? Moments(report.Data, "crashedAt")
        : Enumerable.Range(0, Math.Clamp(Number(report, "crashes"), 0, 100)).Select(number => _incident.Now + number);

    private static IEnumerable<long> Moments(IReadOnlyDictionary<string, string> data, string name) =>
        (data.GetValueOrDefault(name) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Take(100)
            .Select(moment => long.TryParse(moment, NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? at : 0).Where(at => at > 0);

    private static double? Longest(double? known, Report report, string name) =>
        double.TryParse(report.Data.GetValueOrDefault(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && double.IsFinite(seconds) && seconds > 0
            ? Math.Max(known ?? 0, seconds) : known;

    private static int Number(Report report, string name) =>
        int.TryParse(report.Data.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
