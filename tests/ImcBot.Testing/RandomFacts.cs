using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;

namespace ImcBot.Testing;

/// <summary>
/// Tells an incident facts nobody would make up: answers twice, late and out of order, votes by anyone on anything, commands in every
/// phase, deadlines that passed long ago. Every choice comes from one seed.
/// </summary>
internal sealed class RandomFacts
{
    private static readonly Person[] People =
    [
        Some.Responder,
        Some.OnCall,
        Some.Lead,
        Some.Person("11111111-0000-0000-0000-000000000009", "Guest"),
    ];

    private static readonly string[] Arguments =
    [
        "",
        "1",
        "7/4",
        "rubbish",
        "#2",
        "return 0",
        "return all anyway",
        "return 3 because the patient asked",
        "delete 1 too old to be of use",
        "headers 2",
        "1 done",
        "2 @name 2001-12-31",
        "jsonl",
        "threads",
    ];

    /// <summary>What people say once a search has ended.</summary>
    private static readonly CommandVerb[] GoingOn =
    [
        CommandVerb.GoOn,
        CommandVerb.Ask,
        CommandVerb.Retry,
        CommandVerb.Resume,
        CommandVerb.Undo,
        CommandVerb.Stop,
    ];

    private readonly int _seed;
    private readonly Random _chance;
    private readonly Rehearsal _sample = new();
    private readonly List<Effect> _asked = [];
    private readonly FakeSpool _spool;
    private long _now = Some.Start;
    private int _next;

    public RandomFacts(int seed)
    {
        (_seed, _chance) = (seed, new Random(seed));
        _spool = new FakeSpool(_chance.Next(0, 40), Enumerable.Range(0, 40).Where(_ => _chance.Next(12) == 0).ToHashSet());
        Opening = Some.Opened(quiet: _chance.Next(8) == 0);
        Take(IncidentMachine.Open(Opening, Some.Runbook));
    }

    public Incident Incident { get; private set; } = null!;

    public Opened Opening { get; }

    public List<Fact> Facts { get; } = [];

    public List<Decision> Decisions { get; } = [];

    public Decision Step()
    {
        // Now and then nothing comes for longer than a request or an approval stands, not even its deadline.
        _now += (_chance.Next(30) == 0 ? _chance.Next(600, 2_400) : _chance.Next(1, 90)) * 1_000_000L;
        var fact = Next();
        Facts.Add(fact);
        return Take(IncidentMachine.Handle(Incident, fact));
    }

    /// <summary>Forgets the incident and folds it again from its facts, as a bot does that starts anew.</summary>
    public void Restart() =>
        Incident = Facts.Aggregate(
            IncidentMachine.Open(Some.Opened(Decisions[0].Incident.Quiet), Some.Runbook).Incident,
            (incident, fact) => IncidentMachine.Handle(incident, fact).Incident
        );

    /// <summary>Every second seed is calm: mostly the newest questions are answered, and mostly well, so that incidents also end.</summary>
    private bool IsCalm => _seed % 2 == 0 && _chance.Next(8) > 0;

    private Fact Next() =>
        _chance.Next(4) == 0 && Late() is { } late ? late
        : IsCalm ? Calm()
        : Wild();

    /// <summary>
    /// What is often done too late: a search that broke off is taken up again, the relay comes for what was approved. Null when nothing of
    /// that waits.
    /// </summary>
    private Fact? Late()
    {
        var (search, approved) = (Incident.Search, Incident.Requests.LastOrDefault(request => request.State is not ChangeState.Asked));
        if (search is { End: null, IsBroken: true } && Incident.Phase is Phase.AwaitingPerson)
        {
            _now += _chance.Next(0, 2) * search.Grant.Minutes * 60_000_000L;
            return new Commanded(_now, CommandVerb.Retry, Some.OnCall, null, "");
        }

        if (approved is { IsRunning: true, GrantedAt: null })
        {
            _now += _chance.Next(0, 40) * 60_000_000L;
            return new Granted(_now, approved.Question, [.. approved.Votes.Select(vote => vote.By)], 600_000_000);
        }

        return null;
    }

    private Fact Calm() =>
        Incident switch
        {
            { Phase: Phase.Planning, Proposal: { State: ChangeState.Planned } or { Remedy: null } } => new Commanded(
                _now,
                Incident.Proposal.Remedy is null ? CommandVerb.Watch : CommandVerb.Ask,
                Some.Responder,
                null,
                ""
            ),
            { Request: { } request } => new Voted(_now, request.Question, Some.Lead, Core.Incidents.Answer.Approve, ""),
            { Phase: Phase.Watching } when Incident.Questions.IsEmpty => new DeadlinePassed(
                _now,
                Deadline.WatchEnds,
                Incident.WatchQuestion
            ),
            { Phase: Phase.AwaitingPerson } => new Commanded(_now, CommandVerb.Retry, Some.OnCall, null, ""),
            { Phase: Phase.Resolved or Phase.Escalated } => Wild(),
            _ => Answer(_asked[_next < _asked.Count ? _next++ : ^1]),
        };

