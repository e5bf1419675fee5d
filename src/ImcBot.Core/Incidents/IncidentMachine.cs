using System.Collections.Immutable;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Runbooks;
using Stateless;
using Stateless.Graph;

namespace ImcBot.Core.Incidents;

/// <summary>Where one incident stands, and the only code that moves it. Facts in, effects out; no I/O, no clock, no randomness.</summary>
internal sealed partial class IncidentMachine
{
    private const long Second = 1_000_000;
    private const long Minute = 60 * Second;

    private readonly List<Effect> _effects = [];
    private Incident _incident;
    private string? _declined;
    private StateMachine<Phase, Trigger>? _configured;

    public IncidentMachine(Incident incident) => _incident = incident;

    /// <summary>The phases and the ways between them; most facts move nothing, and a journal may have 100,000 of them.</summary>
    private StateMachine<Phase, Trigger> Machine => _configured ??= Configure();

    private StateMachine<Phase, Trigger> Configure()
    {
        var machine = new StateMachine<Phase, Trigger>(() => _incident.Phase, phase => _incident = _incident with { Phase = phase });

        // Read-only questions first: the whole article at once.
        Live(machine, Phase.Opened).Permit(Trigger.Survey, Phase.Surveying);
        Live(machine, Phase.Surveying).OnEntry(AddChecks, "ask every check")
            .PermitReentry(Trigger.Survey)
            .Permit(Trigger.Offer, Phase.Planning);
        Live(machine, Phase.Planning).OnEntry(AddPlan, "plan the next remedy and offer it")
            .PermitReentry(Trigger.Offer)
            .Permit(Trigger.Survey, Phase.Surveying)
            .Permit(Trigger.Ask, Phase.AwaitingApproval)
            .Permit(Trigger.Watch, Phase.Watching);

        // One way in to acting: an approval. One way out: a look at what it did.
        Live(machine, Phase.AwaitingApproval).OnEntry(AddRequest, "ask the approvers")
            .Permit(Trigger.Act, Phase.Acting)
            .Permit(Trigger.Search, Phase.Searching)
            .Permit(Trigger.Offer, Phase.Planning)
            .Permit(Trigger.Survey, Phase.Surveying)
            .Permit(Trigger.Verify, Phase.Verifying);
        Live(machine, Phase.Acting).OnEntry(AddRun, "run the approved plan")
            .Permit(Trigger.Search, Phase.Searching)
            .Permit(Trigger.Verify, Phase.Verifying)
            .Permit(Trigger.Survey, Phase.Surveying);
        Live(machine, Phase.Searching).OnEntry(AddRound, "run the next round under the same grant")
            .PermitReentry(Trigger.Search)
            .Permit(Trigger.Survey, Phase.Surveying)
            .Permit(Trigger.Verify, Phase.Verifying);

        Live(machine, Phase.Verifying).OnEntry(AddChecks, "ask the runbook's verification")
            .PermitReentry(Trigger.Verify)
            .Permit(Trigger.Survey, Phase.Surveying)
            .Permit(Trigger.Watch, Phase.Watching);
        Live(machine, Phase.Watching).OnEntry(AddWatch, "watch mail flow")
            .Permit(Trigger.Survey, Phase.Surveying)
            .Permit(Trigger.Search, Phase.Searching)
            .Permit(Trigger.Offer, Phase.Planning)
            .Permit(Trigger.Resolve, Phase.Resolved);

        Live(machine, Phase.AwaitingPerson).OnEntry(AddTask, "ask a person")
            .PermitReentry(Trigger.NeedPerson)
            .Permit(Trigger.Survey, Phase.Surveying)
            .Permit(Trigger.Verify, Phase.Verifying)
            .Permit(Trigger.Offer, Phase.Planning);
        Live(machine, Phase.Resolved).OnEntry(AddResolution, "tell the all-clear and what is left")
            .Permit(Trigger.Survey, Phase.Surveying)
            .Permit(Trigger.Search, Phase.Searching)
            .Permit(Trigger.Offer, Phase.Planning);
        Live(machine, Phase.Escalated).OnEntry(AddEscalation, "hand over to people")
            .Permit(Trigger.Survey, Phase.Surveying)
            .Permit(Trigger.Offer, Phase.Planning);
        machine.Configure(Phase.Closed).OnEntry(() => Show(CardKind.Incident, default), "close the thread");
        return machine;
    }

