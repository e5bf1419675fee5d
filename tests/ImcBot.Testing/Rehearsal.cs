using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;
using ImcBot.Core.Runbooks;

namespace ImcBot.Testing;

/// <summary>Plays an incident against a relay made of a few switches. Time moves only when the rehearsal says so.</summary>
internal sealed class Rehearsal
{
    private readonly Queue<Effect> _work = new();
    private long _now;

    public Rehearsal(params string[] findings)
        : this(Some.Opened(), Some.Runbook, findings) { }

    public Rehearsal(Opened opened, Runbook runbook, params string[] findings)
    {
        (_now, Findings) = (opened.At, [.. findings]);
        Told.Add((opened, IncidentMachine.Open(opened, runbook)));
        Take(Told[0].Decision);
    }

    /// <summary>Every fact with what was decided on it, from the opening on: what a journal would hold.</summary>
    public List<(Fact Fact, Decision Decision)> Told { get; } = [];

    public Incident Incident { get; private set; } = null!;

    /// <summary>Steps whose check finds something.</summary>
    public HashSet<string> Findings { get; }

    /// <summary>Steps whose check cannot tell.</summary>
    public HashSet<string> Unknowns { get; } = [];

    /// <summary>Steps whose check never answers.</summary>
    public HashSet<string> Silent { get; } = [];

    public bool ServiceUp { get; set; }

    /// <summary>Whether the service, where it is up, does its work.</summary>
    public bool ServiceWorks { get; init; } = true;

    /// <summary>What an approved plan does to the server; returns how the run ended.</summary>
    public Func<Plan, Verdict> Execute { get; set; } = _ => Verdict.Clear;

    /// <summary>What a search run tells.</summary>
    public Func<RunAction, RoundReport?>? Round { get; set; }

    /// <summary>Runs that the server goes away in: nothing is told of them.</summary>
    public Predicate<RunId> Breaks { get; set; } = _ => false;

    /// <summary>Data that the next action report carries.</summary>
    public Dictionary<string, string> ActData { get; } = [];

    public bool RelayAnswers { get; set; } = true;

    /// <summary>Whether the relay can plan what it is asked to.</summary>
    public bool RelayPlans { get; set; } = true;

    /// <summary>Under which rule every remedy stands, when not under the runbook's own.</summary>
    public ApprovalRule? Rule
    {
        get;
        init
        {
            field = value;
            Incident = Incident with
            {
                Runbook = Incident.Runbook with
                {
                    Steps =
                    [
                        .. Incident.Runbook.Steps.Select(step =>
                            step with
                            {
                                Offers = [.. step.Offers.Select(offer => offer with { Approval = value ?? offer.Approval })],
                            }
                        ),
                    ],
                },
            };
        }
    }

    public List<Effect> Effects { get; } = [];

    public List<Plan> Executed { get; } = [];

    public string? Declined { get; private set; }

    public IEnumerable<string> Said => Effects.OfType<Say>().Select(say => say.Text.Value ?? "");

    public Rehearsal Tell(Func<long, Fact> fact)
    {
        var told = fact(++_now);
        Told.Add((told, IncidentMachine.Handle(Incident, told)));
        Take(Told[^1].Decision);
        return this;
    }

    /// <summary>Lets time go by.</summary>
    public Rehearsal Wait(double seconds)
    {
        _now += (long)(seconds * 1e6);
        return this;
    }

    /// <summary>How long each answer of the relay takes.</summary>
    public double Seconds { get; set; }

    /// <summary>Puts the incident into a state that its facts did not lead to.</summary>
    public Rehearsal Set(Func<Incident, Incident> change)
    {
        Incident = change(Incident);
        return this;
    }

    public Rehearsal Command(CommandVerb verb, Person? by = null, string argument = "", QuestionId? question = null) =>
        Tell(at => new Commanded(at, verb, by ?? Some.Responder, question, argument));

    /// <summary>Asks for something of the article by the words that people would type.</summary>
    public Rehearsal Ask(string words, Person? by = null) =>
        Tell(at => new Commanded(at, CommandVerb.Ask, by ?? Some.Responder, null, words, Choice: Choices.Read(Incident, words)));

    public Rehearsal Vote(Answer answer, Person? by = null) =>
        Tell(at => new Voted(at, Incident.Request!.Question, by ?? Some.OnCall, answer, "because"));

    /// <summary>Lets the newest deadline of a kind pass.</summary>
    public Rehearsal Pass(Deadline deadline)
    {
        var due = Effects.OfType<SetDeadline>().Last(effect => effect.Deadline == deadline);
        _now = Math.Max(_now, due.At);
        return Tell(at => new DeadlinePassed(at, deadline, due.Question));
    }

