using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Core.Isolation;
using ImcBot.Core.Runbooks;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Products.Exchange;
using ImcBot.Relay.Tests.Fakes;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>
/// Bot and relay together: the incident machine asks, the real relay plans, checks the grant and acts on a server in memory.
/// </summary>
public sealed class A_spent_search_is_extended : IDisposable
{
    private readonly Bench _bench = new();
    private readonly Queue<Effect> _work = new();
    private readonly List<Effect> _effects = [];
    private Incident _incident;
    private long _now = Some.Start;

    public A_spent_search_is_extended()
    {
        var opened = Some.Opened();
        _incident = IncidentMachine.Open(opened, Some.Runbook).Incident;
    }

    private FakeServer Server => _bench.Server;

    private Search Search => _incident.Search!;

    [Theory]
    [InlineData(3, 9, 90, "StartsSpent")]
    [InlineData(20, 1, 90, "CrashesSpent")]
    public async Task A_spent_budget_ends_in_safe_rest_asks_and_an_approver_extends_it_in_the_channel(
        int starts,
        int crashes,
        int minutes,
        string reason
    )
    {
        var why = Enum.Parse<SearchEndReason>(reason);
        Fill(40, bad: [29]);
        Budget(new SearchLimits(starts, crashes, minutes));
        await ApprovedAsync();

        var spent = Search;
        Assert.Equal(why, spent.End!.Reason);
        Assert.Equal(ServiceState.Running, Server.State(FakeServer.Imc));
        Assert.Equal(spent.Held.Count, Server.Names(@"D:\ImcBotHold\INC-7\in").Count());
        var said = Assert.Single(_effects.OfType<Say>(), say => say.Text.Value!.Contains("What now?", StringComparison.Ordinal));
        Assert.Contains("used up", said.Text.Value);
        Assert.Contains("'go-on' asks for", said.Text.Value);
        var learned = spent.State!.Failures.Count;

        var extensions = 0;
        for (; Search.End!.Reason == why && extensions < 12; extensions++)
        {
            await TellAsync(at => new Commanded(at, CommandVerb.GoOn, Some.Responder, null, ""));
            Assert.NotNull(_incident.Request);
            Assert.Contains("go on with the search of", Plan.FromBytes(_incident.Request!.Plan).Effects[0].Does);
            await TellAsync(at => new Voted(at, _incident.Request!.Question, Some.OnCall, Answer.Approve, ""));
        }

        Assert.True(extensions > 0);
        Assert.Equal(SearchEndReason.Separated, Search.End.Reason);
        Assert.Equal(IndexSet.Of(29), Search.Held);
        Assert.Equal(39, Server.Delivered.Distinct().Count());
        Assert.Equal(39, Server.Delivered.Count);
        Assert.Equal(spent.Question, Search.HeldBy);
        Assert.NotEqual(spent.Question, Search.Question);
        Assert.True(Search.State!.Failures.Count >= learned, "what was learned is kept");
        Assert.Single(_incident.Holding);
    }

    [Fact]
    public async Task Without_an_approval_nothing_goes_on()
    {
        Fill(40, bad: [29]);
        Budget(new SearchLimits(3, 9, 90));
        await ApprovedAsync();
        var runs = _effects.OfType<RunAction>().Count();

        await TellAsync(at => new Commanded(at, CommandVerb.GoOn, Some.Responder, null, ""));
        await TellAsync(at => new Voted(at, _incident.Request!.Question, Some.OnCall, Answer.DenyNext, "not tonight"));

        Assert.Equal(runs, _effects.OfType<RunAction>().Count());
        Assert.Equal(SearchEndReason.StartsSpent, Search.End!.Reason);
        Assert.Equal(ServiceState.Running, Server.State(FakeServer.Imc));
    }

    [Fact]
    public async Task Undo_of_an_extended_search_puts_back_what_the_first_one_held()
    {
        Fill(40, bad: [29]);
        Budget(new SearchLimits(3, 9, 90));
        await ApprovedAsync();
        await TellAsync(at => new Commanded(at, CommandVerb.GoOn, Some.Responder, null, ""));
        await TellAsync(at => new Voted(at, _incident.Request!.Question, Some.OnCall, Answer.Approve, ""));
        var held = Search.Held.Count;

        await TellAsync(at => new Commanded(at, CommandVerb.Undo, Some.Responder, null, Search.Question.Number.ToString()));
        Assert.Equal(Search.HeldBy, Plan.FromBytes(_incident.Request!.Plan).Remedy.UndoOf);

        Assert.True(held > 0);
        Assert.Equal(held, Server.Names(@"D:\ImcBotHold\INC-7\in").Count());
    }

