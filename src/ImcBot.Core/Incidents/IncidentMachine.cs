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
    private const long OwnersPause = 10 * Minute, SeenPause = 15 * Minute, CloseAgain = 10 * Minute;

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
            .Permit(Trigger.Act, Phase.Acting)
            .Permit(Trigger.Search, Phase.Searching)
            .Permit(Trigger.Watch, Phase.Watching);

        // One way in to acting: an approval. One way out: a look at what it did.
        Live(machine, Phase.AwaitingApproval).OnEntry(AddRequest, "ask the approvers")
            .Permit(Trigger.Act, Phase.Acting)
            .Permit(Trigger.Search, Phase.Searching)
            .Permit(Trigger.Offer, Phase.Planning)
            .Permit(Trigger.Survey, Phase.Surveying)
            .Permit(Trigger.Verify, Phase.Verifying);
        Live(machine, Phase.Acting).OnEntry(AddRun, "run the approved plan")
            .Permit(Trigger.Offer, Phase.Planning)
            .Permit(Trigger.Search, Phase.Searching)
            .Permit(Trigger.Verify, Phase.Verifying)
            .Permit(Trigger.Survey, Phase.Surveying);
        Live(machine, Phase.Searching).OnEntry(AddRound, "run the next round under the same grant")
            .PermitReentry(Trigger.Search)
            .Permit(Trigger.Offer, Phase.Planning)
            .Permit(Trigger.Survey, Phase.Surveying)
            .Permit(Trigger.Verify, Phase.Verifying);

        Live(machine, Phase.Verifying).OnEntry(AddChecks, "ask the runbook's verification")
            .PermitReentry(Trigger.Verify)
            .Permit(Trigger.Survey, Phase.Surveying)
            .Permit(Trigger.Watch, Phase.Watching);
        Live(machine, Phase.Watching).OnEntry(AddWatch, "watch that it works")
            .Permit(Trigger.Survey, Phase.Surveying)
            .Permit(Trigger.Search, Phase.Searching)
            .Permit(Trigger.Offer, Phase.Planning)
            .Permit(Trigger.Resolve, Phase.Resolved);

        Live(machine, Phase.AwaitingPerson).OnEntry(AddTask, "ask a person")
            .PermitReentry(Trigger.NeedPerson)
            .Permit(Trigger.Survey, Phase.Surveying)
            .Permit(Trigger.Verify, Phase.Verifying)
            .Permit(Trigger.Search, Phase.Searching)
            .Permit(Trigger.Offer, Phase.Planning);
        Live(machine, Phase.Resolved).OnEntry(AddResolution, "tell the all-clear and what is left")
            .OnExit(() => Show(CardKind.Resolved, _incident.WatchQuestion), "the all-clear is over")
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
    public static Decision Open(Opened opened, Runbook written)
    {
        var runbook = opened.Subject is { } subject ? written.For(subject) : written;
        var incident = new Incident
        {
            Number = opened.Number, Host = opened.Host, SubjectName = opened.Subject?.Name, IsOneOfSeveral = opened.IsOneOfSeveral, Relay = opened.Relay, Runbook = runbook, Profile = opened.Profile, Seed = opened.Seed,
            Quiet = opened.Quiet, OpenedAt = opened.At, Now = opened.At, RelayHeardAt = opened.At, Owner = opened.By, Roster = opened.Roster,
            DownSince = opened.Quiet || opened.Alert is null ? null : opened.Alert is { Events: [], Outage: null } ? opened.At : opened.Alert.Since,
            Events = opened.Alert is null ? [] : [.. opened.Alert.Events], ProfileAssumed = opened.ProfileAssumed,
        };
        incident = incident with { FirstDown = incident.DownSince };
        var machine = new IncidentMachine(incident);
        if (opened.Gathering is { } gathering)
        {
            machine.OpenAmong(gathering);
        }
        else
        {
            machine.Show(CardKind.Incident, default, opened.Quiet ? null : Role.OnCall);
            if (!opened.Quiet)
            {
                machine.Alarm(Role.OnCall, $"{incident.Label}: {runbook.Title}");
            }

            machine.TellNobodyOnCall();
        }

        machine._effects.Add(new SetDeadline(Deadline.StatusDue, default, opened.At + (30 * Minute)));
        machine.Survey();
        return machine.Decided();
    }

    /// <summary>Parks an incident whose recorded decision today's code would not repeat: nothing is done until a person says resume. One that is closed stays closed.</summary>
    public static Decision Park(Incident incident, int entry, string what)
    {
        var machine = new IncidentMachine(incident);
        if (!incident.IsOpen)
        {
            machine.Say($"Entry {entry} of the journal was decided differently when it was written ({what}). {incident.Name} is closed and stays as it was recorded.");
            return machine.Decided();
        }

        machine.NeedPerson(PersonTaskKind.Diverged,
            $"Entry {entry} of the journal was decided differently when it was written ({what}). Nothing is done until somebody looks and says 'resume'.");
        machine.SettleTask(incident.Task);
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
        _incident = incident with { Now = fact.At, RelayHeardAt = IsFromRelay(fact) ? fact.At : incident.RelayHeardAt };
        _effects.Clear();
        _declined = null;
        switch (fact)
        {
            case Alerted alerted: OnAlerted(alerted); break;
            case Checked @checked: OnChecked(@checked.Report); break;
            case Planned planned: OnPlanned(planned.Report); break;
            case Acted acted: OnActed(acted.Report); break;
            case Granted granted: OnGranted(granted); break;
            case Queued queued: OnQueued(queued); break;
            case Unposted unposted: OnUnposted(unposted); break;
            case Voted voted: OnVoted(voted); break;
            case Commanded commanded: OnCommanded(commanded); break;
            case DeadlinePassed passed: OnDeadline(passed); break;
            case RelaySilent gone: OnRelay(silent: true, gone.HeardAt); break;
            case RelayHeard: OnRelay(silent: false, null); break;
            case Posted posted: OnPosted(posted); break;
            case RosterChanged changed: OnRoster(changed.Roster); break;
            case ClockSet set: OnClockSet(set); break;
            case Paged paged: OnPaged(paged); break;
            case Acknowledged seen: OnAcknowledged(seen); break;
            case Refused refused: OnRefused(refused); break;
            case Gathered gathered: OnGathered(gathered); break;
            case Introduced introduced: OnIntroduced(introduced.Profile); break;
            case ChannelChanged changed: OnChannel(changed); break;
            case Unsaid unsaid: _effects.Add(new Redact(unsaid.Entry)); break;
            case Noted: break;
            default: Decline($"A '{fact.GetType().Name}' cannot happen to an open incident."); break;
        }

        SettleTask(incident.Task);
        return Decided();
    }

    private static bool IsFromRelay(Fact fact) => fact is Alerted or Checked or Planned or Acted or Introduced or RelayHeard;

    private static Incident Blank => new()
    {
        Number = 1, Host = "", Relay = "", Profile = HostProfile.Patient, Seed = 0, Runbook = new("", "", "", [], [], [], ""),
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
