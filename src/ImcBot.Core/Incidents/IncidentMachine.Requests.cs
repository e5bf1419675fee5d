using System.Globalization;
using System.Text.Json;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Isolation;

namespace ImcBot.Core.Incidents;

/// <content>From a plan to its approval, its run, and the rounds of a search.</content>
internal sealed partial class IncidentMachine
{
    private void OnPlanned(Report report)
    {
        if (_incident.Proposal is not { } proposal || proposal.Question != report.Run.Question || proposal.Plan is not null)
        {
            Decline($"{report.Run} plans something that is no longer offered.");
            return;
        }

        Forget(report.Run.Question);
        if (report.Verdict is not Verdict.Clear || Refuse(report.Plan) is not null)
        {
            var why = report.Verdict is Verdict.Clear ? Refuse(report.Plan)! : report.Summary;
            Remember(proposal.Question, proposal.Step, proposal.Offer, AttemptOutcome.Impossible, why);
            Headline($"Not possible: {why}");
            WalkOn();
            return;
        }

        _incident = _incident with { Proposal = proposal with { Plan = report.Plan } };
        if (proposal.AskedBy is { } asker)
        {
            PutToApprovers(asker);
        }
        else
        {
            Show(CardKind.Incident, default);
        }
    }

    private string? Refuse(byte[]? bytes)
    {
        try
        {
            var plan = bytes is null ? null : Plan.FromBytes(bytes);
            return plan is null ? "the relay sent no plan"
                : plan.Question != _incident.Proposal!.Question || plan.Relay != _incident.Relay || plan.Host != _incident.Host ? "the plan is for something else"
                : !plan.Remedy.IsSame(_incident.Proposal.Remedy!) ? "the plan is for another remedy than the one that was asked for"
                : plan.Impact is Impact.Unknown ? "the plan has an impact that this bot does not know; update the bot"
                : null;
        }
        catch (JsonException)
        {
            return "the plan cannot be read";
        }
    }

    /// <summary>The highest impact that relay, catalog and runbook give it.</summary>
    private Impact Weigh(Plan plan, Proposal proposal) => plan.Effects
        .Select(effect => Catalog.Entries.GetValueOrDefault(effect.Call.Use)?.Impact ?? Impact.Read)
        .Append(plan.Impact)
        .Append(_incident.Runbook.Find(proposal.Step)?.Offers.FirstOrDefault(offer => offer.Name == proposal.Offer)?.Impact ?? Impact.Read)
        .Max();

    private void PutToApprovers(Person asker)
    {
        var proposal = _incident.Proposal!;
        var plan = proposal.Plan!;
        Reopen(proposal.Question, QuestionKind.Approval);
        _incident = _incident with
        {
            Proposal = null,
            Requests = _incident.Requests + 1,
            Request = new(
                proposal.Question, proposal.Kind, proposal.Step, proposal.Offer, proposal.Does, plan, ContentDigest.Of(plan), Weigh(Plan.FromBytes(plan), proposal),
                proposal.Approval, proposal.Search, asker, _incident.Now, _incident.Now + (30 * Minute), [], null),
        };
        Machine.Fire(Trigger.Ask);
    }

    private void OnVoted(Voted voted)
    {
        if (_incident.Request is not { Outcome: null } request || request.Question != voted.Question)
        {
            OnLateVote(voted);
            return;
        }

        if (Refuse(request, voted) is { } refusal)
        {
            Decline(refusal);
            return;
        }

        request = request with { Votes = request.Votes.Add(new(voted.By, voted.Answer, voted.Why, voted.At)) };
        switch (voted.Answer)
        {
            case Answer.Approve when ApprovalRules.Missing(request) is { Count: > 0 }: Count(request); break;
            case Answer.Approve: Approve(request); break;
            case Answer.BreakGlass: BreakGlass(request, voted); break;
            default: Deny(request, voted.Answer); break;
        }
    }

    private static string? Refuse(Request request, Voted voted) => voted.Answer switch
    {
        Answer.Approve or Answer.BreakGlass when voted.Plan is { } plan && plan != request.Digest =>
            $"The plan of {request.Question.Short} is not the one you answered; read its newest card and answer that.",
        Answer.Approve => ApprovalRules.Refuse(request, voted.By),
        Answer.BreakGlass => ApprovalRules.RefuseGlass(request, voted.By, voted.Why.Value),
        Answer.DenyNext or Answer.DenyStop => null,
        _ => $"That is no answer to {request.Question.Short}; say approve or deny.",
    };