    /// <summary>The incident as its first fact leaves it.</summary>
    public static Decision Open(Opened opened, Runbook runbook)
    {
        var incident = new Incident
        {
            Number = opened.Number, Host = opened.Host, Relay = opened.Relay, Runbook = runbook, Profile = opened.Profile, Seed = opened.Seed,
            Quiet = opened.Quiet, OpenedAt = opened.At, Now = opened.At, RelayHeardAt = opened.At, Owner = opened.By, Roster = opened.Roster,
            DownSince = opened.Quiet || opened.Alert is null ? null : opened.Alert.Events.Select(said => said.At).DefaultIfEmpty(opened.At).Min(),
            Events = opened.Alert is null ? [] : [.. opened.Alert.Events],
        };
        var machine = new IncidentMachine(incident);
        machine.Show(CardKind.Incident, default, opened.Quiet ? null : Role.OnCall);
        if (!opened.Quiet)
        {
            machine.Page(Role.OnCall, $"{opened.Host}: {runbook.Title}");
        }

        machine.TellNobodyOnCall();

        machine._effects.Add(new SetDeadline(Deadline.StatusDue, default, opened.At + (30 * Minute)));
        machine.Survey();
        return machine.Decided();
    }

    /// <summary>Parks an incident whose recorded decision today's code would not repeat: nothing is done until a person says resume.</summary>
    public static Decision Park(Incident incident, int entry, string what)
    {
        var machine = new IncidentMachine(incident);
        machine.NeedPerson(PersonTaskKind.Diverged,
            $"Entry {entry} of the journal was decided differently when it was written ({what}). Nothing is done until somebody looks and says 'resume'.");
        return machine.Decided();
    }

    /// <summary>The diagram of all phases, in Mermaid, as the machine itself is configured.</summary>
    public static string Diagram() => MermaidGraph.Format(new IncidentMachine(Blank).Machine.GetInfo(), MermaidGraphDirection.TopToBottom);

    /// <summary>Takes one fact. Never throws for what people or relays send: what does not fit is declined with a sentence.</summary>
    public Decision Handle(Fact fact) => Handle(_incident, fact);

    /// <summary>A machine that many incidents share, one fact at a time: setting one up costs more than a fact does.</summary>
    public static IncidentMachine ForAny() => new(Blank);

    /// <summary>Takes one fact of this incident, forgetting the one before.</summary>
    public Decision Handle(Incident incident, Fact fact)
    {
        _incident = incident with { Now = fact.At };
        _effects.Clear();
        _declined = null;
        switch (fact)
        {
            case Alerted alerted: OnAlerted(alerted); break;
            case Checked @checked: OnChecked(@checked.Report); break;
            case Planned planned: OnPlanned(planned.Report); break;
            case Acted acted: OnActed(acted.Report); break;
            case Voted voted: OnVoted(voted); break;
            case Commanded commanded: OnCommanded(commanded); break;
            case DeadlinePassed passed: OnDeadline(passed); break;
            case RelaySilent: OnRelay(silent: true); break;
            case RelayHeard: OnRelay(silent: false); break;
            case Posted posted: OnPosted(posted); break;
            case RosterChanged changed: OnRoster(changed.Roster); break;
            case Paged paged: OnPaged(paged); break;
            case Acknowledged seen: OnAcknowledged(seen); break;
            case Refused refused: OnRefused(refused); break;
            case Noted: break;
            default: Decline($"A '{fact.GetType().Name}' cannot happen to an open incident."); break;
        }

        return Decided();
    }

