using ImcBot.Contracts;
using ImcBot.Core.Runbooks;
using Stateless;
using Stateless.Reflection;

namespace ImcBot.Core.Incidents;

/// <summary>
/// Where one incident stands, and the only code that moves it. Facts in, effects out; no I/O, no clock, no randomness. A fact is learned
/// by its subject first; the guards look at what is known then and at the fact, and one that holds moves the incident. What no guard
/// holds for moves nothing.
/// </summary>
internal sealed class IncidentMachine
{
    /// <summary>What is allowed at more than one phase stands once, at one of these; no incident stands there itself.</summary>
    internal const Phase AnyOpen = (Phase)100,
        Running = (Phase)101,
        Proving = (Phase)102;

    /// <summary>Setting one up costs more than a fact does, and it knows nothing from one fact to the next.</summary>
    [ThreadStatic]
    private static IncidentMachine? s_machine;

    private readonly StateMachine<Phase, FactKind> _machine;
    private readonly StateMachine<Phase, FactKind>.TriggerWithParameters<Alerted> _alerted;
    private readonly StateMachine<Phase, FactKind>.TriggerWithParameters<QuestionId> _checked;
    private readonly StateMachine<Phase, FactKind>.TriggerWithParameters<Planned> _planned;
    private readonly StateMachine<Phase, FactKind>.TriggerWithParameters<Voted> _voted;
    private readonly StateMachine<Phase, FactKind>.TriggerWithParameters<Granted> _granted;
    private readonly StateMachine<Phase, FactKind>.TriggerWithParameters<Acted> _acted;
    private readonly StateMachine<Phase, FactKind>.TriggerWithParameters<Commanded> _commanded;
    private readonly StateMachine<Phase, FactKind>.TriggerWithParameters<DeadlinePassed> _passed;
    private Phase _phase;
    private Incident _before = null!;
    private Draft _draft;
    private Lazy<Next?> _next = null!;

    private IncidentMachine()
    {
        _machine = new(() => _phase, phase => _phase = phase, FiringMode.Immediate);
        _alerted = _machine.SetTriggerParameters<Alerted>(FactKind.Alerted);
        _checked = _machine.SetTriggerParameters<QuestionId>(FactKind.Checked);
        _planned = _machine.SetTriggerParameters<Planned>(FactKind.Planned);
        _voted = _machine.SetTriggerParameters<Voted>(FactKind.Voted);
        _granted = _machine.SetTriggerParameters<Granted>(FactKind.Granted);
        _acted = _machine.SetTriggerParameters<Acted>(FactKind.Acted);
        _commanded = _machine.SetTriggerParameters<Commanded>(FactKind.Commanded);
        _passed = _machine.SetTriggerParameters<DeadlinePassed>(FactKind.DeadlinePassed);
        _machine.OnUnhandledTrigger((_, _) => { });
        ConfigureAnyPhase();
        ConfigureWalk();
        ConfigureChanges();
        ConfigureEnds();
    }

    private Incident After => _draft.Incident;

    private bool IsOffered => _next.Value is Offered;

    private bool IsWanted => _next.Value is Wanted;

    private bool IsHandedOver => _next.Value is HandedOver;

    /// <summary>The incident as its first fact leaves it.</summary>
    public static Decision Open(Opened opened, Runbook written)
    {
        var machine = s_machine ??= new();
        machine._draft = Beginning.Of(opened, written);
        machine._phase = Phase.Opened;
        machine._machine.Fire(FactKind.Opened);
        return machine.Decided();
    }

    /// <summary>Takes one fact. Never throws for what people or relays send: what does not fit is declined with a sentence.</summary>
    public static Decision Handle(Incident incident, Fact fact)
    {
        incident = incident with { Now = fact.At, RelayHeardAt = Facts.IsFromRelay(fact) ? fact.At : incident.RelayHeardAt };
        return Facts.Refuse(incident, fact) is { } why
            ? new(fact is Refused ? incident with { Refusals = incident.Refusals + 1 } : incident, [], why)
            : (s_machine ??= new()).Take(incident, fact);
    }

    /// <summary>
    /// Parks an incident whose recorded decision today's code would not repeat: nothing is done until a person says resume.
    /// One that is closed stays closed.
    /// </summary>
    public static Decision Park(Incident incident, int entry, string what)
    {
        var parked = Tasks.Park(Draft.Of(incident), entry, what);
        return new(parked.Incident with { Phase = incident.IsOpen ? Phase.AwaitingPerson : incident.Phase }, parked.Effects, null);
    }

    /// <summary>How it is configured, for who draws it.</summary>
    internal static StateMachineInfo Info => new IncidentMachine()._machine.GetInfo();