    /// <summary>An answer that comes too late changes nothing; a late yes has the same remedy planned and asked again.</summary>
    private void OnLateVote(Voted voted)
    {
        if (_incident.FindRequest(voted.Question) is not { } decided)
        {
            Decline($"{voted.Question.Short} is no request of {_incident.Name}.");
        }
        else if (decided.Outcome is RequestOutcome.Expired && voted.Answer is Answer.Approve && Refuse(decided, voted) is { } refusal)
        {
            Decline(refusal);
        }
        else if (decided.Outcome is RequestOutcome.Expired && voted.Answer is Answer.Approve && _incident is { Phase: Phase.Planning, Proposal: { Remedy: not null } proposal }
            && proposal.Step == decided.Step && proposal.Offer == decided.Offer)
        {
            Say($"{voted.Question.Short} had expired when {voted.By.Name} approved it. It is planned anew as {proposal.Question.Short} and asked again.", decided.Approval.Role);
            Ask(decided.AskedBy);
        }
        else
        {
            Decline($"{voted.Question.Short} was {decided.Outcome.ToString()!.ToLowerInvariant()} already; your answer changes nothing.");
        }
    }

    /// <summary>One signature more; others are still wanted.</summary>
    private void Count(Request request)
    {
        _incident = _incident with { Request = request };
        Show(CardKind.Approval, request.Question);
        Say($"{request.Votes[^1].By.Name} approved {request.Question.Short}; it still needs {ApprovalRule.InWords(ApprovalRules.Missing(request))}.", ApprovalRules.Missing(request)[0]);
    }

    private void BreakGlass(Request request, Voted voted)
    {
        _incident = _incident with { BrokenGlass = _incident.BrokenGlass.Add(new(request.Question, voted.By, voted.Why, voted.At)), Reviewer = null };
        Say($"BREAK-GLASS: {voted.By.Name} approved {request.Question.Short} alone. Somebody else must review it: 'review @name'. Until then the incident cannot be closed.", Role.Lead);
        Page(Role.Lead, $"{_incident.Host}: break-glass for {request.Question.Short}", request.Question);
        Approve(request);
    }

    private void Approve(Request request)
    {
        Close(request, RequestOutcome.Approved);
        Reopen(request.Question, QuestionKind.Act);
        _incident = _incident with { DenialsInARow = 0 };
        if (request.Search is { } limits)
        {
            _incident = _incident with { EarlierSearches = [.. _incident.Holding] };
            var grant = new GrantTerms([.. request.Approvers], request.Impact, limits.Starts + 2, limits.Minutes);
            _incident = _incident with { Search = SearchRounds.Begin(request, grant, _incident.Now) };
            Machine.Fire(Trigger.Search);
        }
        else
        {
            Machine.Fire(Trigger.Act);
        }
    }

    private void Deny(Request request, Answer answer)
    {
        Close(request, RequestOutcome.Denied);
        Remember(request.Question, request.Step, request.Offer, AttemptOutcome.Refused, "refused", by: request.Votes[^1].By);
        _incident = _incident with { DenialsInARow = _incident.DenialsInARow + 1 };
        Show(CardKind.Approval, request.Question);
        if (answer is Answer.DenyStop)
        {
            Escalate("The request was refused; ImcBot stops asking.");
        }
        else if (_incident.DenialsInARow >= 2)
        {
            Escalate("Two requests in a row were refused; ImcBot stops asking.");
        }
        else
        {
            WalkOn();
        }
    }

    private void Remind(Request request)
    {
        var minutes = (_incident.Now - request.AskedAt) / Minute;
        var missing = ApprovalRules.Missing(request);
        foreach (var role in minutes >= 20 ? [Role.Lead] : missing.Distinct(StringComparer.Ordinal))
        {
            var person = OnDuty(role, minutes is >= 10 and < 20 ? 1 : 0);
            Say($"{request.Question.Short} still waits for {ApprovalRule.InWords(missing)}: {request.Does}. Silence changes nothing.", person ?? role);
            Page(role, $"{_incident.Host}: {request.Question.Short} waits for an answer", request.Question, person);
        }

        if (minutes < 20)
        {
            _effects.Add(new SetDeadline(Deadline.Reminder, request.Question, request.AskedAt + ((minutes < 10 ? 10 : 20) * Minute)));
        }
    }

    private void Expire(Request request)
    {
        Close(request, RequestOutcome.Expired);
        Remember(request.Question, request.Step, request.Offer, AttemptOutcome.Expired, "nobody answered in 30 minutes");
        Show(CardKind.Approval, request.Question);
        Headline($"Nobody answered {request.Question.Short}; nothing was done");
        WalkOn();
    }

    private void Withdraw(string why)
    {
        if (_incident.Request is not { Outcome: null } request)
        {
            return;
        }

        Close(request, RequestOutcome.Withdrawn);
        Say($"{request.Question.Short} is withdrawn: {why}.");
        Show(CardKind.Approval, request.Question);
    }