    private static Incident Blank => new()
    {
        Number = 1, Host = "", Relay = "", Profile = HostProfile.Exchange, Seed = 0, Runbook = new("", "", "", [], [], [], ""),
    };

    private StateMachine<Phase, Trigger>.StateConfiguration Live(StateMachine<Phase, Trigger> machine, Phase phase)
    {
        var configured = machine.Configure(phase).Permit(Trigger.Close, Phase.Closed);
        if (phase is not Phase.AwaitingPerson)
        {
            configured.Permit(Trigger.NeedPerson, Phase.AwaitingPerson);
        }

        return phase is Phase.Escalated ? configured : configured.Permit(Trigger.Escalate, Phase.Escalated);
    }

    private Decision Decided() => new(_incident, [.. _effects], _declined);

    private void Decline(string why) => _declined = why;

    private void Headline(string text) => _incident = _incident with { Headline = text };

    private void OnAlerted(Alerted alerted)
    {
        _incident = _incident with { Events = [.. _incident.Events.Concat(alerted.Alert.Events).TakeLast(100)] };
        if (alerted.Alert is { ServiceUp: true, Events: [] })
        {
            OnRecovery();
            return;
        }

        var opening = Opening.Decide(_incident.Runbook, alerted.Alert);
        if (opening is OpeningKind.Open && _incident.Phase is Phase.Watching or Phase.Resolved)
        {
            _incident = _incident with { DownSince = alerted.Alert.Events[0].At, Quiet = false, WalkAnyway = false, ServiceUp = null };
            Headline("Down again");
            Say($"{_incident.Host} is down again.", Role.OnCall);
            Page(Role.OnCall, $"{_incident.Host}: down again");
            Survey();
        }
        else
        {
            Show(CardKind.Incident, default);
        }
    }

    private void OnRecovery()
    {
        if (_incident.Phase is not (Phase.Planning or Phase.AwaitingApproval or Phase.AwaitingPerson or Phase.Surveying))
        {
            return;
        }

        Headline("The service came up by other hands");
        Withdraw("the service came up by other hands");
        _incident = _incident with { Proposal = null, Task = null };
        if (Machine.CanFire(Trigger.Verify))
        {
            Verify(QuestionKind.Verify);
        }
        else
        {
            Survey();
        }
    }

    private void OnRelay(bool silent)
    {
        _incident = _incident with { RelaySilent = silent, RelayHeardAt = silent ? _incident.RelayHeardAt : _incident.Now };
        if (silent && _incident.Phase is Phase.Acting or Phase.Searching)
        {
            Say($"No word from the relay on {_incident.Host}. What it has begun it finishes; a search left alone goes to safe rest by itself.", Role.OnCall);
        }

        Show(CardKind.Incident, default);
    }

    private void OnPosted(Posted posted) => _incident = _incident with
    {
        Thread = _incident.Thread ?? posted.Thread,
        Posts = _incident.Posts.SetItem(posted.Post, posted.ActivityId),
    };

