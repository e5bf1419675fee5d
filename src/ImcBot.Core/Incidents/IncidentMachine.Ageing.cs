using System.Collections.Immutable;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;

namespace ImcBot.Core.Incidents;

/// <content>Approvals age: what has not begun in time is planned anew. Until it begins it can be taken back.</content>
internal sealed partial class IncidentMachine
{
    /// <summary>So long a vote stands for a plan that is the same.</summary>
    internal const long VoteStands = 30 * Minute;

    /// <summary>The relay has come for the first run: roles are looked at again, and an approval that is older than its grant would be is not used.</summary>
    private void OnGranted(Granted granted)
    {
        if (Unbegun(granted.Question) is not { } request)
        {
            Decline($"{granted.Question.Short} waits for no grant.");
        }
        else if (!IsSigned(request, person => granted.Signers.FirstOrDefault(signer => signer.Id == person.Id)?.Roles ?? []))
        {
            TakeBack(request);
            Say($"Whoever approved {request.Question.Short} no longer holds the role for it, and nothing had begun. It is planned and asked anew.");
            AskAnew(request);
        }
        else if (_incident.Now - (request.GrantedAt ?? request.StandsSince ?? request.Votes[^1].At) > granted.Life)
        {
            Renew(request);
        }
        else
        {
            Update(request with { GrantedAt = request.GrantedAt ?? _incident.Now, WaitsFor = null });
            if (request.WaitsFor is not null)
            {
                Say($"It is the turn of {request.Question.Short} now.");
                ShowTurn(request.Question);
                _effects.Add(new SetDeadline(Deadline.RunOverdue, request.Question, _incident.Now + Patience()));
            }
        }
    }

    /// <summary>Another incident of the host acts. Whoever waits says so, once in words and for as long as it waits on its cards.</summary>
    private void OnQueued(Queued queued)
    {
        if (Unbegun(queued.Question) is not { GrantedAt: null } request || request.WaitsFor == queued.Behind)
        {
            Decline($"{queued.Question.Short} does not wait for its turn.");
            return;
        }

        Update(request with { WaitsFor = queued.Behind });
        if (request.WaitsFor is null)
        {
            Say($"{request.Question.Short} is approved and {Summary.Waits(_incident, queued.Behind)}: changes go one at a time there. It goes on by itself.");
        }

        ShowTurn(request.Question);
    }

    private void ShowTurn(QuestionId question)
    {
        Show(CardKind.Approval, question);
        Show(CardKind.Incident, default);
    }

    /// <summary>An approved request no run of which has been reported.</summary>
    private Request? Unbegun(QuestionId question) =>
        _incident.Questions.GetValueOrDefault(question.Number) is { Kind: QuestionKind.Act } && _incident.FindRequest(question) is { Outcome: RequestOutcome.Approved } request
        && (_incident.Search?.Question != question || _incident.Search is { Run: 1, IsBroken: false })
            ? request : null;

    /// <summary>Whether the votes fill every seat, or one on call broke the glass, with these roles.</summary>
    private static bool IsSigned(Request request, Func<Person, IReadOnlyList<string>> roles)
    {
        var today = request with { Votes = [.. request.Votes.Select(vote => vote with { By = vote.By with { Roles = roles(vote.By) } })] };
        return request.Votes.FirstOrDefault(vote => vote.Answer is Answer.BreakGlass) is { } glass
            ? Role.Signs(roles(glass.By), Role.OnCall) : ApprovalRules.Missing(today).Count == 0;
    }

    /// <summary>Nothing has begun within the life of a grant: the relay plans the same again, under the same name.</summary>
    private void Renew(Request request)
    {
        TakeBack(request);
        DropQuestions();
        Reopen(request.Question, QuestionKind.Plan);
        Say($"{request.Question.Short} was approved {(_incident.Now - request.Votes[^1].At) / Minute} minutes ago and has not begun. It is planned again first.");
        _incident = _incident with
        {
            Proposal = new(
                request.Question, request.Kind, request.Step, request.Offer, request.Does, Plan.FromBytes(request.Plan).Remedy, request.Approval, request.Search, null, null,
                request.AskedBy) { Renews = request, Run = request.Plannings + 1 },
            Task = null,
        };
        Machine.Fire(Trigger.Offer);
    }

