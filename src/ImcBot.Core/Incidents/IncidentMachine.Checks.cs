using System.Collections.Immutable;
using ImcBot.Contracts;

namespace ImcBot.Core.Incidents;

/// <content>What is asked that only reads: the survey of every cause, and whether the service works.</content>
internal sealed partial class IncidentMachine
{
    private void Survey()
    {
        Withdraw("everything is checked again");
        DropQuestions();
        _incident = _incident with { Proposal = null, Task = null, Verification = [] };
        var checks = _incident.Runbook.Steps.Select(step => new CheckOf(step.Id, step.Check))
            .Concat(_incident.Runbook.Verify.Where(IsLiveness).Select(check => new CheckOf(null, check)));
        Open(QuestionKind.Survey, checks);
        Machine.Fire(Trigger.Survey);
    }

    private void Verify(QuestionKind kind)
    {
        DropQuestions();
        _incident = _incident with { Verification = [] };
        Open(kind, _incident.Runbook.Verify.Select(check => new CheckOf(null, Since(check))));
        if (kind is QuestionKind.Verify)
        {
            Machine.Fire(Trigger.Verify);
        }
        else
        {
            AddChecks();
        }
    }

    private Call Since(Call check) => _incident.EventsAfter > 0 && Catalog.Find(check.Use)?.Arguments.Any(argument => argument.Name == CallArguments.After) == true
        ? check with { With = new Dictionary<string, string>(check.With, StringComparer.Ordinal) { [CallArguments.After] = _incident.EventsAfter.ToString() } }
        : check;

    private static bool IsLiveness(Call check) => Catalog.PurposeOf(check.Use) is Purpose.Running or Purpose.Answers;

    private void OnChecked(Report report)
    {
        var number = report.Run.Question.Number;
        if (_incident.Questions.GetValueOrDefault(number) is not { } open || !open.Checks.TryGetValue(report.Run.Run, out var asked))
        {
            Decline($"{report.Run} answers a question that is no longer open.");
            return;
        }

        open = open with { Checks = open.Checks.Remove(report.Run.Run) };
        _incident = _incident with { Questions = _incident.Questions.SetItem(number, open) };
        if (open.Kind is QuestionKind.Evidence)
        {
            _incident = _incident with { Task = _incident.Task is null ? null : _incident.Task with { Evidence = report.Summary } };
            Forget(report.Run.Question);
            Show(CardKind.Manual, _incident.Task?.Question ?? default);
            return;
        }

        Learn(asked, report.Verdict, report.Summary, report.Data);
        if (open.Checks.IsEmpty)
        {
            EndChecks(number, open);
        }
    }

    private void Learn(CheckOf asked, Verdict verdict, string summary, IReadOnlyDictionary<string, string> data)
    {
        _incident = asked.Step is null
            ? _incident with { Verification = _incident.Verification.Add(new(asked.Check, verdict, summary)) }
            : _incident with { Findings = _incident.Findings.SetItem(asked.Step, new(verdict, summary, data, _incident.Now)) };
        _incident = _incident with { CrashedAt = _incident.CrashedAt.Union(Moments(data, CallArguments.CrashTimes)) };
        if (Catalog.PurposeOf(asked.Check.Use) is Purpose.Running && asked.Check.With.GetValueOrDefault(CallArguments.Service) is { } service)
        {
            Saw(service, verdict is Verdict.Clear, verdict is Verdict.Unknown ? "not known" : data.GetValueOrDefault("state") ?? (verdict is Verdict.Clear ? "running" : "not running"));
        }
    }

    /// <summary>All checks have answered, or their time is over: what has not answered is unknown.</summary>
    private void EndChecks(int number, OpenQuestion open)
    {
        foreach (var asked in open.Checks.Values)
        {
            Learn(asked, Verdict.Unknown, "no answer in time", ImmutableDictionary<string, string>.Empty);
        }

        Forget(_incident.Id(number));
        var live = _incident.Verification.Where(verified => IsLiveness(verified.Check)).ToList();
        if (live.Exists(verified => verified.Verdict is Verdict.Unknown))
        {
            _incident = _incident with { ServiceUp = null };
        }
        else if (live.TrueForAll(verified => verified.Verdict is Verdict.Clear))
        {
            IsUp();
        }
        else
        {
            IsDown(_incident.Now);
        }

        if (open.Kind is QuestionKind.Survey)
        {
            EndSurvey();
        }
        else
        {
            EndVerification(open.Kind);
        }
    }

    private void EndSurvey()
    {
        if (_incident.ServiceUp is null && _incident.Findings.Values.All(finding => finding.Verdict is Verdict.Unknown))
        {
            NeedPerson(PersonTaskKind.Unknown, $"The relay on {_incident.Host} did not answer. See whether the server and the relay run, then say 'retry'.");
            return;
        }

        WalkOn();
    }

    private void EndVerification(QuestionKind kind)
    {
        if (_incident.Verification.Find(verified => verified.Verdict is Verdict.Unknown) is { } unknown)
        {
            NeedPerson(PersonTaskKind.Unknown, $"Whether {_incident.Words.Works} is not known: {unknown.Summary}. Look at the server, then say 'retry'.");
        }
        else if (_incident.Verification.Find(verified => verified.Verdict is not Verdict.Clear) is { } wrong)
        {
            Headline($"Still not healthy: {wrong.Summary}");
            DoubtLastStart(wrong.Summary);
            Survey();
        }
        else if (kind is QuestionKind.Verify)
        {
            Watch();
        }
        else
        {
            Resolve();
        }
    }

    /// <summary>A start that does not bring health was no success, whatever its own watch said.</summary>
    private void DoubtLastStart(string wrong)
    {
        var last = _incident.Attempts.FindLastIndex(attempt => attempt is { Started: true, Outcome: AttemptOutcome.Done });
        if (last >= 0)
        {
            _incident = _incident with { Attempts = _incident.Attempts.SetItem(last, _incident.Attempts[last] with { Outcome = AttemptOutcome.Failed, Change = _incident.Attempts[last].Change, Doubt = wrong }) };
        }
    }
}