    private void OnDeadline(DeadlinePassed passed)
    {
        var open = _incident.Questions.GetValueOrDefault(passed.Question.Number);
        switch (passed.Deadline)
        {
            case Deadline.SurveyEnds when open is { Checks.IsEmpty: false, Kind: not QuestionKind.Evidence }: EndChecks(passed.Question.Number, open); break;
            case Deadline.PlanOverdue when open is { Kind: QuestionKind.Plan }:
                Forget(passed.Question);
                NeedPerson(PersonTaskKind.Unknown, "The relay has not answered with a plan. See whether it is running, then say 'retry'.");
                break;
            case Deadline.RunOverdue when open is { Kind: QuestionKind.Act }:
                _incident = _incident with { Overdue = passed.Question };
                Say($"{passed.Question.Short} should have ended by now. Nothing else starts until the relay reports or somebody says 'stop'.", Role.OnCall);
                _effects.Add(new SetDeadline(Deadline.RunOverdue, passed.Question, _incident.Now + Patience()));
                break;
            case Deadline.Reminder when _incident.Request is { Outcome: null } request && request.Question == passed.Question && _incident.Now >= request.AskedAt + (5 * Minute):
                Remind(request);
                break;
            case Deadline.RequestExpires when _incident.Request is { Outcome: null } request && request.Question == passed.Question && _incident.Now >= request.ExpiresAt:
                Expire(request);
                break;
            case Deadline.FollowUpsDue: RemindOwners(); break;
            case Deadline.WatchEnds when _incident.Phase is Phase.Watching && _incident.WatchQuestion == passed.Question: Verify(QuestionKind.Watch); break;
            case Deadline.StatusDue when _incident.Phase is not (Phase.Closed or Phase.Resolved):
                Say(Summary.Of(_incident));
                _effects.Add(new SetDeadline(Deadline.StatusDue, default, _incident.Now + (30 * Minute)));
                break;
            default: break;
        }
    }

    private void Watch()
    {
        _incident = _incident with { DownSince = null, Proposal = null, Task = null, LastQuestion = _incident.LastQuestion + 1 };
        _incident = _incident with { WatchQuestion = _incident.Id(_incident.LastQuestion) };
        Machine.Fire(Trigger.Watch);
    }

    private void Resolve()
    {
        _incident = _incident with { FollowUps = FollowUp.Of(_incident) };
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
            case OfferFlowing:
                Propose(ProposalKind.Flowing, null, "flowing", "Mail is flowing: watch, walk the article anyway, or close", null, ApprovalRule.OnCall, null, null);
                break;
            default: Escalate("The article has nothing more to offer."); break;
        }
    }

    private void ProposeStart(Person? askedBy) => Propose(
        ProposalKind.StartOnce, null, "start-once", $"Start {_incident.Runbook.Service} once and change nothing else", _incident.Runbook.StartOnce,
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

    private void Escalate(string why)
    {
        Withdraw("the incident was escalated");
        DropQuestions();
        Headline(why);
        _incident = _incident with { Proposal = null, Task = null };
        Machine.Fire(Trigger.Escalate);
    }

    private QuestionId Open(QuestionKind kind, IEnumerable<CheckOf> checks)
    {
        var number = _incident.LastQuestion + 1;
        var question = new OpenQuestion(kind, checks.Select((check, at) => KeyValuePair.Create(at + 1, check)).ToImmutableSortedDictionary());
        _incident = _incident with { LastQuestion = number, Questions = _incident.Questions.SetItem(number, question) };
        return _incident.Id(number);
    }

    /// <summary>Answers to anything but a run under way come too late from now on.</summary>
    private void DropQuestions() =>
        _incident = _incident with { Questions = _incident.Questions.Where(pair => pair.Value.Kind is QuestionKind.Act).ToImmutableSortedDictionary() };

    private void Forget(QuestionId question) => _incident = _incident with { Questions = _incident.Questions.Remove(question.Number) };

    private void Reopen(QuestionId question, QuestionKind kind) =>
        _incident = _incident with { Questions = _incident.Questions.SetItem(question.Number, OpenQuestion.For(kind)) };

    private void Show(CardKind card, QuestionId question, string? mention = null) => _effects.Add(new ShowCard(new PostKey(card, question), mention));

    private void Say(string text, string? mention = null) => _effects.Add(new Say(text, null, mention));
}

/// <summary>What moves an incident between phases.</summary>
internal enum Trigger
{
    Survey,
    Offer,
    Ask,
    Act,
    Search,
    Verify,
    Watch,
    Resolve,
    NeedPerson,
    Escalate,
    Close,
}