    /// <summary>Carries out what the relay was asked until it has nothing left to do.</summary>
    public Rehearsal Relay()
    {
        while (RelayAnswers && _work.TryDequeue(out var effect))
        {
            Wait(effect is RunAction ? 30 * Seconds : Seconds);
            switch (effect)
            {
                case RunCheck run when Silent.Contains(StepOf(run) ?? ""):
                    break;
                case RunCheck run:
                    Tell(at => new Checked(at, Answer(run)));
                    break;
                case MakePlan make:
                    Tell(at => new Planned(at, PlanOf(make)));
                    break;
                case RunAction act:
                    Fetch().Tell(at => new Acted(at, Act(act)));
                    break;
                default:
                    break;
            }
        }

        return this;
    }

    /// <summary>The relay dies for good with what it was asked; a person gives up its run.</summary>
    public Rehearsal GiveUp()
    {
        _work.Clear();
        return Fetch().Pass(Deadline.RunOverdue).Command(CommandVerb.Stop);
    }

    /// <summary>The relay comes for the first run of an approval, which whoever signed may still sign.</summary>
    public Rehearsal Fetch() =>
        Incident.Running.LastOrDefault(change => Ageing.Unbegun(Incident, change.Question)?.State is ChangeState.Approved) is { } approved
            ? Tell(at => new Granted(at, approved.Question, [.. approved.Votes.Select(vote => vote.By)], Micros.Day))
            : this;

    public byte[] BytesOf(QuestionId question, Remedy remedy) =>
        Plan.ToBytes(
            new(
                question,
                Incident.Relay,
                Incident.Host,
                remedy,
                [
                    .. remedy.Calls.Select(call => new PlannedEffect(
                        call,
                        Catalog.Find(call.Use)!.Impact,
                        Catalog.Find(call.Use)!.Scope,
                        Catalog.Find(call.Use)!.Does,
                        Catalog.Find(call.Use)!.Undo,
                        [],
                        null,
                        new Dictionary<string, string>(StringComparer.Ordinal)
                    )),
                ],
                remedy.Calls.Select(call => Catalog.Find(call.Use)!.Impact).DefaultIfEmpty(Impact.Reversible).Max(),
                null,
                []
            )
        );

    private bool Lives(Call check) => ServiceUp && (ServiceWorks || Catalog.PurposeOf(check.Use) is not Purpose.Answers);

    private string? StepOf(RunCheck run) => Incident.Runbook.Steps.FirstOrDefault(step => step.Check.Use == run.Check.Use)?.Id;

    private Report Answer(RunCheck run)
    {
        var step = StepOf(run);
        var verdict =
            step is null ? (Lives(run.Check) ? Verdict.Clear : Verdict.Finding)
            : Unknowns.Contains(step) ? Verdict.Unknown
            : Findings.Contains(step) ? Verdict.Finding
            : Verdict.Clear;
        var data = new Dictionary<string, string>(StringComparer.Ordinal);
        if (run.Check.Use is "mail.suspects" && verdict is Verdict.Finding)
        {
            data["storeDied"] = "2";
        }

        return new(run.Run, JobKind.Check, verdict, $"{run.Check.Use}: {verdict}", data, _now);
    }

    private Report PlanOf(MakePlan make) =>
        RelayPlans
            ? new(make.Run, JobKind.Plan, Verdict.Clear, "planned", new Dictionary<string, string>(StringComparer.Ordinal), _now)
            {
                Plan = BytesOf(make.Run.Question, make.Remedy),
            }
            : new(
                make.Run,
                JobKind.Plan,
                Verdict.Failed,
                "It cannot be planned.",
                new Dictionary<string, string>(StringComparer.Ordinal),
                _now
            );

    private Report Act(RunAction act)
    {
        var plan = Plan.FromBytes(Incident.FindRequest(act.Run.Question)!.Plan);
        Executed.Add(plan);
        var round = act.Order is null ? null : Round?.Invoke(act);
        return new(
            act.Run,
            JobKind.Act,
            Breaks(act.Run) ? Verdict.Unknown : Execute(plan),
            "acted",
            new Dictionary<string, string>(ActData, StringComparer.Ordinal),
            _now
        )
        {
            Effects = [.. plan.Effects.Select(effect => new EffectOutcome(effect.Call.Use, Verdict.Clear, effect.Does))],
            Round = Breaks(act.Run) ? null : round,
        };
    }

    private void Take(Decision decision)
    {
        Incident = decision.Incident;
        Declined = decision.Declined;
        Effects.AddRange(decision.Effects);
        foreach (var effect in decision.Effects.Where(effect => effect is RunCheck or MakePlan or RunAction))
        {
            _work.Enqueue(effect);
        }
    }
}