    [Fact]
    public async Task A_service_that_hangs_in_the_middle_has_the_end_of_its_process_asked_and_then_the_search_goes_on()
    {
        Fill(40, bad: [29]);
        Budget(new SearchLimits(20, 9, 90));
        Server.Changing = what =>
        {
            if (what == "stop MSExchangeIMC" && Server.Names(@"D:\ImcBotHold\INC-7\in").Any())
            {
                Server.Changing = null;
                Server.StopHangs = true;
            }
        };
        await ApprovedAsync();

        Assert.Equal(SearchEndReason.Wedged, Search.End!.Reason);
        Assert.Equal(Walk.EndWedged, _incident.Proposal!.Offer);
        Assert.Equal(ServiceState.StopPending, Server.State(FakeServer.Imc));
        Assert.Contains(_effects.OfType<Say>(), say => say.Text.Value!.Contains("ending the process", StringComparison.Ordinal));
        Server.StopHangs = false;
        await TellAsync(at => new Commanded(at, CommandVerb.Ask, Some.Responder, null, ""));
        await TellAsync(at => new Voted(at, _incident.Request!.Question, Some.OnCall, Answer.Approve, ""));

        Assert.NotEqual(SearchEndReason.Wedged, Search.End!.Reason);
        Assert.True(Search.Held.Contains(29));
        Assert.True(Server.Delivered.Count >= 30);
        Assert.Equal(ServiceState.Running, Server.State(FakeServer.Imc));
    }

    [Fact]
    public async Task A_service_that_hangs_before_the_hold_is_ended_and_searched_with_one_approval()
    {
        Fill(10, bad: [3]);
        Server.SetState(FakeServer.Store, ServiceState.Running);
        Server.SetState(FakeServer.Imc, ServiceState.StopPending);
        await ApprovedAsync();

        Assert.Equal(Walk.EndWedged, _incident.Proposal!.Offer);
        Assert.Equal(10, Server.Names(FakeServer.In).Count());
        await TellAsync(at => new Commanded(at, CommandVerb.Ask, Some.Responder, null, ""));
        await TellAsync(at => new Voted(at, _incident.Request!.Question, Some.OnCall, Answer.Approve, ""));

        Assert.Equal(ServiceState.Running, Server.State(FakeServer.Imc));
        Assert.Null(_incident.Wedged);
        Assert.True(Search.Held.Contains(3));
        Assert.Equal(2, _incident.Requests.Count());
    }

    [Fact]
    public async Task Mail_that_keeps_arriving_is_paused_and_the_search_brought_to_its_end_with_one_approval()
    {
        Fill(10, bad: []);
        Budget(new SearchLimits(6, 6, 90));
        var poison = 0;
        Server.Changing = what =>
        {
            if (what == "start MSExchangeIMC" && Server.Mode is TransferMode.InboundAndOutbound)
            {
                Server.Put($@"{FakeServer.In}\POISON{++poison:00}", "BAD");
            }
        };
        await ApprovedAsync();
        Assert.Equal("pause-inbound", _incident.Proposal!.Offer);
        Assert.NotEqual(ServiceState.Running, Server.State(FakeServer.Imc));

        await TellAsync(at => new Commanded(at, CommandVerb.Ask, Some.Responder, null, ""));
        await TellAsync(at => new Voted(at, _incident.Request!.Question, Some.OnCall, Answer.Approve, ""));

        Assert.Equal(ServiceState.Running, Server.State(FakeServer.Imc));
        Assert.Equal(TransferMode.OutboundOnly, Server.Mode);
        Assert.Equal(10, Server.Delivered.Distinct().Count());
        Assert.Contains(FollowUp.Of(_incident), item => item.Change == Search.Question);
    }

    [Fact]
    public async Task A_message_that_comes_after_a_search_has_ended_well_is_held_by_the_pause_and_the_rest_of_the_search()
    {
        Fill(10, bad: []);
        Budget(new SearchLimits(6, 6, 90));
        var starts = 0;
        Server.Changing = what =>
        {
            if (what == "start MSExchangeIMC" && ++starts == 2)
            {
                Server.Put($@"{FakeServer.In}\POISON01", "BAD");
            }
        };
        await ApprovedAsync();
        Assert.Equal((SearchEndReason.Separated, Phase.Watching), (Search.End!.Reason, _incident.Phase));
        Assert.True(Search.End.PauseInbound);

        Server.Put($@"{FakeServer.In}\POISON02", "BAD");
        Server.Write("MSExchangeIS", 1000);
        Server.Write(FakeServer.Imc, 4182, "POISON02");
        Server.Write(FakeServer.Imc, 4102);
        Server.SetState(FakeServer.Imc, ServiceState.Stopped);
        await TellAsync(at => new Alerted(at, Some.Alert(false, 4102)));
        Assert.Equal("pause-inbound", _incident.Proposal!.Offer);
        await TellAsync(at => new Commanded(at, CommandVerb.Ask, Some.Responder, null, ""));
        await TellAsync(at => new Voted(at, _incident.Request!.Question, Some.OnCall, Answer.Approve, ""));

        Assert.Equal(ServiceState.Running, Server.State(FakeServer.Imc));
        Assert.Equal(TransferMode.OutboundOnly, Server.Mode);
        Assert.Equal(10, Server.Delivered.Distinct().Count());
        Assert.Equal(["POISON01", "POISON02"], Server.Names(@"D:\ImcBotHold\INC-7\in").Order(StringComparer.Ordinal));
        Assert.Contains(FollowUp.Of(_incident), item => item.Change == Search.Question);
    }

