using ImcBot.Contracts;
using ImcBot.Core.Approvals;
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
            case OfferRemedy offer:
                Propose(
                    ProposalKind.Remedy, offer.Step.Id, offer.Offer.Name, offer.Offer.Does, offer.Remedy, ApprovalRules.Of(_incident, offer.Offer, offer.Remedy), offer.Offer.Search,
                    offer.Recommended);
                break;
            case AskPerson ask: AskForWork(ask); break;
            case OfferStart: ProposeStart(null); break;
            case OfferKill:
                Propose(
                    ProposalKind.Wedged, null, Walk.EndWedged, $"End the process of {_incident.Runbook.Service}, which hangs while stopping (Q168883); its mail is on disk",
                    new Remedy([Call.To("service.kill", ("service", _incident.Runbook.Service))], null, [], []), ApprovalRule.OnCall, null, null);
                break;
            case OfferFlowing:
                Propose(ProposalKind.Flowing, null, "flowing", "The service runs and answers: watch, walk the article anyway, or close", null, ApprovalRule.OnCall, null, null);
                break;
            default: Escalate("The article has nothing more to offer."); break;
        }
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

    private void AskForWork(AskPerson ask)
    {
        NeedPerson(PersonTaskKind.Manual, ask.Offer.Does, ask.Step.Id, ask.Offer.Name);
        if (ask.Offer.Evidence is { } evidence)
        {
            var question = Open(QuestionKind.Evidence, [new CheckOf(ask.Step.Id, evidence)]);
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
