using System.Text.Json;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;

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
            if (proposal.Kind is ProposalKind.StartOnce && Walk.MayStart(_incident))
            {
                NeedPerson(PersonTaskKind.Unknown, $"A start could not be planned: {why} See to it, then say 'retry'.");
                return;
            }

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
        Answer.BreakGlass => ApprovalRules.RefuseGlass(request, voted.By, voted.ReasonLength ?? 0),
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
        Say($"{request.Votes[^1].By.Name} approved {request.Question.Short}; it still needs {ApprovalRule.InWords(ApprovalRules.Missing(request))}.", CallOrder.First(request, _incident.Roster)[0] is var next && next.Person is { } person ? person : next.Role);
    }

    private void BreakGlass(Request request, Voted voted)
    {
        _incident = _incident with { BrokenGlass = _incident.BrokenGlass.Add(new(request.Question, voted.By, voted.Why, voted.At)), Reviewer = null };
        Say($"BREAK-GLASS: {voted.By.Name} approved {request.Question.Short} alone. Somebody else must review it: 'review @name'. Until then the incident cannot be closed.", Role.Lead);
        Alarm(Role.Lead, $"{_incident.Host}: break-glass for {request.Question.Short}", request.Question);
        Approve(request);
    }

    private void Approve(Request request)
    {
        Close(request, RequestOutcome.Approved);
        Reopen(request.Question, QuestionKind.Act);
        _incident = _incident with { DenialsInARow = 0 };
        if (request.Search is { } limits)
        {
            var grant = new GrantTerms([.. request.Approvers], request.Impact, limits.Starts + 2, limits.Minutes);
            _incident = SearchRounds.Continued(request, _incident.Search) is { } earlier
                ? _incident with { Search = SearchRounds.Extend(earlier, request, grant, _incident.Now) }
                : _incident with { EarlierSearches = [.. _incident.Holding], Search = SearchRounds.Begin(request, grant, _incident.Now) };
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
        foreach (var called in CallOrder.Again(request, _incident.Roster, minutes, Asked(request)))
        {
            var nobodyElse = called.Person is null && _incident.Roster is not null ? " Everybody on the roster who may sign it has been called." : "";
            Say($"{request.Question.Short} still waits for {ApprovalRule.InWords(missing)}: {request.Does}. Silence changes nothing.{nobodyElse}", called.Person ?? called.Role);
            Page(called.Role, $"{_incident.Host}: {request.Question.Short} waits for an answer", request.Question, called.Person);
        }

        if (minutes < CallOrder.SeniorAfter)
        {
            var next = minutes < CallOrder.NextAfter ? CallOrder.NextAfter : CallOrder.SeniorAfter;
            _effects.Add(new SetDeadline(Deadline.Reminder, request.Question, request.AskedAt + (next * Minute)));
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
}