    /// <summary>The new plan of an approval that has aged: the vote stands where nothing is different and nothing is lost for good, else it is asked anew.</summary>
    private void Conclude(Request approved, byte[] plan)
    {
        if (Stands(approved, plan))
        {
            var signers = string.Join(" and ", approved.Votes.Where(vote => vote.Answer is Answer.Approve or Answer.BreakGlass).Select(vote => vote.By.Name));
            _incident = _incident with
            {
                Proposal = null,
                Decided = _incident.Decided.RemoveAll(request => request.Question == approved.Question),
            };
            Say($"The new plan of {approved.Question.Short} is the same, and {signers} may still sign: the approval stands.");
            Approve(approved with { Outcome = null, StandsSince = _incident.Now, GrantedAt = null, WaitsFor = null, Plannings = approved.Plannings + 1 });
        }
        else
        {
            Say($"The approval of {approved.Question.Short} does not stand for its new plan; it is asked anew.");
            AskAnew(approved);
        }
    }

    private bool Stands(Request approved, byte[] plan) => ContentDigest.Of(plan) == approved.Digest && approved.Impact is Impact.Reversible or Impact.Disruptive
        && _incident.Now - approved.Votes[0].At <= VoteStands && _incident.Roster is { } roster && IsSigned(approved, person => roster.RolesOf(person.Id));

    private void AskAnew(Request request) => Propose(
        request.Kind, request.Step, request.Offer, request.Does, Plan.FromBytes(request.Plan).Remedy, request.Approval, request.Search, null, request.AskedBy);

    /// <summary>As if it had not been approved: nothing of it has begun.</summary>
    private void TakeBack(Request request)
    {
        Forget(request.Question);
        Update(request with { Outcome = RequestOutcome.Withdrawn });
        if (_incident.Search is { } search && search.Question == request.Question)
        {
            _incident = _incident with { Search = search.Replaced, EarlierSearches = _incident.EarlierSearches.RemoveAll(earlier => earlier.Question == search.Replaced?.Question) };
        }

        Show(CardKind.Approval, request.Question);
    }

    private void Update(Request request) =>
        _incident = _incident with { Decided = [.. _incident.Decided.Select(decided => decided.Question == request.Question ? request : decided)] };

    /// <summary>People take back their own answer, or an approval nothing of which has begun.</summary>
    private void Retract(Commanded command)
    {
        if (command.Question is not { } question || question == default)
        {
            Decline("Say which: retract 7/3.");
        }
        else if (_incident.Request is { Outcome: null } open && open.Question == question)
        {
            RetractAnswer(open, command.By);
        }
        else if (Unbegun(question) is not { GrantedAt: null } request)
        {
            Decline($"{question.Short} has no answer that can be taken back; once it has begun, 'undo' is offered when it has ended.");
        }
        else if (request.Votes.Exists(vote => vote.By == command.By) || ApprovalRules.MayRefuse(request, command.By))
        {
            TakeBack(request);
            _incident = _incident with { BrokenGlass = _incident.BrokenGlass.RemoveAll(broken => broken.Question == question) };
            Say($"{command.By.Name} took the approval of {question.Short} back; nothing had begun. Everything is checked again.");
            Survey();
        }
        else
        {
            Decline($"Only who approved {question.Short}, or could have refused it, takes the approval back.");
        }
    }

    private void RetractAnswer(Request open, Person by)
    {
        if (!open.Votes.Exists(vote => vote.By == by) && !open.Objections.Exists(objection => objection.By == by))
        {
            Decline($"You have given no answer to {open.Question.Short} that could be taken back.");
            return;
        }

        var pauses = _incident.Owner == by && open.PausedUntil > _incident.Now && open.Objections.Exists(objection => objection.By == by);
        _incident = _incident with
        {
            Request = open with
            {
                Votes = open.Votes.RemoveAll(vote => vote.By == by), Objections = open.Objections.RemoveAll(objection => objection.By == by),
                PausedUntil = pauses ? _incident.Now : open.PausedUntil,
            },
        };
        Say($"{by.Name} took their answer to {open.Question.Short} back.");
        Show(CardKind.Approval, open.Question);
    }
}