    private void Close(Request request, RequestOutcome outcome)
    {
        Forget(request.Question);
        _incident = _incident with { Request = null, Decided = _incident.Decided.Add(request with { Outcome = outcome }) };
    }

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
            StoreCrashes = _incident.StoreCrashes + Number(report, "crashes"),
            StopSeconds = Longest(_incident.StopSeconds, report, "stopSeconds"),
            StartSeconds = Longest(_incident.StartSeconds, report, "startSeconds"),
            EventsAfter = long.TryParse(report.Data.GetValueOrDefault("eventsAfter"), NumberStyles.None, CultureInfo.InvariantCulture, out var after)
                ? after : _incident.EventsAfter,
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
        LearnOfMail(request, outcome);
        SettleFollowUps();
        Show(CardKind.Approval, request.Question);
        Headline(report.Summary);
        switch (outcome)
        {
            case AttemptOutcome.Lost:
                NeedPerson(PersonTaskKind.Unknown, $"How far {request.Question.Short} came is not known: {report.Summary}. Look at the server, then say 'retry'.");
                break;
            case AttemptOutcome.Voided:
                Say($"Nothing was done for {request.Question.Short}: {report.Data["voided"]} since it was approved. It is planned again.", request.Approval.Role);
                Survey();
                break;
            case AttemptOutcome.Done when ClearsTheWay(request): GoOnSearching(_incident.Search!.State!.Aim); break;
            default: Verify(QuestionKind.Verify); break;
        }
    }

    /// <summary>Whether what kept a search from going on (mail that keeps arriving) is out of the way, and its budget lasts.</summary>
    private bool ClearsTheWay(Request request) =>
        _incident.Search is { End.Reason: SearchEndReason.ArrivalsFail, State.Aim: var aim } search
        && Plan.FromBytes(request.Plan).Remedy.Rungs.Any(call => call.Use == "inbound.pause")
        && SearchRounds.CanGoOn(search, _incident.Now, aim);

    private void GoOnSearching(SearchAim aim)
    {
        DropQuestions();
        Reopen(_incident.Search!.Question, QuestionKind.Act);
        _incident = _incident with { Search = SearchRounds.GoOn(_incident.Search, aim) };
        Machine.Fire(Trigger.Search);
    }

    private void OnRound(Search search, RoundReport round, Report report)
    {
        search = SearchRounds.Take(search, round, report, _incident);
        _incident = _incident with { Search = search };
        if (search.End is null)
        {
            Machine.Fire(Trigger.Search);
            return;
        }

        Forget(search.Question);
        var request = _incident.FindRequest(search.Question)!;
        RememberRun(request, AttemptOutcome.Done, report with { Summary = search.End.Sentence });
        Show(CardKind.Search, search.Question);
        Show(CardKind.Approval, search.Question);
        Headline(search.End.Sentence);
        RemindTomorrow();
        AskWhatNow(search);
        Verify(QuestionKind.Verify);
    }

    /// <summary>A search that could not finish is at rest; people are told what it learned and what they may do.</summary>
    private void AskWhatNow(Search search)
    {
        if (search.End is { Reason: SearchEndReason.StartsSpent or SearchEndReason.StoreCrashesSpent or SearchEndReason.MinutesSpent or SearchEndReason.NothingLearned } end)
        {
            var suspects = end.Bad.Union(end.Suspects);
            var names = suspects.IsEmpty ? "" : $" Most likely: {string.Join(", ", search.Names(suspects.Take(5)))}{(suspects.Count > 5 ? $" and {suspects.Count - 5} more" : "")}.";
            Say($"{end.Sentence}{names} What now? 'messages' lists what is held, 'undo {search.Question.Number}' puts all of it back, 'escalate' hands over; without an answer it stays held.", ApprovalRule.OnCall.Role);
        }
    }

    private void RememberRun(Request request, AttemptOutcome outcome, Report report)
    {
        var remedy = Plan.FromBytes(request.Plan).Remedy;
        var started = remedy.Starts.Count > 0 || request.Search is not null;
        Remember(request.Question, request.Step, request.Offer, outcome, report.Summary, started, by: request.Votes[^1].By, effects: report.Effects);
        foreach (var (step, offer) in Walk.Riding(_incident, remedy))
        {
            Remember(request.Question, step.Id, offer.Name, outcome, "rode along", by: request.Votes[^1].By);
        }
    }

    private void Remember(
        QuestionId question, string? step, string offer, AttemptOutcome outcome, string summary, bool started = false, bool byHand = false,
        Person? by = null, IReadOnlyList<EffectOutcome>? effects = null) => _incident = _incident with
        {
            Attempts = _incident.Attempts.Add(new(question, step, offer, outcome, started, byHand, summary, effects ?? [], by, _incident.Now)),
        };

    private static double? Longest(double? known, Report report, string name) =>
        double.TryParse(report.Data.GetValueOrDefault(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && double.IsFinite(seconds) && seconds > 0
            ? Math.Max(known ?? 0, seconds) : known;

    private static int Number(Report report, string name) =>
        int.TryParse(report.Data.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
