using System.Globalization;
using CsCheck;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Core.Tests.Incidents;

/// <summary>Holds for any sequence of facts. The whole campaign: <c>IMCBOT_SEQUENCES=100000 dotnet test tests/ImcBot.Core.Tests</c>.</summary>
public sealed class AnySequenceTests
{
    private const int Length = 60;

    private static readonly int Sequences =
        int.TryParse(Environment.GetEnvironmentVariable("IMCBOT_SEQUENCES"), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 1_000;

    [Fact]
    public void Nothing_acts_without_an_approval_and_nobody_is_left_waiting_without_being_asked() =>
        Gen.Int.Sample(seed => Play(seed), iter: Sequences, threads: 1);

    [Fact]
    public void Folding_the_same_facts_again_gives_the_same_decisions() =>
        Gen.Int.Sample(Replays, iter: Sequences / 10, threads: 1);

    [Fact]
    public void The_random_facts_reach_every_phase_and_many_runs()
    {
        var all = Enumerable.Range(0, 200).Select(seed => new RandomFacts(seed)).ToList();
        all.ForEach(told => Enumerable.Range(0, Length).ToList().ForEach(_ => told.Step()));

        Assert.Equal(Enum.GetValues<Phase>()[1..], all.SelectMany(told => told.Decisions).Select(decision => decision.Incident.Phase).Distinct().Order());
        Assert.True(all.Sum(told => told.Decisions.Sum(decision => decision.Effects.OfType<RunAction>().Count())) > 100);
    }

    private static void Play(int seed)
    {
        var told = new RandomFacts(seed);
        var deadlines = new HashSet<(Deadline, QuestionId)>();
        var asked = new HashSet<QuestionId>();
        foreach (var decision in Enumerable.Range(0, Length).Select(_ => told.Step()).Prepend(told.Decisions[0]))
        {
            deadlines.UnionWith(decision.Effects.OfType<SetDeadline>().Select(effect => (effect.Deadline, effect.Question)));
            asked.UnionWith(decision.Effects.OfType<ShowCard>().Where(effect => effect.Post.Kind is CardKind.Manual).Select(effect => effect.Post.Question));
            Assert.True(decision.Declined is null || decision.Effects.Count == 0, "what is declined does nothing");
            Assert.All(decision.Effects.OfType<RunAction>(), run => HasItsApproval(decision.Incident, run));
            SomebodyIsAsked(decision.Incident, deadlines, asked);
        }
    }

    private static void HasItsApproval(Incident incident, RunAction run)
    {
        var request = incident.FindRequest(run.Run.Question);
        Assert.NotNull(request);
        Assert.Equal(RequestOutcome.Approved, request.Outcome);
        Assert.Equal(ContentDigest.Of(request.Plan), run.Plan);
        var impact = Plan.FromBytes(request.Plan).Impact;
        var glass = request.Votes.FirstOrDefault(vote => vote.Answer is Answer.BreakGlass);
        Assert.False(glass is not null && impact is Impact.Destructive, "the glass was broken for a destructive plan");
        Assert.True(glass is not null || ApprovalRules.Missing(request).Count == 0, "signatures are missing");
        Assert.False(impact is Impact.Destructive && request.Approvers.Contains(request.AskedBy.Id), "the asker approved a destructive plan");
        Assert.Equal(request.Approvers, run.Grant.Approvers);
        Assert.True(run.Run.Run <= run.Grant.Runs, $"{run.Run} is beyond the {run.Grant.Runs} runs of its grant");
    }

    private static void SomebodyIsAsked(Incident incident, HashSet<(Deadline, QuestionId)> deadlines, HashSet<QuestionId> asked)
    {
        bool Waits(Deadline deadline, QuestionKind kind) =>
            incident.Questions.Any(open => open.Value.Kind == kind && deadlines.Contains((deadline, incident.Id(open.Key))));
        Assert.True(incident.Phase switch
        {
            Phase.Surveying => Waits(Deadline.SurveyEnds, QuestionKind.Survey),
            Phase.Verifying => Waits(Deadline.SurveyEnds, QuestionKind.Verify),
            Phase.Planning => incident.Proposal is { Plan: not null } or { Remedy: null } || Waits(Deadline.PlanOverdue, QuestionKind.Plan),
            Phase.AwaitingApproval => incident.Request is { Outcome: null } && Waits(Deadline.RequestExpires, QuestionKind.Approval),
            Phase.Acting or Phase.Searching => Waits(Deadline.RunOverdue, QuestionKind.Act),
            Phase.Watching => deadlines.Contains((Deadline.WatchEnds, incident.WatchQuestion)),
            Phase.AwaitingPerson => incident.Task is { } task && asked.Contains(task.Question),
            _ => true,
        }, $"stuck in {incident.Phase}: {incident.Proposal} {incident.Request?.Question} {string.Join(' ', incident.Questions.Keys)}");
    }

    private static void Replays(int seed)
    {
        var told = new RandomFacts(seed);
        for (var step = 0; step < Length; step++)
        {
            told.Step();
        }

        var incident = told.Decisions[0].Incident;
        foreach (var (fact, recorded) in told.Facts.Zip(told.Decisions.Skip(1)))
        {
            var decision = new IncidentMachine(incident).Handle(fact);
            Assert.Equal(recorded.Incident.Phase, decision.Incident.Phase);
            Assert.Equal(recorded.Effects.Select(effect => effect.ToString()), decision.Effects.Select(effect => effect.ToString()));
            incident = decision.Incident;
        }
    }
}
