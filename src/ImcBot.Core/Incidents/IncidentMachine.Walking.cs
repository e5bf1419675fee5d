using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Isolation;
using ImcBot.Core.Runbooks;

namespace ImcBot.Core.Incidents;

/// <content>Where the walk goes next, and how it ends.</content>
internal sealed partial class IncidentMachine
{
    private void Watch()
    {
        _incident = _incident with { DownSince = null, Proposal = null, Task = null, LastQuestion = _incident.LastQuestion + 1 };
        _incident = _incident with { WatchQuestion = _incident.Id(_incident.LastQuestion) };
        Machine.Fire(Trigger.Watch);
    }

    private void Resolve()
    {
        _incident = _incident with { FollowUps = FollowUp.Of(_incident), ResolvedAt = _incident.Now };
        Machine.Fire(Trigger.Resolve);
        RemindTomorrow();
    }

    private void WalkOn(string? step = null)
    {
        if (_incident.TakenOverBy is { } person)
        {
            NeedPerson(PersonTaskKind.Paused, TakenOver(person));
            return;
        }

        switch (Walk.After(_incident, step))
        {
            case OfferRemedy offer: ProposeRemedy(offer.Step, offer.Offer, offer.Recommended, null); break;
            case AskPerson ask: AskForWork(ask.Step, ask.Offer); break;
            case OfferStart: ProposeStart(null); break;
            case OfferKill: ProposeKill(null); break;
            case OfferFlowing:
                Propose(ProposalKind.Flowing, null, "flowing", "The service runs and answers: watch, walk the article anyway, or close", null, ApprovalRule.OnCall, null, null);
                break;
            default: Escalate(NothingLeft()); break;
        }
    }

    private string NothingLeft() => Choices.PassedOver(_incident) is { Count: > 0 } passed
        ? $"Nothing is left to offer but what was refused, passed over, not answered or not possible: {string.Join(", ", passed)}. 'ask {passed[0]}' asks for it again."
        : "The article has nothing more to offer.";

    private void ProposeRemedy(Step step, Offer offer, string? recommended, Person? askedBy)
    {
        if (offer.Search is not null && MayExtend)
        {
            Extend(askedBy);
            return;
        }

        var (remedy, search) = offer.Search is null && Clears(offer.Remedy!)
            ? Clearing(Walk.WithRiders(_incident, step, offer.Remedy!)) : (Walk.WithRiders(_incident, step, offer.Remedy!), offer.Search);
        Propose(ProposalKind.Remedy, step.Id, offer.Name, offer.Does, remedy, ApprovalRules.Of(_incident, offer, remedy), search, recommended, askedBy);
    }

    /// <summary>Whether it takes away what kept a search from going on: items that keep arriving, or a service that did not stop.</summary>
    private bool Clears(Remedy remedy) => _incident.Search is { End: { } end, State: { } state } && remedy.Rungs.Any(
        call => KeepsOut(call) || (Catalog.PurposeOf(call.Use) is Purpose.End && (state.Down || end.Reason is SearchEndReason.Wedged)));

    private static bool KeepsOut(Call call) => Catalog.Find(call.Use)?.Traits is { } traits && traits.Say(Trait.Holds) && !traits.Say(Trait.Items);

    /// <summary>What clears the way carries what brings the service back: the rest of the search, with limits of its own; without one, a start.</summary>
    private (Remedy Remedy, SearchLimits? Search) Clearing(Remedy remedy)
    {
        var search = _incident.Search!;
        var rest = SearchRounds.Rest(_incident, search);
        return _incident.Holding.Contains(search) && SearchRounds.MayResume(search, rest)
            ? (remedy with { Rungs = [.. remedy.Rungs, SearchRounds.More(search, rest)], Starts = [] }, rest)
            : (remedy, null);
    }

    /// <summary>One approval for the end of the process and for what it was in the way of: the search that hung, at its hold or later, or else a start.</summary>
    private void ProposeKill(Person? askedBy)
    {
        var kill = _incident.Runbook.StartOnce with { Rungs = [Catalog.CallOf(Purpose.End, (CallArguments.Service, _incident.Runbook.Service))] };
        var (remedy, search) = Clears(kill) ? Clearing(kill) : (kill, null);
        var rule = ApprovalRule.OnCall;
        if (_incident.Search is { State: null } hung && _incident.FindRequest(hung.Question) is { } request
            && _incident.Attempts.FindLast(attempt => attempt.Question == hung.Question) is { Outcome: AttemptOutcome.Lost })
        {
            var held = Plan.FromBytes(request.Plan).Remedy;
            (remedy, search, rule) = (held with { Rungs = [.. kill.Rungs, .. held.Rungs] }, request.Search, request.Approval);
        }

        Propose(
            ProposalKind.Wedged, null, Walk.EndWedged, $"End the process of {_incident.Runbook.Service}, which hangs while stopping (Q168883), and {(search is null ? "start it" : "go on with the search")}; its {_incident.Words.Items} are on disk",
            remedy, rule, search, null, askedBy);
    }

    private void ProposeStart(Person? askedBy) => Propose(
        ProposalKind.StartOnce, null, Walk.PlainStart, $"Start {_incident.Runbook.Service} once and change nothing else", _incident.Runbook.StartOnce,
        ApprovalRule.OnCall, null, null, askedBy);

    private void Propose(
        ProposalKind kind, string? step, string offer, string does, Remedy? remedy, ApprovalRule approval, SearchLimits? search, string? recommended,
        Person? askedBy = null)
    {
        DropQuestions();
        var question = remedy is null ? default : Open(QuestionKind.Plan, []);
        _incident = _incident with
        {
            Proposal = new(question, kind, step, offer, does, remedy, approval, search, recommended, null, askedBy),
            Task = null,
        };
        Machine.Fire(Trigger.Offer);
    }

    private void AskForWork(Step step, Offer offer)
    {
        NeedPerson(PersonTaskKind.Manual, offer.Does, step.Id, offer.Name);
        if (offer.Evidence is { } evidence)
        {
            var question = Open(QuestionKind.Evidence, [new CheckOf(step.Id, evidence)]);
            _effects.Add(new RunCheck(new RunId(question, 1), evidence));
        }
    }

    private void NeedPerson(PersonTaskKind kind, string text, string? step = null, string? offer = null)
    {
        Withdraw("a person is needed first");
        DropQuestions();
        _incident = _incident with { Proposal = null, LastQuestion = _incident.LastQuestion + 1 };
        _incident = _incident with { Task = new(_incident.Id(_incident.LastQuestion), kind, text, step, offer) };
        Machine.Fire(Trigger.NeedPerson);
    }

    /// <summary>The card of work that nobody is asked for any more says so: its buttons would still stand there.</summary>
    private void SettleTask(PersonTask? before)
    {
        if (before is not null && before.Question != _incident.Task?.Question)
        {
            Show(CardKind.Manual, before.Question);
        }
    }

    private void Escalate(string why)
    {
        Withdraw("the incident was escalated");
        DropQuestions();
        Headline(why);
        _incident = _incident with { Proposal = null, Task = null };
        Machine.Fire(Trigger.Escalate);
    }
}
