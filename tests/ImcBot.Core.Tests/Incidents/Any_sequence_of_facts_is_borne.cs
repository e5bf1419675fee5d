using System.Globalization;
using System.Text.Json;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Core.Proof;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Core.Tests.Incidents;

/// <summary>Holds for any sequence of facts. The whole campaign and how to resume it: <c>tests/campaigns/README.md</c>.</summary>
public sealed class Any_sequence_of_facts_is_borne
{
    private const int Length = 60;

    private static readonly int Sequences = Setting("IMCBOT_SEQUENCES", 10_000);

    /// <summary>The first seed: a campaign that was broken off goes on where it stood.</summary>
    private static readonly int First = Setting("IMCBOT_SEQUENCES_FROM", Setting("IMCBOT_SEED", 0));

    [Fact]
    public void Nothing_acts_without_an_approval_and_nobody_is_left_waiting_without_being_asked() => ForEach(Sequences, Play);

    [Fact]
    public void Folding_the_same_facts_again_gives_the_same_decisions() => ForEach(Sequences / 10, Replays);

    [Fact]
    public void The_random_facts_reach_every_phase_and_many_runs()
    {
        var all = Enumerable.Range(0, 200).Select(seed => new RandomFacts(seed)).ToList();
        all.ForEach(told => Enumerable.Range(0, Length).ToList().ForEach(_ => told.Step()));

        Assert.Equal(
            Enum.GetValues<Phase>()[1..],
            all.SelectMany(told => told.Decisions).Select(decision => decision.Incident.Phase).Distinct().Order()
        );
        Assert.True(all.Sum(told => told.Decisions.Sum(decision => decision.Effects.OfType<RunAction>().Count())) > 100);
    }

