using System.Text.Json;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;

namespace ImcBot.Core.Incidents;

/// <content>From a plan to its approval, its run, and the rounds of a search.</content>
internal sealed partial class IncidentMachine
{
    private void OnPlanned(Report report)
    {
        if (_incident.Proposal is not { } proposal || report.Run != new RunId(proposal.Question, proposal.Run) || proposal.Plan is not null)
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

        if (proposal.Renews is { } approved)
        {
            Conclude(approved, report.Plan!);
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
                proposal.Approval, proposal.Search, asker, _incident.Now, _incident.Now + (30 * Minute), [], null) { RemindAt = _incident.Now + (5 * Minute) },
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

        if (_incident.Now >= request.ExpiresAt)
        {
            OnOverdueVote(request, voted);
            return;
        }

        if ((PausedFor(request, voted) ?? Refuse(request, voted)) is { } refusal)
        {
            Decline(refusal);
            return;
        }

        if (voted.Answer is Answer.DenyNext or Answer.DenyStop && !ApprovalRules.MayRefuse(request, voted.By))
        {
            Object(request, voted);
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

    /// <summary>The request's time is over although nobody has told so yet: the answer does not count. A yes has it planned and asked again.</summary>
    private void OnOverdueVote(Request request, Voted voted)
    {
        if (voted.Answer is not Answer.Approve || Refuse(request, voted) is not null)
        {
            Decline(Refuse(request, voted) ?? $"{request.Question.Short} ended before you answered; your answer changes nothing.");
            return;
        }

        Expire(request);
        if (!AskAgain(request, voted.By))
        {
            Say($"{request.Question.Short} had expired when {voted.By.Name} approved it. 'ask {new Choice(request.Step, request.Offer)}' asks for it again.");
        }
    }

    /// <summary>A yes that came too late: what it was for is planned anew and asked again, if it is what is offered now.</summary>
    private bool AskAgain(Request expired, Person by)
    {
        if (_incident is not { Phase: Phase.Planning, Proposal: { Remedy: not null } proposal } || proposal.Step != expired.Step || proposal.Offer != expired.Offer)
        {
            return false;
        }

        Say($"{expired.Question.Short} had expired when {by.Name} approved it. It is planned anew as {proposal.Question.Short} and asked again.", expired.Approval.Role);
        Ask(expired.AskedBy);
        return true;
    }

    private string? PausedFor(Request request, Voted voted) => voted.Answer is Answer.Approve or Answer.BreakGlass && request.PausedUntil > _incident.Now
        ? $"The owner has paused {request.Question.Short} for another {Math.Max(1, (request.PausedUntil.Value - _incident.Now) / Minute)} min; approve it then."
        : null;

    /// <summary>The no of somebody who could not have approved: it stands on the card. The owner's holds the request up, once.</summary>
    private void Object(Request request, Voted voted)
    {
        request = request with
        {
            Objections = request.Objections.RemoveAll(objection => objection.By == voted.By).Add(new(voted.By, voted.Answer, voted.Why, voted.At)),
        };
        if (_incident.Owner == voted.By && request.PausedUntil is null)
        {
            request = request with { PausedUntil = _incident.Now + OwnersPause, ExpiresAt = request.ExpiresAt + OwnersPause };
            Say($"{voted.By.Name} owns {_incident.Name} and holds {request.Question.Short} up for {OwnersPause / Minute} minutes. Whoever may approve it may refuse it meanwhile.");
            _effects.Add(new SetDeadline(Deadline.PauseEnds, request.Question, request.PausedUntil.Value));
            _effects.Add(new SetDeadline(Deadline.RequestExpires, request.Question, request.ExpiresAt));
        }

        _incident = _incident with { Request = request };
        Show(CardKind.Approval, request.Question);
        Show(CardKind.Incident, default);
    }

    private void EndPause(Request request)
    {
        Say($"{request.Question.Short} is no longer held up: {request.Does}.", ApprovalRules.Missing(request)[0]);
        Show(CardKind.Approval, request.Question);
    }

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
        else if (decided.Outcome is RequestOutcome.Expired && voted.Answer is Answer.Approve && AskAgain(decided, voted.By))
        {
            return;
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
        Alarm(Role.Lead, $"{_incident.Label}: break-glass for {request.Question.Short}", request.Question);
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
                : _incident with { EarlierSearches = [.. _incident.Holding], Search = SearchRounds.Begin(request, grant, _incident.Now, _incident.Words) with { Replaced = _incident.Search is { } before ? before with { Replaced = null } : null } };
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
        else
        {
            WalkOn();
        }
    }

    private void Remind(Request request)
    {
        var minutes = (_incident.Now - request.AskedAt - (request.IsSeen ? SeenPause : 0)) / Minute;
        var missing = ApprovalRules.Missing(request);
        foreach (var called in CallOrder.Again(request, _incident.Roster, minutes, Asked(request)))
        {
            var nobodyElse = called.Person is null && _incident.Roster is not null ? " Everybody on the roster who may sign it has been called." : "";
            Say($"{request.Question.Short} still waits for {ApprovalRule.InWords(missing)}: {request.Does}. Silence changes nothing.{nobodyElse}", called.Person ?? called.Role);
            Page(called.Role, $"{_incident.Label}: {request.Question.Short} waits for an answer", request.Question, called.Person);
        }

        long? next = minutes >= CallOrder.SeniorAfter ? null
            : request.AskedAt + (request.IsSeen ? SeenPause : 0) + ((minutes < CallOrder.NextAfter ? CallOrder.NextAfter : CallOrder.SeniorAfter) * Minute);
        _incident = _incident with { Request = request with { RemindAt = next } };
        if (next is { } at)
        {
            _effects.Add(new SetDeadline(Deadline.Reminder, request.Question, at));
        }
    }

    /// <summary>Somebody looks at the request: nobody else is called for a while, once. That answers nothing.</summary>
    private void HoldCalls(Request request, Sealed by)
    {
        request = request with { IsSeen = true, RemindAt = request.RemindAt + SeenPause, ExpiresAt = request.ExpiresAt + SeenPause };
        _incident = _incident with { Request = request };
        Say($"{by} looks at {request.Question.Short}: nobody else is called for {SeenPause / Minute} minutes.");
        if (request.RemindAt is { } at)
        {
            _effects.Add(new SetDeadline(Deadline.Reminder, request.Question, at));
        }

        _effects.Add(new SetDeadline(Deadline.RequestExpires, request.Question, request.ExpiresAt));
        Show(CardKind.Approval, request.Question);
    }

    private void OnIt(Person by)
    {
        if (_incident.Request is { Outcome: null, IsSeen: false } request)
        {
            HoldCalls(request, by.Name);
        }
        else
        {
            Decline("Nothing waits for an answer that nobody looks at yet.");
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