    private Decision Take(Incident incident, Fact fact)
    {
        (_before, _phase, _draft) = (incident, incident.Phase, Facts.Learn(Draft.Of(incident), fact));
        _next = new(() => Facts.Follows(_before, After, fact), isThreadSafe: false);
        _draft = fact switch
        {
            Alerted alerted => Fire(_alerted, alerted),
            Checked told => Fire(_checked, told.Report.Run.Question),
            Planned planned => Fire(_planned, planned),
            Voted voted => Fire(_voted, voted),
            Granted granted => Fire(_granted, granted),
            Acted acted => Fire(_acted, acted),
            Commanded command => Fire(_commanded, command),
            // What has not answered in time counts as answered: it is unknown.
            DeadlinePassed { Deadline: Deadline.SurveyEnds } late => Fire(_checked, late.Question),
            DeadlinePassed passed => Fire(_passed, passed),
            _ => _draft,
        };
        _draft = Tasks.Settle(_draft, incident.Task);
        return Decided();
    }

    private Draft Fire<T>(StateMachine<Phase, FactKind>.TriggerWithParameters<T> kind, T fact)
    {
        _machine.Fire(kind, fact);
        return _draft;
    }

    private Decision Decided() => new(After with { Phase = _phase }, [.. _draft.Effects], null);

    private StateMachine<Phase, FactKind>.StateConfiguration In(Phase phase, Phase above = AnyOpen) =>
        _machine.Configure(phase).SubstateOf(above);

    /// <summary>From every open phase, the destination included: that Stateless takes only where it is said to be a re-entry.</summary>
    private void Anywhere<T>(StateMachine<Phase, FactKind>.TriggerWithParameters<T> kind, Phase to, Func<T, bool> guard, string description)
    {
        _machine.Configure(AnyOpen).PermitIf(kind, to, guard, description);
        if (to is not Phase.Closed)
        {
            _machine.Configure(to).PermitReentryIf(kind, guard, description);
        }
    }

    private void Do(Func<Draft, Draft> enter) => _draft = enter(_draft);

    private void AfterOverdue(Voted voted) => _draft = Votes.AfterOverdue(_draft, _before, voted);

    private bool MayBegin(QuestionId question, bool searches) => LiveApproval.MayBegin(After, question, searches);

    /// <summary>Whether it is told of the run that is under way, and not of an older one that a parked incident had left.</summary>
    private bool IsCurrent(Acted acted) => _before.Running.Last().Question == acted.Report.Run.Question;

    private bool GoesOn(Acted acted) => Runs.IsRound(_before, acted.Report) && LiveApproval.GoesOn(After);

    private bool IsVoided(Acted acted) => !Runs.IsRound(_before, acted.Report) && Runs.IsVoided(After, acted.Report.Run.Question);

    private bool HasEnded(QuestionId look) => Checks.Ended(_before, After, look) is QuestionKind.Verify or QuestionKind.Watch;

    /// <summary>What every open phase allows, and what more than one does.</summary>
    private void ConfigureAnyPhase()
    {
        Anywhere(
            _commanded,
            Phase.Closed,
            command => Control.Closes(_before, command),
            "a person closes it, twice while the service is down"
        );
        Anywhere(_commanded, Phase.Escalated, _ => IsHandedOver, "a person escalates, or nothing is left to offer");
        Anywhere(_commanded, Phase.AwaitingPerson, _ => IsWanted, "a person pauses, stops or takes over, or comes to work by hand");
        Anywhere(_commanded, Phase.Planning, _ => IsOffered, "a person asks for something, or passes over what is offered");
        Anywhere(_commanded, Phase.Surveying, command => Control.LooksAgain(_before, After, command), "a person asks to look again");
        Anywhere(
            _alerted,
            Phase.Surveying,
            alerted => Alerts.LooksAgain(_before, alerted.Alert),
            "down again, or up by other hands in the walk"
        );
        Anywhere(
            _alerted,
            Phase.Verifying,
            alerted => Alerts.IsBackWhileAsked(_before, alerted.Alert),
            "up by other hands while people are asked"
        );
        Anywhere(_passed, Phase.Planning, _ => IsOffered, "its time is over and something is offered next");
        Anywhere(_passed, Phase.AwaitingPerson, _ => IsWanted, "its time is over and only a person can go on");
        Anywhere(_passed, Phase.Escalated, _ => IsHandedOver, "its time is over and nothing is left to offer");

        In(Running)
            .PermitIf(
                _acted,
                Phase.Verifying,
                acted => IsCurrent(acted) && !GoesOn(acted) && !IsWanted && !IsVoided(acted),
                "the run or the search has ended"
            )
            .PermitIf(_acted, Phase.Surveying, acted => IsCurrent(acted) && IsVoided(acted), "nothing was done, something had changed")
            .PermitIf(_acted, Phase.AwaitingPerson, acted => IsCurrent(acted) && IsWanted, "nobody knows how far it came")
            .PermitIf(_granted, Phase.Planning, _ => IsOffered, "the approval has aged or is signed no more")
            .PermitIf(
                _commanded,
                Phase.Verifying,
                command => Control.GivesUpHung(_before, After, command),
                "a person gives up a run that hung"
            );

        In(Proving)
            .PermitIf(_checked, Phase.Surveying, look => HasEnded(look) && Checks.Wrong(After) is not null, "it is not healthy")
            .PermitIf(_checked, Phase.AwaitingPerson, _ => IsWanted, "whether it is healthy is not known");
    }

