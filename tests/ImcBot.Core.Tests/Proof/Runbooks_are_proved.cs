using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Core.Proof;
using ImcBot.Core.Runbooks;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Core.Tests.Proof;

/// <summary>What ships is proved; and the proof notices a machine, and a runbook, that are wrong.</summary>
public sealed class Runbooks_are_proved(ITestOutputHelper output)
{
    public static TheoryData<string> Shipped =>
        [
            .. Directory
                .GetFiles(Repository.Path("manifests/runbooks"), "*.yaml", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(Repository.Path("manifests/runbooks"), file))
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>Two steps are enough to plant something.</summary>
    private static Runbook Small =>
        Some.Runbook with
        {
            Steps = [.. Some.Runbook.Steps.Where(step => step.Id is "antivirus" or "threads")],
        };

    [Theory]
    [MemberData(nameof(Shipped))]
    public void What_ships_is_proved_and_its_mark_tells_what_was_explored(string file)
    {
        var runbook = RunbookFile.Load(File.ReadAllBytes(Repository.Path($"manifests/runbooks/{file}")), file);
        var proved = RunbookProof.Of(runbook);

        output.WriteLine($"{file}: {proved.States} states, {proved.Transitions} transitions");
        Assert.Empty(proved.Problems);
        Assert.True(proved.States > 300);
        Assert.Contains(
            $"{runbook.Digest}.{ProofBasis.Digest} {runbook.Id}: states {proved.States}, transitions {proved.Transitions}",
            File.ReadAllLines(Repository.Path("manifests/runbooks/proved.txt"))
        );
    }

    [Fact]
    public void An_action_without_an_approval_is_noticed() =>
        Breaks(
            "without an approval",
            (decision, fact) =>
                fact is Commanded { Verb: CommandVerb.Skip }
                    ? decision with
                    {
                        Effects = [new RunAction(new RunId(new QuestionId(1, 1), 1), "plan", new GrantTerms([], Impact.Disruptive, 1, 10))],
                    }
                    : decision
        );

    [Fact]
    public void A_run_that_is_not_verified_is_noticed() =>
        Breaks(
            "instead of a verification",
            (decision, fact) =>
                fact is Acted && decision.Incident.Phase is Phase.Verifying
                    ? decision with
                    {
                        Incident = decision.Incident with { Phase = Phase.Resolved },
                    }
                    : decision
        );

    [Fact]
    public void An_incident_that_waits_for_nothing_is_noticed() =>
        Breaks(
            "nobody is asked and nothing is pending",
            (decision, _) => decision with { Effects = [.. decision.Effects.Where(effect => effect is not SetDeadline)] }
        );

    [Fact]
    public void A_step_that_cannot_be_left_is_noticed() =>
        Breaks(
            "Nobody can leave step 'threads'",
            (decision, _) => decision,
            (before, fact) =>
                before is { Phase: Phase.Planning, Proposal.Step: "threads" } && fact is Commanded { Verb: not CommandVerb.Close }
        );

    [Fact]
    public void A_remedy_that_cannot_be_asked_again_once_it_was_refused_is_noticed() =>
        Breaks(
            "nobody can have it asked again",
            (decision, _) => decision,
            (before, fact) => before.Phase is Phase.Escalated && fact is Commanded { Choice.Step: "threads" }
        );

    [Fact]
    public void A_machine_that_breaks_is_noticed() =>
        Breaks(
            "breaks the machine",
            (decision, fact) =>
                fact is DeadlinePassed { Deadline: Deadline.WatchEnds } ? throw new InvalidOperationException("planted") : decision
        );

    [Fact]
    public void A_check_that_acts_and_an_offer_that_no_walk_comes_to_are_noticed_at_their_lines()
    {
        var threads = Small.Steps[1];
        var twice = Small with
        {
            Steps =
            [
                Small.Steps[0],
                threads with
                {
                    Check = Call.To("service.stop", ("service", "x")),
                    Offers = [threads.Offers[0], threads.Offers[0] with { At = new(7, 1) }],
                },
            ],
        };

        var problems = RunbookProof.Of(twice).Problems;

        Assert.Contains(problems, problem => problem.Text.Contains("'service.stop' acts", StringComparison.Ordinal));
        Assert.Contains(
            problems,
            problem => problem.Line == 7 && problem.Text.Contains("No walk comes to 'raise'", StringComparison.Ordinal)
        );
    }

    private static void Breaks(string sentence, Func<Decision, Fact, Decision> plant, Func<Incident, Fact, bool>? declines = null)
    {
        var proved = RunbookProof.Of(
            Small,
            (incident, fact) =>
                declines?.Invoke(incident, fact) is true
                    ? new Decision(incident, [], "planted")
                    : plant(IncidentMachine.Handle(incident, fact), fact)
        );

        Assert.Contains(proved.Problems, problem => problem.Text.Contains(sentence, StringComparison.Ordinal));
    }
}