    [Fact]
    public void What_breaks_a_law_is_told_as_the_shortest_story_that_still_does()
    {
        var told = new RandomFacts(2);
        Enumerable.Range(0, Length).ToList().ForEach(_ => told.Step());
        var first = told.Facts.First(fact => fact is DeadlinePassed);

        var shortest = Shortest(told.Facts, facts => facts.Contains(first));

        Assert.Equal([first], shortest);
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : otherwise;

    private static void ForEach(int count, Action<int> play)
    {
        for (var seed = First; seed < First + count; seed++)
        {
            try
            {
                play(seed);
            }
            catch (Exception error) when (error is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {seed}: {error}");
            }

            if ((seed - First + 1) % 10_000 == 0)
            {
                TestContext.Current.SendDiagnosticMessage(
                    $"{seed - First + 1} of {count} sequences; go on with IMCBOT_SEQUENCES_FROM={seed + 1}"
                );
            }
        }
    }

    private static string Story(RandomFacts told, List<string> broken)
    {
        var opened = told.Decisions[0].Incident;
        var shortest = Shortest(told.Facts, facts => Breaks(opened, facts, broken[0]));
        return string.Join(Environment.NewLine, shortest.Select(fact => fact.ToString()).Concat(broken));
    }

    /// <summary>Leaves out one fact after the other for as long as what is left still breaks.</summary>
    private static List<Fact> Shortest(IReadOnlyList<Fact> facts, Func<List<Fact>, bool> breaks)
    {
        List<Fact> shortest = [.. facts];
        for (var at = shortest.Count - 1; at >= 0; at--)
        {
            List<Fact> without = [.. shortest.Where((_, index) => index != at)];
            shortest = breaks(without) ? without : shortest;
        }

        return shortest;
    }

    private static bool Breaks(Incident incident, List<Fact> facts, string law)
    {
        foreach (var fact in facts)
        {
            var decision = IncidentMachine.Handle(incident, fact);
            if (Laws.Broken(incident, fact, decision).Contains(law))
            {
                return true;
            }

            incident = decision.Incident;
        }

        return false;
    }

    private static void Play(int seed)
    {
        var told = new RandomFacts(seed);
        var deadlines = new HashSet<(Deadline, QuestionId)>();
        var asked = new HashSet<QuestionId>();
        foreach (var decision in Enumerable.Range(0, Length).Select(_ => told.Step()).Prepend(told.Decisions[0]))
        {
            var broken =
                told.Facts.Count == 0 ? new List<string>() : Laws.Broken(told.Decisions[^2].Incident, told.Facts[^1], decision).ToList();
            Assert.True(broken.Count == 0, broken.Count == 0 ? "" : $"seed {seed}{Environment.NewLine}{Story(told, broken)}");
            deadlines.UnionWith(decision.Effects.OfType<SetDeadline>().Select(effect => (effect.Deadline, effect.Question)));
            asked.UnionWith(
                decision
                    .Effects.OfType<ShowCard>()
                    .Where(effect => effect.Post.Kind is CardKind.Manual)
                    .Select(effect => effect.Post.Question)
            );
            Assert.True(decision.Declined is null || decision.Effects.Count == 0, "what is declined does nothing");
            Assert.All(decision.Effects.OfType<RunAction>(), run => HasItsApproval(decision.Incident, run));
            SomebodyIsAsked(decision.Incident, deadlines, asked);
        }
    }

    private static void HasItsApproval(Incident incident, RunAction run)
    {
        var request = incident.FindRequest(run.Run.Question);
        Assert.NotNull(request);
        Assert.True(request.IsRunning, $"{run.Run} of what is {request.State}");
        Assert.Equal(ContentDigest.Of(request.Plan), run.Plan);
        var impact = Plan.FromBytes(request.Plan).Impact;
        var glass = request.Votes.FirstOrDefault(vote => vote.Answer is Answer.BreakGlass);
        Assert.False(glass is not null && impact is Impact.Destructive, "the glass was broken for a destructive plan");
        Assert.True(glass is not null || ApprovalRules.Missing(request).Count == 0, "signatures are missing");
        Assert.False(
            impact is Impact.Destructive && request.Approvers.Contains(request.AskedBy!.Id),
            "the asker approved a destructive plan"
        );
        Assert.Equal(request.Approvers, run.Grant.Approvers);
        Assert.True(run.Run.Run <= run.Grant.Runs, $"{run.Run} is beyond the {run.Grant.Runs} runs of its grant");
    }

    private static void SomebodyIsAsked(Incident incident, HashSet<(Deadline, QuestionId)> deadlines, HashSet<QuestionId> asked)
    {
        bool Waits(Deadline deadline, QuestionId? question) => question is { } asked && deadlines.Contains((deadline, asked));
        bool Checks(QuestionKind kind) =>
            incident.Questions.Any(open => open.Value.Kind == kind && Waits(Deadline.SurveyEnds, incident.Id(open.Key)));
        Assert.True(
            incident.Phase switch
            {
                Phase.Surveying => Checks(QuestionKind.Survey),
                Phase.Verifying => Checks(QuestionKind.Verify),
                Phase.Planning => incident.Proposal is { State: ChangeState.Planned } or { Remedy: null }
                    || Waits(Deadline.PlanOverdue, incident.Proposal?.Question),
                Phase.AwaitingApproval => Waits(Deadline.RequestExpires, incident.Request?.Question),
                Phase.Acting or Phase.Searching => Waits(Deadline.RunOverdue, Assert.Single(incident.Running).Question),
                Phase.Watching => deadlines.Contains((Deadline.WatchEnds, incident.WatchQuestion)),
                Phase.AwaitingPerson => incident.Task is { } task && asked.Contains(task.Question),
                _ => true,
            },
            $"stuck in {incident.Phase}: {incident.Proposal} {incident.Request?.Question} {string.Join(' ', incident.Questions.Keys)}"
        );
    }

    /// <summary>A restart in the middle: what is known is folded from the recorded facts alone, and the story goes on from there.</summary>
    private static void Replays(int seed)
    {
        var told = new RandomFacts(seed);
        var restart = new Random(seed).Next(Length);
        for (var step = 0; step < Length; step++)
        {
            told.Step();
            if (step == restart)
            {
                told.Restart();
            }
        }

        var incident = told.Decisions[0].Incident;
        foreach (var (fact, recorded) in told.Facts.Zip(told.Decisions.Skip(1)))
        {
            var decision = IncidentMachine.Handle(incident, fact);
            Assert.Equal(recorded.Effects.Select(effect => effect.ToString()), decision.Effects.Select(effect => effect.ToString()));
            incident = decision.Incident;
        }

        Assert.Equal(JsonSerializer.Serialize(told.Incident), JsonSerializer.Serialize(incident));
    }
}