    /// <summary>Read-only questions first: the whole article at once.</summary>
    private void ConfigureWalk()
    {
        In(Phase.Opened).Permit(FactKind.Opened, Phase.Surveying);
        In(Phase.Surveying)
            .OnEntry(() => Do(Surveying.Survey), "ask every check")
            .PermitIf(_checked, Phase.Planning, _ => IsOffered, "every check has answered and something is offered")
            .PermitIf(_checked, Phase.AwaitingPerson, _ => IsWanted, "every check has answered and only a person can go on")
            .PermitIf(_checked, Phase.Escalated, _ => IsHandedOver, "every check has answered and nothing is left to offer");
        In(Phase.Planning)
            .OnEntry(() => Do(draft => Offering.Put(draft, ((Offered)_next.Value!).Proposal)), "plan what is next and offer it")
            .OnEntryFrom(_voted, AfterOverdue, "ask again what was approved too late")
            .PermitIf(_planned, Phase.AwaitingApproval, _ => Asking.IsAskedFor(After), "it is planned and asked for")
            .PermitIf(
                _planned,
                Phase.Acting,
                planned => MayBegin(planned.Report.Run.Question, searches: false),
                "the aged approval stands for the same plan"
            )
            .PermitIf(
                _planned,
                Phase.Searching,
                planned => MayBegin(planned.Report.Run.Question, searches: true),
                "the aged approval stands for the same search"
            )
            .PermitReentryIf(_planned, _ => IsOffered, "it is not possible, or to be asked anew, and something is offered")
            .PermitIf(_planned, Phase.AwaitingPerson, _ => IsWanted, "it is not possible and only a person can go on")
            .PermitIf(_planned, Phase.Escalated, _ => IsHandedOver, "it is not possible and nothing is left to offer")
            .PermitIf(_commanded, Phase.AwaitingApproval, _ => Asking.IsAskedFor(After), "a person asks for what is planned")
            .PermitIf(
                _commanded,
                Phase.Verifying,
                command => command.Verb is CommandVerb.Watch,
                "the service runs and a person lets it be watched"
            )
            .PermitIf(_voted, Phase.AwaitingApproval, _ => Asking.IsAskedFor(After), "a late yes for what is planned again");
    }

    /// <summary>One way in to acting: a live approval. One way out: a look at what it did.</summary>
    private void ConfigureChanges()
    {
        In(Phase.AwaitingApproval)
            .OnEntry(() => Do(Asking.Put), "ask the approvers")
            .PermitIf(
                _voted,
                Phase.Acting,
                vote => MayBegin(vote.Question, searches: false),
                "approved, exactly this plan, by its rule, in time"
            )
            .PermitIf(
                _voted,
                Phase.Searching,
                vote => MayBegin(vote.Question, searches: true),
                "approved, exactly this search, by its rule, in time"
            )
            .PermitIf(_voted, Phase.Planning, _ => IsOffered, "refused or too late, and something is offered next")
            .PermitIf(_voted, Phase.AwaitingPerson, _ => IsWanted, "refused or too late, and only a person can go on")
            .PermitIf(_voted, Phase.Escalated, _ => IsHandedOver, "refused for good, or nothing is left to offer");
        In(Phase.Acting, Running).OnEntry(() => Do(Runs.Begin), "run the approved plan");
        In(Phase.Searching, Running)
            .OnEntry(() => Do(SearchTurns.Run), "run the next round under the same grant")
            .PermitReentryIf(_acted, acted => GoesOn(acted), "the search has not ended and its approved budget is left");
    }

    private void ConfigureEnds()
    {
        In(Phase.Verifying, Proving)
            .OnEntry(() => Do(draft => Surveying.Verify(draft, QuestionKind.Verify)), "ask the runbook's verification")
            .PermitIf(_checked, Phase.Watching, look => HasEnded(look) && Checks.IsHealthy(After), "it is healthy");
        In(Phase.Watching, Proving)
            .OnEntry(() => Do(Watching.Begin), "watch that it works")
            .PermitIf(_checked, Phase.Resolved, look => HasEnded(look) && Checks.IsHealthy(After), "it is healthy after the watch");
        In(Phase.AwaitingPerson)
            .OnEntry(() => Do(draft => Tasks.Put(draft, (Wanted)_next.Value!)), "ask a person")
            .OnEntryFrom(_voted, AfterOverdue, "tell who approved too late")
            .PermitIf(
                _commanded,
                Phase.Searching,
                _ => SearchTurns.IsMended(_before, After) && LiveApproval.GoesOn(After),
                "a person takes up a search that broke off, within its approval"
            );
        In(Phase.Resolved)
            .OnEntry(() => Do(Watching.Resolve), "tell the all-clear and what is left")
            .OnExit(() => Do(Watching.EndAllClear), "the all-clear is over");
        In(Phase.Escalated)
            .OnEntry(() => Do(draft => Tasks.HandOver(draft, ((HandedOver)_next.Value!).Why)), "hand over to people")
            .OnEntryFrom(_voted, AfterOverdue, "tell who approved too late");
        _machine.Configure(Phase.Closed).OnEntry(() => Do(Tasks.Close), "close the thread");
    }
}
