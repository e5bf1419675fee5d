using ImcBot.Contracts;
using ImcBot.Core.Approvals;

namespace ImcBot.Core.Incidents;

/// <content>Entry actions: each only adds effects, so that none can fail half way.</content>
internal sealed partial class IncidentMachine
{
    private void AddChecks()
    {
        var (number, question) = _incident.Questions.Last(pair => pair.Value.Kind is QuestionKind.Survey or QuestionKind.Verify or QuestionKind.Watch);
        foreach (var (run, asked) in question.Checks)
        {
            _effects.Add(new RunCheck(new RunId(_incident.Id(number), run), asked.Check));
        }

        _effects.Add(new SetDeadline(Deadline.SurveyEnds, _incident.Id(number), _incident.Now + (_incident.Profile.CheckSeconds * Second)));
        Show(CardKind.Incident, default);
    }

    private void AddPlan()
    {
        if (_incident.Proposal is { Remedy: { } remedy, Question: var question })
        {
            _effects.Add(new MakePlan(new RunId(question, _incident.Proposal.Run), remedy));
            _incident = _incident with { Proposal = _incident.Proposal with { DueAt = _incident.Now + (_incident.Profile.CheckSeconds * Second) } };
            _effects.Add(new SetDeadline(Deadline.PlanOverdue, question, _incident.Proposal.DueAt));
        }

        Show(CardKind.Incident, default);
    }

    private void AddRequest()
    {
        var request = _incident.Request!;
        Show(CardKind.Approval, request.Question, request.Approval.Role);
        AskFirst(request);
        TellIfUnmeetable(request);
        Show(CardKind.Incident, default);
        _effects.Add(new SetDeadline(Deadline.Reminder, request.Question, request.AskedAt + (5 * Minute)));
        _effects.Add(new SetDeadline(Deadline.RequestExpires, request.Question, request.ExpiresAt));
    }

    private void AddRun()
    {
        var request = _incident.Decided[^1];
        _effects.Add(new RunAction(new RunId(request.Question, 1), request.Digest, new GrantTerms([.. request.Approvers], request.Impact, 1, 10)));
        _effects.Add(new SetDeadline(Deadline.RunOverdue, request.Question, _incident.Now + Patience()));
        Show(CardKind.Approval, request.Question);
        Show(CardKind.Incident, default);
    }

    private void AddRound()
    {
        var search = _incident.Search!;
        _effects.Add(new RunAction(new RunId(search.Question, search.Run), search.Plan, search.Grant, search.Order));
        _effects.Add(new SetDeadline(Deadline.RunOverdue, search.Question, _incident.Now + Patience()));
        if (search.Run == 1)
        {
            Show(CardKind.Approval, search.Question);
        }

        Show(CardKind.Search, search.Question);
        Show(CardKind.Incident, default);
    }

    private void AddWatch()
    {
        _effects.Add(new SetDeadline(Deadline.WatchEnds, _incident.WatchQuestion, _incident.Now + (_incident.Profile.SettleSeconds * Second)));
        Show(CardKind.Incident, default);
    }

    private void AddTask()
    {
        Show(CardKind.Manual, _incident.Task!.Question, Role.OnCall);
        Show(CardKind.Incident, default);
    }

    private void AddResolution()
    {
        Show(CardKind.Resolved, _incident.WatchQuestion, _incident.Owner?.Id);
        Show(CardKind.Incident, default);
    }

    private void AddEscalation()
    {
        Say($"{_incident.Headline} {_incident.Name} is handed to people: 'resume' goes on, 'close' ends it.", Role.Lead);
        Alarm(Role.Lead, $"{_incident.Label}: {_incident.Headline}");
        Show(CardKind.Incident, default);
    }

    /// <summary>Twice a full stop, start and watch, in microseconds.</summary>
    private long Patience() =>
        2 * (_incident.Profile.StopSeconds + _incident.Profile.StartSeconds + _incident.Profile.WatchSeconds) * Second;
}