    public void Dispose() => _bench.Dispose();

    private void Fill(int count, int[] bad)
    {
        for (var index = 0; index < count; index++)
        {
            Server.Put($@"{FakeServer.In}\MSG{index:00000}", bad.Contains(index) ? "BAD" : "good");
        }

        Server.Write(FakeServer.Imc, 4102);
        Server.SetState(FakeServer.Imc, ServiceState.Stopped);
        Server.SetState(FakeServer.Store, ServiceState.Stopped);
    }

    private void Budget(SearchLimits limits) =>
        _incident = _incident with
        {
            Runbook = _incident.Runbook with
            {
                Steps =
                [
                    .. _incident.Runbook.Steps.Select(step =>
                        step with
                        {
                            Offers = [.. step.Offers.Select(offer => offer.Search is null ? offer : Limited(offer, limits))],
                        }
                    ),
                ],
            },
        };

    private static Offer Limited(Offer offer, SearchLimits limits) =>
        offer with
        {
            Search = limits,
            Remedy = offer.Remedy! with
            {
                Rungs =
                [
                    Call.To(
                        "mail.search",
                        ("starts", $"{limits.Starts}"),
                        ("store-crashes", $"{limits.Crashes}"),
                        ("minutes", $"{limits.Minutes}")
                    ),
                ],
            },
        };

    /// <summary>Offers the search, has it approved, and carries out all that follows.</summary>
    private async Task ApprovedAsync()
    {
        _incident = _incident with
        {
            Relay = Bench.RelayId,
            Host = "EXCH01",
            Phase = Phase.Escalated,
            Questions = _incident.Questions.Clear(),
        };
        var offer = _incident.Runbook.Find("message")!.Offers[0];
        _incident = _incident with
        {
            Phase = Phase.Planning,
            LastQuestion = 3,
            Changes =
            [
                new(new QuestionId(7, 3), ChangeKind.Remedy, "message", offer.Name)
                {
                    Does = offer.Does,
                    Remedy = offer.Remedy,
                    Approval = offer.Approval,
                    Search = offer.Search,
                    AskedBy = Some.Responder,
                },
            ],
        };
        _work.Enqueue(new MakePlan(new RunId(new QuestionId(7, 3), 1), offer.Remedy!));
        await WorkAsync();
        await TellAsync(at => new Voted(at, _incident.Request!.Question, Some.OnCall, Answer.Approve, ""));
    }

    private async Task TellAsync(Func<long, Fact> fact)
    {
        Take(fact);
        await WorkAsync();
    }

    private void Take(Func<long, Fact> fact)
    {
        var decision = IncidentMachine.Handle(_incident, fact(_now += 1_000_000));
        Assert.True(decision.Declined is null, decision.Declined);
        _incident = decision.Incident;
        _effects.AddRange(decision.Effects);
        foreach (var effect in decision.Effects)
        {
            _work.Enqueue(effect);
        }
    }

    /// <summary>The relay answers until it owes nothing.</summary>
    private async Task WorkAsync()
    {
        while (_work.TryDequeue(out var effect))
        {
            switch (effect)
            {
                case MakePlan make:
                    var (plan, digest) = await _bench.PlanAsync(make.Remedy, make.Run.Question);
                    Take(at => new Planned(
                        at,
                        new Report(make.Run, JobKind.Plan, Verdict.Clear, "planned", NoData, at) { Plan = Plan.ToBytes(plan) }
                    ));
                    Assert.Equal(digest, ContentDigest.Of(Plan.ToBytes(plan)));
                    break;
                case RunAction act:
                    var report = await _bench.RunAsync(act.Run, act.Plan, Impact.Disruptive, act.Order);
                    Take(at => new Acted(at, report));
                    break;
                case RunCheck check when _incident.Questions.ContainsKey(check.Run.Question.Number):
                    var call = await PathNames.ResolveAsync(_bench.Site, check.Check, CancellationToken.None);
                    var found = await _bench.Actions.Checks[call.Use].CheckAsync(call, _bench.Site, CancellationToken.None);
                    Take(at => new Checked(at, new Report(check.Run, JobKind.Check, found.Verdict, found.Summary, found.Data, at)));
                    break;
                default:
                    break;
            }
        }
    }

    private static readonly Dictionary<string, string> NoData = new(StringComparer.Ordinal);
}