    private Fact Wild() =>
        _chance.Next(20) switch
        {
            < 9 => Answer(_chance.Next(4) == 0 ? Any(_asked) : _asked[^1]),
            < 11 => new Voted(
                _now,
                Question(),
                Any(People),
                Any(Enum.GetValues<Answer>()[1..]),
                Any(["why", "nobody else can be reached"])
            ),
            < 12 when Incident.Request is { } request => new Voted(_now, request.Question, Some.Lead, Core.Incidents.Answer.Approve, ""),
            < 14 => new Commanded(_now, Incident.Search?.End is null ? CommandVerb.Ask : Any(GoingOn), Any(People), null, ""),
            < 16 => new Commanded(
                _now,
                Any(Enum.GetValues<CommandVerb>()),
                Any(People),
                _chance.Next(3) == 0 ? Question() : null,
                Any(Arguments),
                Any(People)
            ),
            < 18 => new DeadlinePassed(_now, Any(Enum.GetValues<Deadline>()), Question()),
            18 => new Alerted(
                _now,
                _chance.Next(3) == 0
                    ? new HostAlert(Some.Host, "MSExchangeIMC", true, false, [], _now)
                    : Some.Alert(_chance.Next(2) == 0, Any([4102, 4116, 4117, 4182, 4018]))
            ),
            _ => _chance.Next(14) switch
            {
                5 => new Noted(_now, Any(People), "said in the thread", _chance.Next(2) == 0, Message: "m1"),
                6 => new Refused(_now, "somebody", "approve 7/4", "not from here"),
                7 => new Paged(_now, _chance.Next(1, 5), _chance.Next(2) == 0, "no answer"),
                8 => new Acknowledged(_now, _chance.Next(1, 5), "the phone"),
                9 => new ChannelChanged(_now, _chance.Next(2) == 0, "an owner of the team"),
                10 => new RosterChanged(
                    _now,
                    new DutyRoster(
                        new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
                        {
                            [Role.OnCall] = [Any(People).Id],
                            [Role.Lead] = [Some.Lead.Id],
                        }
                    )
                ),
                11 => new Granted(
                    _now,
                    Question(),
                    [
                        .. (Incident.Requests.LastOrDefault(request => request.State is not ChangeState.Asked)?.Votes ?? []).Select(vote =>
                            _chance.Next(4) == 0 ? vote.By with { Roles = [] } : vote.By
                        ),
                    ],
                    600_000_000
                ),
                13 => new Queued(_now, Question(), _chance.Next(3) == 0 ? new(8) : new(8, new(8, 1))),
                12 => new Unposted(_now, new PostKey(CardKind.Approval, Question()), "refused"),
                4 => new Unsaid(_now, _chance.Next(1, 9), _chance.Next(2) == 0),
                0 => new RelaySilent(_now),
                1 => new RelayHeard(_now),
                2 => new Gathered(_now, Any([7, 9]), Any([7, 8])),
                _ => new Introduced(_now, Some.Profile),
            },
        };

    private Fact Answer(Effect asked) =>
        asked switch
        {
            RunCheck run when _seed % 4 == 0 => new Checked(
                _now,
                Report(run.Run, JobKind.Check) with
                {
                    Verdict = OneBadMessage(run.Check),
                }
            ),
            RunCheck run => new Checked(_now, Report(run.Run, JobKind.Check)),
            MakePlan make => new Planned(_now, Report(make.Run, JobKind.Plan) with { Plan = PlanBytes(make) }),
            RunAction act => new Acted(
                _now,
                Report(act.Run, JobKind.Act) with
                {
                    Round = act.Order is null || _chance.Next(9) == 0 ? null : _spool.Take(act),
                }
            ),
            _ => new RelayHeard(_now),
        };

    /// <summary>Every fourth server has a bad message and stays down until a search has ended.</summary>
    private Verdict OneBadMessage(Call check) =>
        check.Use is "mail.suspects" || (check.Use is "service.running" && Incident.Search?.End is null) ? Verdict.Finding : Verdict.Clear;

    private byte[]? PlanBytes(MakePlan make) =>
        _chance.Next(_seed % 2 == 0 ? 40 : 8) switch
        {
            0 => null,
            1 => "{"u8.ToArray(),
            2 => _sample.BytesOf(new QuestionId(99, 1), make.Remedy),
            _ => _sample.BytesOf(make.Run.Question, make.Remedy),
        };

    private Report Report(RunId run, JobKind kind)
    {
        var data = new Dictionary<string, string>(StringComparer.Ordinal) { ["starts"] = "1", ["crashes"] = Any(["0", "1", "many"]) };
        if (_chance.Next(20) == 0)
        {
            data["voided"] = "something changed";
        }

        var verdict = _chance.Next(_seed % 2 == 0 ? 15 : 3) == 0 ? Any(Enum.GetValues<Verdict>()) : Verdict.Clear;
        return new(run, kind, verdict, "told", data, _now);
    }

    private QuestionId Question() => new(7, _chance.Next(1, Incident.LastQuestion + 2));

    private T Any<T>(IReadOnlyList<T> choices) => choices[_chance.Next(choices.Count)];

    private Decision Take(Decision decision)
    {
        Incident = decision.Incident;
        Decisions.Add(decision);
        _asked.AddRange(decision.Effects.Where(effect => effect is RunCheck or MakePlan or RunAction));
        return decision;
    }
}
